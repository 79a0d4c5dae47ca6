import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";
import { bundlePath } from "../bundle/build.ts";
import { freePorts } from "../control-plane/ports.ts";
import { type ContainerTool, settingsOf } from "../image/settings.ts";
import { buildImage } from "../image/tool.ts";
import type { Row } from "./report.ts";
import { percentile } from "./report.ts";
import type { Plane } from "./stage.ts";
import { until } from "./stage.ts";

const execute = promisify(execFile);
const mebibyte = 1024 ** 2;

/** Size of the bundle; with a container tool also that of the image, and from the start of the container to ready. */
export async function measureContainer(plane: Plane): Promise<readonly Row[]> {
  const { size } = await stat(bundlePath);
  const bundle = { what: "bundle", value: size / mebibyte, unit: "MiB", aim: 5 };
  try {
    const settings = settingsOf({ REGISTRY: "localhost/bench", VERSION: "bench", ...process.env });
    await buildImage(settings);
    return [
      bundle,
      ...(await sizesOf(settings.tool, settings.image)),
      await startOf(plane, settings.tool, settings.image),
    ];
  } catch (error) {
    const note = `not measured: ${error instanceof Error ? error.message : String(error)}`;
    const unmeasured = { value: Number.NaN, note };
    return [
      bundle,
      { what: "image, as it is pulled", unit: "MiB", aim: 120, ...unmeasured },
      { what: "start of the container → ready", unit: "s", aim: 2, ...unmeasured },
    ];
  }
}

async function sizesOf(tool: ContainerTool, image: string): Promise<readonly Row[]> {
  const unpacked = Number(await call(tool, ["image", "inspect", "--format", "{{.Size}}", image]));
  const pulled = await packedSize(tool, image);
  return [
    { what: "image, as it is pulled", value: pulled / mebibyte, unit: "MiB", aim: 120, note: "compressed" },
    { what: "image, unpacked", value: unpacked / mebibyte, unit: "MiB", note: "nearly all of it is node" },
  ];
}

/** Layers are pulled compressed, and gzip comes near to what registries hold. */
async function packedSize(tool: ContainerTool, image: string): Promise<number> {
  const child = spawn(tool, ["save", image], { stdio: ["ignore", "pipe", "inherit"] });
  let bytes = 0;
  const gzip = child.stdout.pipe(createGzip()).on("data", (piece: Buffer) => (bytes += piece.length));
  await once(gzip, "end");
  return bytes;
}

async function startOf(plane: Plane, tool: ContainerTool, image: string): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), "onecloud-bench-"));
  const kubeconfig = join(folder, "kubeconfig");
  await copyFile(plane.control.kubeconfig, kubeconfig);
  // The user of the container is nobody here, and the control plane is gone after this.
  await chmod(folder, 0o755);
  await chmod(kubeconfig, 0o644);
  const times: number[] = [];
  try {
    for (let round = 0; round < 6; round++) times.push(await timeOfStart(tool, image, kubeconfig));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const [first = Number.NaN, ...others] = times;
  return {
    what: "start of the container → ready",
    value: percentile(others, 0.5) / 1000,
    unit: "s",
    aim: 2,
    note: `median of 5, slowest ${Math.max(...others) / 1000} s; ${first / 1000} s with the definition to install`,
  };
}

/** As the manifests run it, but on the network of this machine, where the control plane is. */
async function timeOfStart(tool: ContainerTool, image: string, kubeconfig: string): Promise<number> {
  const [port = 0] = await freePorts(1);
  const confined = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];
  const surroundings = ["--network=host", `--volume=${kubeconfig}:/kubeconfig:ro`];
  const program = ["run", "--kubeconfig=/kubeconfig", "--namespace=default", `--health-address=127.0.0.1:${port}`];
  const id = await call(tool, ["create", ...confined, ...surroundings, image, ...program, "--metrics-address=0"]);
  try {
    const started = Date.now();
    await call(tool, ["start", id]);
    await until(() => isReady(port), "the container is ready", 10);
    return Date.now() - started;
  } finally {
    // It gives its Lease back, so that the next one need not wait.
    await call(tool, ["stop", id]);
    await call(tool, ["rm", id]);
  }
}

function isReady(port: number): Promise<true | undefined> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => (ok ? true : undefined),
    () => undefined,
  );
}

async function call(tool: ContainerTool, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(tool, args);
  return stdout.trim();
}
