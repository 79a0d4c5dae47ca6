import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ContainerTool, ImageSettings } from "./settings.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");

/** Builds the image from the bundle, which must be there, with the tool's own output. Rejects with one sentence. */
export async function buildImage({ tool, image, version, base }: ImageSettings): Promise<void> {
  const revision = await revisionOf();
  const given = { VERSION: version, REVISION: revision, ...(base !== undefined && { BASE: base }) };
  const args = Object.entries(given).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
  await call(tool, ["build", "--tag", image, ...args, "."], {
    doing: `building ${image}`,
    remedy: "where the base image cannot be pulled, BASE=<image> names another one with Node 24",
  });
  console.log(`built ${image}`);
}

/** Pushes the image that `buildImage` made. Rejects with one sentence. */
export async function pushImage({ tool, image }: ImageSettings): Promise<void> {
  await call(tool, ["push", image], {
    doing: `pushing ${image}`,
    remedy: `where the registry asks who you are, ${tool} login ${image.split("/")[0] ?? ""}`,
  });
  console.log(`pushed ${image}`);
}

interface Purpose {
  readonly doing: string;
  readonly remedy: string;
}

async function call(tool: ContainerTool, args: readonly string[], { doing, remedy }: Purpose): Promise<void> {
  const child = spawn(tool, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  const code = await once(child, "exit").then(
    ([status]: (number | null)[]) => status,
    (cause: unknown) => {
      throw new Error(`${doing}: ${whyNotStarted(tool, cause)}`, { cause });
    },
  );
  if (code !== 0) throw new Error(`${doing} failed, as ${tool} says above: ${remedy}`);
}

function whyNotStarted(tool: ContainerTool, cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (!("code" in cause) || cause.code !== "ENOENT") return cause.message;
  const other = tool === "docker" ? "podman" : "docker";
  return `there is no ${tool} on the PATH: install it, or set CONTAINER_TOOL=${other}`;
}

/** The commit that is built, marked where the checkout differs from it; `unknown` where there is no git. */
async function revisionOf(): Promise<string> {
  try {
    const { stdout } = await execute("git", ["describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"], {
      cwd: root,
    });
    return stdout.trim();
  } catch {
    return "unknown";
  }
}
