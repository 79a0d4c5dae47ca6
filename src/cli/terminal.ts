import { text } from "node:stream/consumers";

/** What a command knows of the one who started it. */
export interface Terminal {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person looks at the output, so that it may be drawn anew in place. */
  readonly isInteractive: boolean;
  /** Writes results to standard output. */
  readonly out: (text: string) => void;
  /** Writes what is to be told beside the results to standard error. */
  readonly err: (text: string) => void;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  /** A signal that is aborted when the process shall end (SIGINT, SIGTERM); the second such request ends it at once. */
  readonly stopSignal: () => AbortSignal;
}

/** The terminal of a process. */
export function processTerminal(own: NodeJS.Process): Terminal {
  const { env, stdin, stdout, stderr } = own;
  // Who reads may stop early (`render | head`): nothing is left to say then.
  stdout.on("error", (error: NodeJS.ErrnoException) => own.exit(error.code === "EPIPE" ? 0 : 2));
  return {
    env,
    isInteractive: stdout.isTTY,
    out: (line) => void stdout.write(line),
    err: (line) => void stderr.write(line),
    readInput: () => text(stdin),
    stopSignal() {
      const controller = new AbortController();
      const signals = ["SIGINT", "SIGTERM"] as const;
      const stop = (): void => {
        for (const signal of signals) own.off(signal, stop);
        controller.abort();
      };
      for (const signal of signals) own.on(signal, stop);
      return controller.signal;
    },
  };
}
