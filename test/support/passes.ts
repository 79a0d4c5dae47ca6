import { freePorts } from "../../hack/control-plane/ports.ts";
import { eventually } from "./eventually.ts";

/** Where an operator listens. */
export interface Listening {
  readonly host: "127.0.0.1";
  readonly port: number;
}

/** A free address for the health or the metrics of an operator. */
export async function freeAddress(): Promise<Listening> {
  const [port = 0] = await freePorts(1);
  return { host: "127.0.0.1", port };
}

/** Body of a path that an operator serves; rejects when the status is not 200. */
export async function readPath({ host, port }: Listening, path: string): Promise<string> {
  const answer = await fetch(`http://${host}:${port}${path}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
  return text;
}

/** How many passes the operator that shows its metrics there has ended without an error. */
async function passesOf(metrics: Listening): Promise<number> {
  const text = await readPath(metrics, "/metrics");
  const lines = text.split("\n").filter((line) => line.startsWith("controller_runtime_reconcile_total{"));
  const ended = lines.filter((line) => /result="(?:success|requeue_after)"/.test(line));
  return ended.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** Resolves when the operator has ended so many more passes without an error than it had at the time of the call. */
export async function untilPasses(metrics: Listening, count: number): Promise<void> {
  const before = await eventually(() => passesOf(metrics));
  await untilPassed(metrics, before + count);
}

/** Resolves when the operator has ended at least so many passes without an error since it was started. */
export async function untilPassed(metrics: Listening, count: number): Promise<void> {
  await eventually(async () => (await passesOf(metrics)) >= count);
}
