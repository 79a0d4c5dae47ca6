import { readFile } from "node:fs/promises";

/** Text that may change while the program runs. */
export interface TextSource {
  /** The text as it is now, at most as old as the source promises. */
  read(): Promise<string>;
  /** Makes the next `read` look again at once. */
  forget(): void;
}

/** Text that never changes. */
export function fixedText(text: string): TextSource {
  return { read: () => Promise.resolve(text), forget: () => undefined };
}

/**
 * A file whose text is at most `maxAgeMs` old (default one minute, as client-go has it). When a later read fails, the last text stands: a
 * file that is just being replaced must not stop the program.
 */
export function fileText(path: string, maxAgeMs = 60_000): TextSource {
  let last: { readonly text: string; readonly at: number } | undefined;
  let isStale = true;
  return {
    async read() {
      if (last !== undefined && !isStale && performance.now() - last.at < maxAgeMs) return last.text;
      try {
        last = { text: await readFile(path, "utf8"), at: performance.now() };
        isStale = false;
      } catch (error) {
        if (last === undefined) throw new Error(`read ${path}`, { cause: error });
      }
      return last.text;
    },
    forget: () => {
      isStale = true;
    },
  };
}
