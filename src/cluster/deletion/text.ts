import type { Remnant } from "./step.ts";

/** How many are named in a sentence: a platform has more than a hundred pods and workloads. */
const namedAtMost = 8;

/** The sentence about what a deletion waits for; what is known to be held comes first. */
export function pendingText(left: readonly Remnant[]): string {
  const sorted = left.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  const named = sorted.slice(0, namedAtMost).map(namesOf);
  const more = sorted.length - named.length;
  return `it waits for these to go: ${named.join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}

function rank({ held }: Remnant): number {
  return held === undefined ? 1 : 0;
}

/** A remnant with what keeps it, `PersistentVolumeClaim prod-glance (held by example.com/backup)`. */
export function namesOf({ name, held }: Remnant): string {
  return held === undefined ? name : `${name} (${held})`;
}

/** The API server takes 1024 bytes. */
const noteLength = 1_000;

/** Names in as many notes as it takes to have each of them whole, every note with the same beginning. */
export function inNotes(beginning: string, names: readonly string[]): readonly string[] {
  const notes: string[] = [];
  let note = "";
  for (const name of names) {
    const longer = note === "" ? `${beginning}: ${name}` : `${note}, ${name}`;
    if (note !== "" && Buffer.byteLength(longer) > noteLength) {
      notes.push(note);
      note = `${beginning}: ${name}`;
    } else note = longer;
  }
  return note === "" ? [`${beginning}: nothing`] : [...notes, note];
}
