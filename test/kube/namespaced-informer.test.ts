import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/kube/api-error.ts";
import type { ListOptions, WatchOptions } from "../../src/kube/call-options.ts";
import type { Client } from "../../src/kube/client.ts";
import { configMaps, nodes } from "../../src/kube/kinds.ts";
import { namespacedInformer } from "../../src/kube/namespaced-informer.ts";
import type { Kind, KubeObject } from "../../src/kube/object.ts";
import type { WatchEvent } from "../../src/kube/watch.ts";

function thing(namespace: string, name: string): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, resourceVersion: "1" } };
}

/** A server that lists these objects and whose watches never tell anything; some namespaces it refuses. */
function serverOf(objects: readonly KubeObject[], refused: readonly string[] = []) {
  const asked: string[] = [];
  const client: Pick<Client, "list" | "watch"> = {
    list: async (kind: Kind, { namespace = "" }: ListOptions = {}) => {
      asked.push(namespace);
      const message = `User "op" cannot list resource "${kind.plural}" in API group "" in the namespace "${namespace}"`;
      const attempted = { act: "list", method: "GET", path: "/" };
      if (refused.includes(namespace)) throw new ApiError(attempted, { code: 403, status: { message } });
      const items = objects.filter(({ metadata }) => namespace === "" || metadata.namespace === namespace);
      return { items, resourceVersion: "5" };
    },
    // oxlint-disable-next-line require-yield
    watch: async function* (_: Kind, { signal }: WatchOptions): AsyncGenerator<WatchEvent> {
      if (signal?.aborted !== true)
        await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
    },
  };
  return { client, asked };
}

const all = [thing("a", "one"), thing("b", "two"), thing("c", "three")];

describe("an informer of some namespaces", () => {
  it("asks for these alone, and holds what is in them", async () => {
    const { client, asked } = serverOf(all);
    const informer = namespacedInformer(client, configMaps, {
      namespaces: ["a", "b"],
      indexers: { all: () => ["yes"] },
    });
    const told: string[] = [];
    informer.onChange(({ object }) => told.push(object.metadata.name));
    informer.start();
    await informer.synced;
    expect(asked.toSorted()).toEqual(["a", "b"]);
    expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(["one", "two"]);
    expect(informer.list("c")).toEqual([]);
    expect(informer.get({ namespace: "b", name: "two" })).toEqual(all[1]);
    expect(informer.byIndex("all", "yes")).toHaveLength(2);
    expect(told.toSorted()).toEqual(["one", "two"]);
    await informer.stop();
  });

  it("remembers own writes in them, and nothing of others", async () => {
    const { client } = serverOf([]);
    const informer = namespacedInformer(client, configMaps, { namespaces: ["a"] });
    informer.remember(thing("a", "mine"));
    informer.remember(thing("c", "other"));
    expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(["mine"]);
    await informer.stop();
  });

  it("is settled when one may not be listed, and says which that is", async () => {
    const { client } = serverOf(all, ["b"]);
    const informer = namespacedInformer(client, configMaps, { namespaces: ["a", "b"] });
    const denials: unknown[] = [];
    informer.onDenied((denial) => denials.push(denial));
    informer.start();
    await informer.settled;
    expect(informer.hasSynced()).toBe(false);
    expect(informer.denied("a")).toBeUndefined();
    expect(informer.denied("b")).toMatchObject({ verb: "list", namespace: "b" });
    expect(informer.denied()).toEqual(informer.denied("b"));
    expect(denials).toEqual([informer.denied("b")]);
    await informer.stop();
  });

  it.each([
    ["no namespaces are named", configMaps, []],
    ["the kind has none", nodes, ["a"]],
  ])("asks for everything when %s", async (_, kind, namespaces) => {
    const { client, asked } = serverOf(all);
    const informer = namespacedInformer(client, kind, { namespaces });
    informer.start();
    await informer.synced;
    expect(asked).toEqual([""]);
    await informer.stop();
  });
});
