/**
 * The one process that owns everything of a local control plane: its state directory and its components. It runs in a session of its
 * own, so that it outlives the process that asked for the control plane, and takes orders on stdin. When that pipe closes, which the
 * kernel sees to however the other end died, it kills the components, removes the directory and ends.
 *
 * This file is a program: it is started by `supervise` and never imported.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Order, Report } from "./supervise.ts";

const directory = mkdtempSync(join(tmpdir(), "onecloud-control-plane-"));
const logs = join(directory, "logs");
const running = new Map<string, ChildProcess>();
let ending = false;

// Once the caller is gone nobody reads the reports any more.
process.stdout.on("error", () => undefined);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void end());

mkdirSync(logs);
report({ type: "ready", directory });
createInterface({ input: process.stdin })
  .on("line", (line) => obey(JSON.parse(line)))
  .on("close", () => void end());

function obey(order: Order): void {
  if (ending) return;
  if (order.type === "signal") running.get(order.name)?.kill(order.signal);
  else start(order);
}

function start({ name, command, args }: Extract<Order, { readonly type: "start" }>): void {
  const log = openSync(join(logs, `${name}.log`), "a", 0o600);
  const child = spawn(command, args, { cwd: directory, env: environment(), stdio: ["ignore", log, log] });
  closeSync(log);
  running.set(name, child);
  let failure: string | undefined;
  child.on("spawn", () => report({ type: "started", name, pid: child.pid ?? 0 }));
  child.on("error", (error) => {
    failure = error.message;
    if (child.pid === undefined) gone(name, { type: "ended", name, how: error.message });
  });
  child.on("exit", (code, signal) =>
    gone(name, { type: "ended", name, how: failure ?? signal ?? `exit code ${code}` }),
  );
}

function gone(name: string, ended: Report): void {
  running.delete(name);
  report(ended);
}

/** Components get an environment of their own: nothing of the caller (proxies, Go or Node settings) may change what they do. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: directory, TMPDIR: directory };
}

function report(message: Report): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  // The state is thrown away, so there is nothing to shut down in good order.
  const children = [...running.values()];
  await Promise.all(
    children.map((child) => new Promise((resolve) => child.once("exit", resolve) && child.kill("SIGKILL"))),
  );
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}
