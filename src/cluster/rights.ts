import type { Logger } from "pino";
import type { Denial } from "../kube/api-error.ts";
import { denialOf } from "../kube/api-error.ts";
import type { Client } from "../kube/client.ts";
import { missingRight } from "./sync/missing-right.ts";
import type { Watches } from "./watches.ts";

/** What is known of rights that the operator lacks. */
export interface Rights {
  /** The right without which nothing can be done for the clusters of a namespace; `undefined` when none is missing. */
  denied(namespace: string): Denial | undefined;
  /** What the operator does without for every cluster, each a sentence with the remedy. */
  unseen(): readonly string[];
}

/** What is left out without a right; everything else cannot be done without its right. */
const leftOut: Readonly<Record<string, string>> = {
  nodes:
    "limits of containers do not follow the size of nodes, those of running ones stay; of components for marked nodes those run on that run already",
  storageclasses: "whether a storage class exists is not checked",
  services: "a node port that is taken is named without the Service that has it",
  customresourcedefinitions: "the definition stays as it is",
};

function effectOf({ resource, namespace }: Denial): string | undefined {
  return namespace === undefined ? leftOut[resource] : undefined;
}

/** Tells the log of a missing right in one sentence. */
export function tellDenial(log: Logger, denial: Denial): void {
  const without = effectOf(denial);
  log.warn({ right: missingRight(denial), ...(without !== undefined && { without }) }, "a right is missing");
}

/** The client, with every missing right that it comes upon told to the log, each right once. */
export function tellingOnce(client: Client, log: Logger): Client {
  const told = new Set<string>();
  const tellNew = (denial: Denial): void => {
    const right = missingRight(denial);
    if (!told.has(right)) tellDenial(log, denial);
    told.add(right);
  };
  const tell = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const denial = denialOf(error);
      if (denial !== undefined) tellNew(denial);
      throw error;
    }
  };
  return {
    ...client,
    get: (...call) => tell(client.get(...call)),
    list: (...call) => tell(client.list(...call)),
    create: (...call) => tell(client.create(...call)),
    update: (...call) => tell(client.update(...call)),
    patch: (...call) => tell(client.patch(...call)),
    apply: (...call) => tell(client.apply(...call)),
    delete: (...call) => tell(client.delete(...call)),
  };
}

/** What the watches of the operator may not see. */
export function rightsOf({ optional, clusters, children }: Watches): Rights {
  const needed = [clusters, ...children.values()];
  return {
    denied: (namespace) => needed.map((watch) => watch.denied(namespace)).find((denial) => denial !== undefined),
    unseen: () =>
      optional
        .flatMap((watch) => watch.denied() ?? [])
        .map((denial) => `${missingRight(denial)}; until then ${String(effectOf(denial))}`),
  };
}
