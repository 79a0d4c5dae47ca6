import { imageNameOf } from "../image/settings.ts";
import { waitOf } from "../run/settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the operator is. */
export interface Place {
  readonly namespace: string;
  /** Milliseconds to wait for pods to come or to go. */
  readonly waitMs: number;
}

/** What is deployed, and where to. */
export interface Deployed extends Place {
  /** The image, with its tag. */
  readonly image: string;
  /** Folder that keeps what was replaced. */
  readonly keepIn: string;
}

/** Reads NAMESPACE and WAIT. Throws with a sentence for the person who set them. */
export function placeOf(env: Environment): Place {
  const namespace = env["NAMESPACE"] || "onecloud";
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace))
    throw new Error(`NAMESPACE is ${namespace}, but a namespace has lower-case letters, digits and dashes only`);
  return { namespace, waitMs: waitOf(env["WAIT"] || "5m") };
}

/** Reads REGISTRY, VERSION, NAMESPACE and WAIT. Throws with a sentence for the person who set them, or did not. */
export function deployedOf(env: Environment): Deployed {
  return { ...placeOf(env), image: imageNameOf(env).image, keepIn: "dist" };
}
