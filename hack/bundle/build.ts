import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { build, type OnLoadResult, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..", "..");

/** Path of the bundle: the whole program in one file that needs nothing but Node. */
export const bundlePath = join(root, "dist", "onecloud-operator.mjs");

/** How the bundle is run when it is called by its own name: the operator has little to compute and shall be small. */
const hashbang = "#!/usr/bin/env -S node --optimize-for-size";

/** Libraries that are CommonJS ask for the modules of Node in this way. */
const requireForCommonJs =
  'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);';

/**
 * What stands in for a library. Of undici only the dispatchers and `request` are used: all of it (fetch, caches, mocks, WebSockets) costs
 * 3 MiB. The whole Kubernetes client, needed for `auth-provider` alone, would make the file four times as large and cost 16 MiB even
 * while it is not loaded; its exec plugin is a module of its own and stays.
 */
const standIns: Readonly<Record<string, string>> = {
  undici: `
    const Dispatcher = require("undici/lib/dispatcher/dispatcher");
    Dispatcher.prototype.request = require("undici/lib/api/api-request");
    module.exports = {
      Agent: require("undici/lib/dispatcher/agent"),
      ProxyAgent: require("undici/lib/dispatcher/proxy-agent"),
    };`,
  "@kubernetes/client-node": `
    throw new Error("this build does not know auth-provider: use a user with exec, a token or a certificate");`,
};

function contentsOf(name: string): OnLoadResult {
  return { contents: standIns[name] ?? "", resolveDir: root };
}

const useStandIns: Plugin = {
  name: "stand-ins",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(?:undici|@kubernetes\/client-node)$/ }, ({ path }) => ({ path, namespace: "stand-in" }));
    onLoad({ filter: /.*/, namespace: "stand-in" }, ({ path }) => contentsOf(path));
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
    plugins: [useStandIns],
  });
  await chmod(path, 0o755);
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}
