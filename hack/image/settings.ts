type Environment = Readonly<Record<string, string | undefined>>;

/** Which image is meant. */
export interface ImageName {
  /** The whole name, `registry.example.com/team/onecloud-operator:v0.1.0`. */
  readonly image: string;
  /** The part behind the colon. */
  readonly version: string;
}

/** How the image is made and pushed. */
export interface ImageSettings extends ImageName {
  /** The program that builds and pushes. */
  readonly tool: ContainerTool;
  /** The image to build on; that of the Dockerfile when left out. */
  readonly base?: string;
}

const tools = ["docker", "podman"] as const;

/** A program that makes images and runs containers. */
export type ContainerTool = (typeof tools)[number];

const example = "REGISTRY=registry.example.com/team VERSION=v0.1.0";

/** Reads REGISTRY and VERSION. Throws with a sentence for the person who set them, or did not. */
export function imageNameOf(env: Environment): ImageName {
  const missing = ["REGISTRY", "VERSION"].filter((name) => (env[name] ?? "") === "");
  if (missing.length > 0) {
    const are = missing.length === 1 ? "is" : "are";
    throw new Error(`${missing.join(" and ")} ${are} not set: say which image is meant, for example ${example}`);
  }
  const registry = checkedRegistry(env["REGISTRY"] ?? "");
  const version = env["VERSION"] ?? "";
  if (!/^\w[\w.-]{0,127}$/.test(version))
    throw new Error(`VERSION is ${version}, but the tag of an image has letters, digits, dots, dashes and underscores`);
  return { image: `${registry}/onecloud-operator:${version}`, version };
}

/** Reads REGISTRY, VERSION, CONTAINER_TOOL and BASE. Throws with a sentence for the person who set them, or did not. */
export function settingsOf(env: Environment): ImageSettings {
  const base = env["BASE"] ?? "";
  return { ...imageNameOf(env), tool: containerToolOf(env), ...(base !== "" && { base }) };
}

/** Reads CONTAINER_TOOL: docker when it is not set. Throws when it names something else than docker or podman. */
export function containerToolOf(env: Environment): ContainerTool {
  const name = env["CONTAINER_TOOL"] || "docker";
  const tool = tools.find((one) => one === name);
  if (tool === undefined) throw new Error(`CONTAINER_TOOL is ${name}, but must be one of ${tools.join(", ")}`);
  return tool;
}

function checkedRegistry(registry: string): string {
  if (registry.includes("://"))
    throw new Error(
      `REGISTRY is ${registry}, but the name of an image has no scheme: leave out ${registry.split("//")[0] ?? ""}//`,
    );
  if (!/^[a-z0-9]([a-z0-9._:/-]*[a-z0-9])?$/i.test(registry))
    throw new Error(`REGISTRY is ${registry}, but must be a host with a path, as registry.example.com/team`);
  const [, ...path] = registry.split("/");
  if (/[A-Z]/.test(path.join("/"))) throw new Error(`REGISTRY is ${registry}, but the path of an image is lower-case`);
  return registry;
}
