import type { JsonObject } from "../cluster/api/field.ts";
import { credentialsName, labelKeys, operatorName } from "../cluster/api/names.ts";
import { components } from "../cluster/components/index.ts";
import type { Surroundings } from "../cluster/prepare/facts.ts";
import type { Happened, World } from "../cluster/pass.ts";
import { SyncError } from "../cluster/pass.ts";
import { reconcile } from "../cluster/reconcile.ts";
import { complaintsOf } from "../cluster/sync/component.ts";
import { createContests } from "../cluster/sync/contests.ts";
import { pauseOf } from "../cluster/pause.ts";
import { rows, workloadAt } from "../cluster/sync/kinds.ts";
import { outcomeText } from "../cluster/sync/outcome.ts";
import { clusters } from "../cluster/watches.ts";
import { validateSpec } from "../cluster/validate.ts";
import { denialOf } from "../kube/api-error.ts";
import type { Client } from "../kube/client.ts";
import { configMaps, nodes, persistentVolumeClaims, secrets, storageClasses } from "../kube/kinds.ts";
import type { Kind, KubeObject } from "../kube/object.ts";
import { keyOf } from "../kube/object.ts";
import { credentialsIn } from "./credentials-file.ts";
import type { DryRun, Snapshot } from "./dry-run.ts";
import { dryRun } from "./dry-run.ts";
import { planOf } from "../cluster/sync/plan.ts";
import { createLogger } from "./logger.ts";
import type { Change } from "./masking.ts";
import { secretTexts } from "./masking.ts";

/** What a pass over a cluster would do. */
export interface Trial {
  readonly changes: readonly Change[];
  /** Credentials that may stand anywhere in the changes. */
  readonly secrets: ReadonlySet<string>;
  /** What cannot be as the spec says, and what has to wait. */
  readonly notes: readonly string[];
  /** What the operator would report as failed. */
  readonly failures: readonly string[];
}

/** Lets the operator's own pass run over a stored cluster with every write as a dry run. */
export async function tryPass(client: Client, cluster: KubeObject): Promise<Trial> {
  const { namespace = "default" } = cluster.metadata;
  const [snapshot, visible, classes, { items: neighbours }, { minor }] = await Promise.all([
    snapshotOf(client, namespace),
    asFarAsVisible(client, nodes),
    asFarAsVisible(client, storageClasses),
    client.list(clusters, { namespace }),
    client.version(),
  ]);
  const trial = dryRun(client, snapshot);
  const claims = snapshot.get(persistentVolumeClaims.kind) ?? [];
  const kubernetesMinor = Number.parseInt(minor, 10);
  const surroundings = { nodes: visible, claims, kubernetesMinor, storageClasses: classes };
  const happened = await pass(trial, [cluster, ...neighbours], surroundings);
  const changes = trial.changes();
  const { notes, failures } = tidings(happened);
  const pause = pauseOf(cluster);
  const news = { notes: [...(pause === undefined ? [] : [pause]), ...notes], failures };
  const carriers = [secrets, configMaps].map((kind) =>
    trial.store.cached(kind, { namespace, name: credentialsName(cluster.metadata.name) }),
  );
  return { changes, secrets: secretsOf(cluster, [...carriers, ...changes.flatMap(bothOf)]), ...news };
}

/** All objects of a kind, or nothing for somebody who may not look at them: the operator does without them too. */
async function asFarAsVisible(client: Client, kind: Kind): Promise<readonly KubeObject[] | undefined> {
  try {
    return (await client.list(kind)).items;
  } catch (error) {
    if (denialOf(error) === undefined) throw error;
    return undefined;
  }
}

/** What the operator sees of the namespace: what carries its label, and all claims. */
async function snapshotOf(client: Client, namespace: string): Promise<Snapshot> {
  const labelSelector = `${labelKeys.managedBy}=${operatorName}`;
  const lists = rows.map(async ({ kind, data }) => {
    const { items } = await client.list(kind, { namespace, ...(data === true ? {} : { labelSelector }) });
    return [kind.kind, items] as const;
  });
  return new Map(await Promise.all(lists));
}

async function pass(
  { store, defaults }: DryRun,
  [cluster, ...neighbours]: readonly [KubeObject, ...KubeObject[]],
  around: Omit<Surroundings, "workload">,
): Promise<Happened | undefined> {
  let happened: Happened | undefined;
  const world: World = {
    // Nothing is held back: what waits for another component today is wanted all the same.
    components: components.map((component) => ({ ...component, after: [], gatedBy: [] })),
    store,
    rights: { denied: () => undefined, unseen: () => [] },
    defaults,
    contests: createContests(() => performance.now()),
    clusterOf: () => cluster,
    clustersIn: () => neighbours,
    surroundings: (namespace) => ({ ...around, workload: (name) => workloadAt(store, { namespace, name }) }),
    planOf,
    // What keeps pods from coming is no difference.
    troubledPods: () => Promise.resolve([]),
    // What waits for the end of a pause is what shall be seen.
    pauseOf: () => undefined,
    validate: validateSpec,
    writeStatus: () => Promise.resolve(),
    deletion: { deadlineMs: Number.POSITIVE_INFINITY, isNamespaceLeaving: () => Promise.resolve(false) },
    event: () => undefined,
    told: (_, what) => {
      happened = what;
    },
    now: () => new Date(),
  };
  const silent = createLogger({ logLevel: "silent", logFormat: "json" }, () => undefined);
  try {
    await reconcile(keyOf(cluster), world, silent);
  } catch (error) {
    // What failed has been told one by one.
    if (!(error instanceof SyncError)) throw error;
  }
  return happened;
}

function tidings(happened: Happened | undefined): Pick<Trial, "notes" | "failures"> {
  if (happened === undefined) return { notes: [], failures: [] };
  const { results, removed, after } = happened;
  const outcomes = [...results.flatMap((result) => result.outcomes), ...removed];
  const told = (action: "failed" | "waiting"): readonly string[] =>
    outcomes.filter((one) => one.action === action).map(outcomeText);
  const complaints = results.flatMap(complaintsOf).map(({ message }) => message);
  // What is left as it is, because a person has something to mend, has no outcome.
  const refused = results.filter((result) => result.status.phase === "Failed" && result.outcomes.length === 0);
  const isStopped = after.phase === "Invalid" || (after.phase === "Failed" && results.length === 0);
  return {
    notes: [...complaints, ...told("waiting")],
    failures: [
      ...(isStopped ? [after.message ?? "the cluster cannot be worked on"] : []),
      ...told("failed"),
      ...refused.map(refusalOf),
    ],
  };
}

function refusalOf({ component, status }: Happened["results"][number]): string {
  return `${component.type}: ${status.message ?? "it cannot be made"}`;
}

function secretsOf(cluster: KubeObject, objects: readonly (KubeObject | undefined)[]): ReadonlySet<string> {
  const documents = objects.flatMap((object) =>
    object === undefined ? [] : [credentialsIn(object as unknown as JsonObject)],
  );
  return new Set([...secretTexts(cluster["spec"]), ...documents.flatMap(secretTexts)]);
}

function bothOf({ before, after }: Change): readonly (KubeObject | undefined)[] {
  return [before, after];
}
