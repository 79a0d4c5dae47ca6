import { createHash } from "node:crypto";
import { access, constants, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { findGo, type Go } from "./go.ts";
import { withLock } from "./lock.ts";

/** Where each program of the local control plane comes from: a Go module beside this file, and the package in it. */
const sources = {
  etcd: { module: "etcd", package: "go.etcd.io/etcd/server/v3" },
  "kube-apiserver": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-controller-manager" },
  "kube-scheduler": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
  kubectl: { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kubectl" },
  kwok: { module: "etcd", package: "sigs.k8s.io/kwok/cmd/kwok" },
} as const;

type Program = keyof typeof sources;
const programs: readonly Program[] = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubectl",
  "kwok",
];

/** The stages that kwok plays, by their place in its module: nodes and pods become ready at once, node leases are renewed. */
const stages = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "pod/fast/pod-ready.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
];
const stagesFile = "stages.yaml";
const scratchPrefix = ".build-";

/** Absolute paths of the programs of a control plane, and of the file with kwok's stages. */
export type Binaries = Readonly<Record<Program, string>> & { readonly stages: string };

/**
 * Returns the programs of the local control plane at the versions that the Go modules beside this file pin. What is missing is built
 * first, with progress on stderr, and kept in the user's cache directory under a hash of the modules and the build flags. Programs in
 * the directory that `KUBEBUILDER_ASSETS` names are used instead. Any number of callers may do this at once.
 */
export async function ensureBinaries(): Promise<Binaries> {
  const given = await givenPrograms();
  const cache = join(cacheDirectory(), "control-plane", await hashOfInputs());
  const wanted = programs.filter((program) => given[program] === undefined);
  if ((await missingOf(cache, wanted)).length > 0) {
    await mkdir(cache, { recursive: true });
    await withLock(
      join(cache, ".lock"),
      () => progress("another process builds the local control plane, waiting for it"),
      () => build(cache, wanted),
    );
  }
  const pathOf = (program: Program): string => given[program] ?? join(cache, program);
  return {
    etcd: pathOf("etcd"),
    "kube-apiserver": pathOf("kube-apiserver"),
    "kube-controller-manager": pathOf("kube-controller-manager"),
    "kube-scheduler": pathOf("kube-scheduler"),
    kubectl: pathOf("kubectl"),
    kwok: pathOf("kwok"),
    stages: join(cache, stagesFile),
  };
}

async function build(cache: string, wanted: readonly Program[]): Promise<void> {
  const missing = await missingOf(cache, wanted);
  if (missing.length === 0) return;
  const go = await findGo();
  await removeAbandoned(cache);
  const scratch = await mkdtemp(join(cache, scratchPrefix));
  try {
    for (const file of missing) {
      if (file === stagesFile) await writeFile(join(scratch, file), await readStages(go));
      else await buildProgram(go, file, join(scratch, file));
      // A rename within one directory tree is atomic: nobody ever sees half a program.
      await rename(join(scratch, file), join(cache, file));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Removes what builds left that were killed. No build takes an hour, so nobody works in a directory as old as that. */
async function removeAbandoned(cache: string): Promise<void> {
  const scratches = (await readdir(cache))
    .filter((name) => name.startsWith(scratchPrefix))
    .map((name) => join(cache, name));
  for (const scratch of scratches) {
    const old = Date.now() - (await stat(scratch)).mtimeMs > 3_600_000;
    if (old) await rm(scratch, { recursive: true, force: true });
  }
}

async function buildProgram(go: Go, program: Program, target: string): Promise<void> {
  const hint = program === "kube-apiserver" ? "takes about 7 minutes" : "takes a minute or two";
  progress(`building ${program} ... (first time, ${hint})`);
  const source = sources[program];
  await go.run(moduleDirectory(source.module), [...(await buildFlags()), "-o", target, source.package]);
}

async function readStages(go: Go): Promise<string> {
  const module = moduleDirectory(sources.kwok.module);
  const kwok = await go.run(module, ["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"]);
  const texts = await Promise.all(stages.map((path) => readFile(join(kwok, "kustomize/stage", path), "utf8")));
  return texts.join("\n---\n");
}

async function buildFlags(): Promise<readonly string[]> {
  const variables = Object.entries(await versionVariables());
  // The programs report the one, user agents in the audit log carry the other.
  const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
  const stamped = packages.flatMap((path) => variables.map(([name, value]) => `-X ${path}.${name}=${value}`));
  return ["build", "-mod=readonly", "-trimpath", "-ldflags", ["-s -w", ...stamped].join(" ")];
}

/** The version that the Kubernetes programs report. Without it they call themselves v0.0.0, and clients that compare versions go wrong. */
async function versionVariables(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(moduleDirectory("kubernetes"), "go.mod"), "utf8");
  const [, gitMajor, gitMinor, patch] = /^\s*k8s\.io\/kubernetes v(\d+)\.(\d+)\.(\d+)/m.exec(text) ?? [];
  if (gitMajor === undefined || gitMinor === undefined)
    throw new Error("the version of k8s.io/kubernetes is not in its go.mod");
  return { gitVersion: `v${gitMajor}.${gitMinor}.${patch}`, gitMajor, gitMinor, gitTreeState: "clean" };
}

async function hashOfInputs(): Promise<string> {
  const files = ["etcd", "kubernetes"].flatMap((module) =>
    ["go.mod", "go.sum"].map((file) => join(moduleDirectory(module), file)),
  );
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file));
  hash.update(JSON.stringify([await buildFlags(), sources, stages, process.platform, process.arch]));
  return hash.digest("hex").slice(0, 16);
}

async function givenPrograms(): Promise<Partial<Record<Program, string>>> {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets === undefined || assets === "") return {};
  const paths = programs.map((program) => [program, join(assets, program)] as const);
  const found = await Promise.all(paths.map(async ([, path]) => isExecutable(path)));
  return Object.fromEntries(paths.filter((_, index) => found[index] === true));
}

async function missingOf(cache: string, wanted: readonly Program[]): Promise<readonly (Program | typeof stagesFile)[]> {
  const files = [...wanted, stagesFile] as const;
  const found = await Promise.all(files.map((file) => isReadable(join(cache, file))));
  return files.filter((_, index) => found[index] === false);
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Where the user keeps what this project builds and may build again. */
export function cacheDirectory(): string {
  const configured = process.env["XDG_CACHE_HOME"];
  // A relative path is to be ignored, says the XDG base directory specification.
  const base = configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), ".cache");
  return join(base, "onecloud-operator");
}

function moduleDirectory(module: string): string {
  return join(import.meta.dirname, module);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
