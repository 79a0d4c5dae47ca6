import { relative } from "node:path";
import { untilAborted } from "../../src/kube/deadline.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { applyExample, ensureNamespace, examplePath, readExample } from "./example.ts";
import { followUntilReady } from "./follow.ts";
import { startOperator, tailOf } from "./operator.ts";
import { currentPlace, localPlace, type Place } from "./place.ts";
import type { Screen } from "./screen.ts";
import type { Settings } from "./settings.ts";

/** Where it is shown, and what ends it. */
export interface Stage {
  readonly screen: Screen;
  /** Aborted with an error that says why it is over. */
  readonly stop: AbortController;
}

/**
 * Shows the main job: the operator installs the platform that the example asks for. Resolves when that is ready and was to be shown once;
 * else goes on until it is stopped and rejects with the reason. Everything that was started is down then.
 */
export async function showExample(settings: Settings, { screen, stop }: Stage): Promise<void> {
  await using started = new AsyncDisposableStack();
  const place = await openPlace(settings, { screen, stop });
  started.defer(() => {
    screen.line(
      place.kubeconfig === undefined ? "Stopped; the cluster keeps what was applied." : "Everything is down.",
    );
  });
  started.defer(() => place.close());
  const cluster = await readExample(settings);
  const { namespace = "default" } = cluster.metadata;
  await ensureNamespace(place.client, namespace);
  screen.line(`Starting the operator from source; its log: ${relative(process.cwd(), settings.logFile)}`);
  const { kubeconfig } = place;
  const operator = await startOperator({
    ...(kubeconfig !== undefined && { kubeconfig }),
    namespace,
    logFile: settings.logFile,
  });
  started.defer(() => operator.stop());
  void operator.ended.then((how) => failedOperator(how, settings.logFile)).then((error) => stop.abort(error));
  await install(place, cluster, { settings, screen, signal: stop.signal });
  if (settings.once) return;
  for (const line of farewell(place, cluster)) screen.line(line);
  await untilAborted(new Promise<never>(() => undefined), stop.signal);
}

async function openPlace({ where }: Settings, { screen, stop }: Stage): Promise<Place> {
  if (where === "current") return await untilAborted(currentPlace(), stop.signal);
  screen.line("Starting the local control plane");
  return await untilAborted(localPlace(), stop.signal);
}

interface Installing {
  readonly settings: Settings;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

async function install(place: Place, cluster: KubeObject, { settings, screen, signal }: Installing): Promise<void> {
  screen.line(`Applying ${examplePath}`);
  await applyExample(place.client, cluster, signal);
  const begun = performance.now();
  await followUntilReady(place.client, cluster, { waitMs: settings.waitMs, show: screen.show, signal });
  screen.line(`Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

async function failedOperator(how: string, logFile: string): Promise<Error> {
  return new Error(`the operator ended (${how}); its last lines:\n${await tailOf(logFile)}`);
}

function farewell({ kubeconfig, kubectl }: Place, { metadata }: KubeObject): readonly string[] {
  const { name, namespace = "default" } = metadata;
  const cluster = `oc -n ${namespace} ${name}`;
  return [
    "",
    "Worth trying in another terminal:",
    ...(kubeconfig === undefined ? [] : [`  export KUBECONFIG=${kubeconfig}`]),
    `  ${kubectl} get oc -A`,
    `  ${kubectl} edit ${cluster}`,
    `  ${kubectl} delete ${cluster}`,
    "",
    kubeconfig === undefined
      ? "Ctrl-C stops the operator; what was applied stays until you delete it."
      : "Ctrl-C takes everything down.",
  ];
}
