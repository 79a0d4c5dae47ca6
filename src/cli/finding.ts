import type { Place } from "./yaml-source.ts";

/** Something about a file that a person should know. */
export interface Finding {
  /** Name of the file as it was given, `<stdin>` for standard input. */
  readonly file: string;
  readonly place?: Place;
  /** A mistake must be mended; a warning need not. */
  readonly severity: "mistake" | "warning";
  /** A sentence, mostly beginning with the field. */
  readonly text: string;
}

/** The finding as compilers write it: `cluster.yaml:12:5: spec.keystone.replicas must be integer`. */
export function findingText({ file, place, severity, text }: Finding): string {
  const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
  return `${where}: ${severity === "warning" ? "warning: " : ""}${text}\n`;
}

/** Whether something must be mended. */
export function hasMistakes(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === "mistake");
}

/** In the order of the lines; files stay in the order in which they were given. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const files = [...new Set(findings.map(({ file }) => file))];
  const rank = ({ file, place }: Finding): number => files.indexOf(file) * 1e9 + (place?.line ?? 0) * 1e3;
  return findings.toSorted((a, b) => rank(a) - rank(b) || (a.place?.column ?? 0) - (b.place?.column ?? 0));
}
