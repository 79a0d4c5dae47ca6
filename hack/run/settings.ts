import { join } from "node:path";
import { parseDuration } from "../../src/cli/flags.ts";
import { editions, products } from "../../src/cluster/api/names.ts";

/** How the example is shown. */
export interface Settings {
  /** A control plane of its own, or the cluster of the current kubeconfig. */
  readonly where: "local" | "current";
  /** Ends as soon as the cluster is ready. */
  readonly once: boolean;
  /** Milliseconds to wait for the cluster to be ready. */
  readonly waitMs: number;
  readonly edition?: string;
  readonly product?: string;
  /** Path of the file that the operator's log goes to. */
  readonly logFile: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the argument `--once` and the variables CLUSTER, EDITION, PRODUCT, WAIT and LOG. Throws with a sentence for the person who set them. */
export function settingsOf(args: readonly string[], env: Environment): Settings {
  const unknown = args.find((arg) => arg !== "--once");
  if (unknown !== undefined) throw new Error(`there is no argument ${unknown}: --once is the only one`);
  const edition = oneOf(env, "EDITION", editions);
  const product = oneOf(env, "PRODUCT", products);
  return {
    where: oneOf(env, "CLUSTER", ["current", "local"]) ?? "local",
    once: args.includes("--once"),
    waitMs: waitOf(env["WAIT"] || "10m"),
    ...(edition !== undefined && { edition }),
    ...(product !== undefined && { product }),
    logFile: env["LOG"] || join(import.meta.dirname, "..", "..", "dist", "operator.log"),
  };
}

function oneOf<T extends string>(env: Environment, name: string, choices: readonly T[]): T | undefined {
  const value = env[name] ?? "";
  if (value === "") return undefined;
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw new Error(`${name} is ${value}, but must be one of ${choices.join(", ")}`);
  return choice;
}

/** A duration from the variable WAIT, in milliseconds. Throws with a sentence for the person who set it. */
export function waitOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new Error(`WAIT is ${text}, but must be a duration such as 90s or 10m`);
  }
}
