import { readFile } from "node:fs/promises";
import { UsageError } from "./failure.ts";
import type { Finding } from "./finding.ts";
import type { Terminal } from "./terminal.ts";
import type { SourceDocument } from "./yaml-source.ts";
import { readSource } from "./yaml-source.ts";

/** A YAML file that a command was given, and what is wrong with its form. */
export interface InputFile {
  /** Name for people: the path, or `<stdin>`. */
  readonly name: string;
  readonly documents: readonly SourceDocument[];
  readonly findings: readonly Finding[];
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "reading it is not permitted",
};

/** Reads a YAML file, or standard input for `-`. Rejects with a UsageError when it cannot be read at all. */
export async function readInputFile(path: string, terminal: Pick<Terminal, "readInput">): Promise<InputFile> {
  const name = path === "-" ? "<stdin>" : path;
  const { documents, mistakes } = readSource(path === "-" ? await terminal.readInput() : await readText(path));
  const findings = mistakes.map(({ line, column, message }) => {
    return { file: name, place: { line, column }, severity: "mistake", text: message } as const;
  });
  return { name, documents, findings };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
    throw new UsageError(`cannot read ${path}: ${reasons[code] ?? code}`, { cause });
  }
}
