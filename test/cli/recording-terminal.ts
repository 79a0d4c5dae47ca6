import { runProgram } from "../../src/cli/program.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

/** What a command line gave. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command line is run in. */
export interface Surroundings {
  readonly input?: string;
  readonly env?: Terminal["env"];
  readonly isInteractive?: boolean;
  readonly stop?: AbortSignal;
  /** Is told all of standard output so far, whenever something comes to it. */
  readonly onOutput?: (stdout: string) => void;
}

/** Runs a command line in this process. */
export async function runHere(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const terminal: Terminal = {
    env: surroundings.env ?? {},
    isInteractive: surroundings.isInteractive ?? false,
    out: (text) => {
      written.stdout += text;
      surroundings.onOutput?.(written.stdout);
    },
    err: (text) => {
      written.stderr += text;
    },
    readInput: () => Promise.resolve(surroundings.input ?? ""),
    stopSignal: () => surroundings.stop ?? new AbortController().signal,
  };
  const exitCode = await runProgram(args, terminal);
  return { exitCode, ...written };
}

/** What was written to standard error, without the warnings of fields that have no effect: some examples carry such fields. */
export function withoutIgnored(stderr: string): string {
  return stderr.replaceAll(/^.*: warning: spec\S+ has no effect: .*\n/gm, "");
}
