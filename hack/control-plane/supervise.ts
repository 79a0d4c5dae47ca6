import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** What the supervisor is told, one JSON document a line on its stdin. */
export type Order =
  | { readonly type: "start"; readonly name: string; readonly command: string; readonly args: readonly string[] }
  | { readonly type: "signal"; readonly name: string; readonly signal: NodeJS.Signals };

/** What the supervisor tells, one JSON document a line on its stdout. */
export type Report =
  | { readonly type: "ready"; readonly directory: string }
  | { readonly type: "started"; readonly name: string; readonly pid: number }
  | { readonly type: "ended"; readonly name: string; readonly how: string };

/** A process of the control plane that was started. */
export interface Component {
  readonly pid: number;
  /** Resolves when the process has ended, with how: an exit code, a signal or the reason why it could not be started. */
  readonly ended: Promise<string>;
  signal(signal: NodeJS.Signals): void;
}

/** The owner of a state directory and of the processes that work in it. They are gone when this process is, however it ended. */
export interface Supervisor {
  readonly pid: number;
  readonly directory: string;
  /** Starts a program whose output goes to `logs/<name>.log`. One program of a name may run at a time. */
  start(name: string, command: string, args: readonly string[]): Promise<Component>;
  /** The last lines of a program's log. */
  tail(name: string): Promise<string>;
  /** Ends all programs, removes the directory, and resolves when both are gone. */
  stop(): Promise<void>;
}

interface Listener {
  started(pid: number): void;
  ended(how: string): void;
}

/** Starts a supervisor and resolves when it has made its state directory. */
export async function supervise(): Promise<Supervisor> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "supervisor.ts")], {
    detached: true,
    env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: undefined },
    stdio: ["pipe", "pipe", "inherit"],
  });
  // An order to a supervisor that is gone is lost; that it is gone shows in its exit.
  child.stdin.on("error", () => undefined);
  const exited = once(child, "exit");
  const listeners = new Map<string, Listener>();
  const directory = await readReports(child, listeners);
  void exited.then(() => abandon(child.pid, listeners, directory));
  return {
    pid: child.pid ?? 0,
    directory,
    start: (name, command, args) => {
      const component = listen(listeners, name, (signal) => order(child, { type: "signal", name, signal }));
      order(child, { type: "start", name, command, args });
      return component;
    },
    tail: (name) => tailOf(join(directory, "logs", `${name}.log`)),
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

function order(child: Child, message: Order): void {
  child.stdin.write(`${JSON.stringify(message)}\n`);
}

function readReports(child: Child, listeners: Map<string, Listener>): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error("starting the supervisor of the control plane", { cause: error })));
    child.once("exit", () => reject(new Error("the supervisor of the control plane ended before it was ready")));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const report: Report = JSON.parse(line);
      if (report.type === "ready") resolve(report.directory);
      else if (report.type === "started") listeners.get(report.name)?.started(report.pid);
      else take(listeners, report.name)?.ended(report.how);
    });
  });
}

function listen(listeners: Map<string, Listener>, name: string, signal: Component["signal"]): Promise<Component> {
  const end = Promise.withResolvers<string>();
  return new Promise((resolve, reject) => {
    let pid: number | undefined;
    listeners.set(name, {
      started: (started) => {
        pid = started;
        resolve({ pid: started, ended: end.promise, signal });
      },
      ended: (how) => {
        if (pid === undefined) reject(new Error(`starting ${name}: ${how}`));
        end.resolve(how);
      },
    });
  });
}

/** A supervisor that was itself killed leaves its process group and its directory behind; nothing of that may stay. */
async function abandon(pid: number | undefined, listeners: Map<string, Listener>, directory: string): Promise<void> {
  for (const name of [...listeners.keys()]) take(listeners, name)?.ended("the supervisor ended");
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The usual case: the group is empty.
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

function take(listeners: Map<string, Listener>, name: string): Listener | undefined {
  const listener = listeners.get(name);
  listeners.delete(name);
  return listener;
}

async function tailOf(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-15).join("\n");
}
