import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A Go tool chain that can build a module. */
export interface Go {
  /** Runs `go` with the arguments in the module's directory and returns what it printed; rejects with the end of its error output. */
  run(module: string, args: readonly string[]): Promise<string>;
}

/** Finds `go` on the PATH. Rejects with one clear line when there is none, or when it is too old to fetch a newer one by itself. */
export async function findGo(): Promise<Go> {
  const installed = await installedVersion();
  if (compare(installed, [1, 21, 0]) < 0) {
    throw new Error(`Go 1.21 or newer is needed to build the local control plane, found ${installed.join(".")}`);
  }
  return {
    run: async (module, args) => {
      const needsNewer = compare(installed, await neededVersion(module)) < 0;
      return runGo(module, args, needsNewer ? { GOTOOLCHAIN: "auto" } : {});
    },
  };
}

async function runGo(module: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", ...environment };
  try {
    const { stdout } = await execute("go", args, { cwd: module, env, maxBuffer: 64 << 20 });
    return stdout.trim();
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    const end = stderr.trim().split("\n").slice(-20).join("\n");
    throw new Error(`go ${args.join(" ")} in ${module} failed:\n${end}`, { cause: error });
  }
}

type Version = readonly [number, number, number];

async function installedVersion(): Promise<Version> {
  try {
    // With GOTOOLCHAIN=local the installed tool chain answers, whatever the module in the current directory asks for.
    const { stdout } = await execute("go", ["env", "GOVERSION"], { env: { ...process.env, GOTOOLCHAIN: "local" } });
    return parse(stdout.trim().replace(/^go/, ""));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new Error(
        "go is not on the PATH: install Go 1.21 or newer (https://go.dev/dl/) to build the local control plane",
        {
          cause: error,
        },
      );
    }
    throw new Error("asking go for its version", { cause: error });
  }
}

async function neededVersion(module: string): Promise<Version> {
  const text = await readFile(join(module, "go.mod"), "utf8");
  return parse(/^go (\S+)$/m.exec(text)?.[1] ?? "1.21");
}

function parse(version: string): Version {
  const [, major = "0", minor = "0", patch = "0"] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return [Number(major), Number(minor), Number(patch)];
}

function compare(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
