import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..", "..");

/** Path of the bundle: the whole program in one file that needs nothing but Node. */
export const bundlePath = join(root, "dist", "onecloud-operator.mjs");

/**
 * How the bundle is run when it is called by its own name: the operator has little to compute and shall be small. glibc would keep a
 * pool of memory for each of eight threads.
 */
const hashbang = "#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --optimize-for-size";

/** Libraries that are CommonJS ask for the modules of Node in this way. */
const requireForCommonJs =
  'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);';

/** Of undici only the dispatchers and `request` are used; all of it (fetch, caches, mocks, WebSockets) costs 3 MiB of memory. */
const partOfUndici = `
  const Dispatcher = require("undici/lib/dispatcher/dispatcher");
  Dispatcher.prototype.request = require("undici/lib/api/api-request");
  exports.Agent = require("undici/lib/dispatcher/agent");
  exports.ProxyAgent = require("undici/lib/dispatcher/proxy-agent");`;

/**
 * The whole Kubernetes client, which `auth-provider` alone needs, stays outside: it would make the file three times as large and cost
 * 16 MiB of memory even while it is not loaded. The exec plugin is a module of its own and goes in.
 */
const leaveOut: Plugin = {
  name: "leave-out",
  setup: (esbuild) => {
    esbuild.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ external: true }));
    esbuild.onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "part" }));
    esbuild.onLoad({ filter: /^undici$/, namespace: "part" }, () => ({ contents: partOfUndici, resolveDir: root }));
  },
};

/** Bundles the program into one executable file at the path and resolves with its size in bytes. Names stay, so that stack traces tell something. */
export async function bundle(path: string = bundlePath): Promise<number> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/main.ts"],
    outfile: path,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: "warning",
    banner: { js: `${hashbang}\n${requireForCommonJs}` },
    plugins: [leaveOut],
  });
  await chmod(path, 0o755);
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}
