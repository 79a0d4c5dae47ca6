import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyOf, keyText } from "../../src/kube/object.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { type Change, createStore, type Store } from "../../src/kube/store.ts";
import type { WatchEvent } from "../../src/kube/watch.ts";

/** One object whose whole state is its resourceVersion. */
function thing(name: string, version: number, uid = `${name}-1`): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Thing",
    metadata: { name, namespace: "ns", uid, resourceVersion: String(version) },
  };
}

function event(type: WatchEvent["type"], object: KubeObject): WatchEvent {
  return { type, object };
}

function told(changes: readonly Change[]): readonly string[] {
  return changes.map(({ type, object }) => `${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
}

function versionIn(store: Store, name: string): string | undefined {
  return store.cache.get(`ns/${name}`)?.metadata.resourceVersion;
}

describe("a list", () => {
  it("tells everything as added at first, and only the differences later", () => {
    const store = createStore();
    expect(told(store.replace([thing("a", 1), thing("b", 2)], "5"))).toEqual(["added a@1", "added b@2"]);
    const changes = store.replace([thing("b", 2), thing("c", 7)], "9");
    expect(told(changes)).toEqual(["deleted a@1", "added c@7"]);
    expect(told(store.replace([thing("b", 10), thing("c", 7)], "11"))).toEqual(["updated b@10"]);
  });

  it("tells an object of the same name and another uid as deleted and added", () => {
    const store = createStore();
    store.replace([thing("a", 1)], "5");
    expect(told(store.replace([thing("a", 8, "a-2")], "9"))).toEqual(["deleted a@1", "added a@8"]);
  });

  it("of a restored backup is believed, although it is older", () => {
    const store = createStore();
    store.replace([thing("a", 90)], "100");
    store.remember(thing("a", 110));
    expect(told(store.replace([thing("a", 50)], "60"))).toEqual(["updated a@50"]);
    expect(versionIn(store, "a")).toBe("50");
  });
});

describe("a watch", () => {
  it("tells what happens, with what was there before", () => {
    const store = createStore();
    store.replace([], "1");
    expect(told(store.observe(event("ADDED", thing("a", 2))))).toEqual(["added a@2"]);
    const [update] = store.observe(event("MODIFIED", thing("a", 3)));
    expect(update).toMatchObject({ type: "updated", old: { metadata: { resourceVersion: "2" } } });
    expect(told(store.observe(event("DELETED", thing("a", 4))))).toEqual(["deleted a@4"]);
    expect(store.cache.list()).toEqual([]);
  });

  it("tells nothing of an object that it shows a second time, or whose deletion comes twice", () => {
    const store = createStore();
    store.replace([thing("a", 2)], "2");
    expect(store.observe(event("ADDED", thing("a", 2)))).toEqual([]);
    store.observe(event("DELETED", thing("a", 3)));
    expect(store.observe(event("DELETED", thing("a", 3)))).toEqual([]);
  });
});

describe("an own write", () => {
  it("is read at once and told when the watch delivers it", () => {
    const store = createStore();
    store.replace([thing("a", 2)], "2");
    store.remember(thing("a", 7));
    expect(versionIn(store, "a")).toBe("7");
    const changes = store.observe(event("MODIFIED", thing("a", 7)));
    expect(changes).toMatchObject([{ type: "updated", old: { metadata: { resourceVersion: "2" } } }]);
  });

  it("stays before older news, which are told all the same", () => {
    const store = createStore();
    store.replace([thing("a", 2)], "2");
    store.remember(thing("a", 10));
    expect(told(store.observe(event("MODIFIED", thing("a", 9))))).toEqual(["updated a@9"]);
    expect(versionIn(store, "a")).toBe("10");
    expect(told(store.observe(event("MODIFIED", thing("a", 10))))).toEqual(["updated a@10"]);
  });

  it("never brings back what the watch has shown to be deleted", () => {
    const store = createStore();
    store.replace([thing("a", 2)], "2");
    store.observe(event("DELETED", thing("a", 9)));
    store.remember(thing("a", 8));
    expect(versionIn(store, "a")).toBeUndefined();
  });

  it("of an object that was made anew survives the deletion of the old one", () => {
    const store = createStore();
    store.replace([thing("a", 2)], "2");
    store.remember(thing("a", 12, "a-2"));
    expect(told(store.observe(event("DELETED", thing("a", 11))))).toEqual(["deleted a@11"]);
    expect(versionIn(store, "a")).toBe("12");
    expect(told(store.observe(event("ADDED", thing("a", 12, "a-2"))))).toEqual(["added a@12"]);
  });

  it("is dropped when the watch passes it without showing it, for then it is not selected", () => {
    const store = createStore();
    store.replace([], "2");
    store.remember(thing("other", 5));
    expect(versionIn(store, "other")).toBe("5");
    expect(store.observe(event("BOOKMARK", thing("", 6)))).toEqual([]);
    expect(versionIn(store, "other")).toBeUndefined();
  });

  it("that is newer than a list survives it", () => {
    const store = createStore();
    store.remember(thing("a", 9));
    expect(store.replace([], "8")).toEqual([]);
    expect(versionIn(store, "a")).toBe("9");
    expect(told(store.replace([thing("a", 9)], "9"))).toEqual(["added a@9"]);
  });
});

/** What a server's history may be: on each step one of three objects is written, made or deleted. */
const history = fc.array(
  fc.record({
    name: fc.constantFrom("a", "b", "c"),
    act: fc.constantFrom("write", "write", "delete"),
    /** How many events the watch runs behind after this step, at least. */
    lag: fc.nat(4),
    /** After how many further steps the answer to a write reaches its writer; undefined when somebody else wrote. */
    answeredAfter: fc.option(fc.nat(3), { nil: undefined }),
    relist: fc.boolean(),
  }),
  { maxLength: 40 },
);

interface Step {
  readonly name: string;
  readonly act: string;
  readonly version: number;
}

interface Server {
  readonly events: WatchEvent[];
  readonly live: Map<string, KubeObject>;
}

/** Does one step on the server; gives the answer to a write. */
function perform({ events, live }: Server, { name, act, version }: Step): KubeObject | undefined {
  const old = live.get(name);
  if (act === "write") {
    const object = thing(name, version, old?.metadata.uid ?? `${name}-${version}`);
    live.set(name, object);
    events.push(event(old === undefined ? "ADDED" : "MODIFIED", object));
    return object;
  }
  live.delete(name);
  if (old !== undefined) events.push(event("DELETED", thing(name, version, old.metadata.uid)));
  return undefined;
}

/** Handlers as they hear a store: they hold what they were told, and check that each change follows from the one before. */
function hearer(known: Map<string, KubeObject>): (changes: readonly Change[]) => void {
  return (changes) => {
    for (const { type, object, old } of changes) {
      const key = keyText(keyOf(object));
      expect(old).toBe(known.get(key));
      expect(type === "added").toBe(old === undefined);
      if (type === "deleted") known.delete(key);
      else known.set(key, object);
    }
  };
}

/** Readers of a cache: what they have once seen of an object never gets older. */
function reader(store: Store): () => void {
  const seen = new Map<string, number>();
  return () => {
    for (const { metadata } of store.cache.list()) {
      const [uid, version] = [metadata.uid ?? "", Number(metadata.resourceVersion)];
      expect(version).toBeGreaterThanOrEqual(seen.get(uid) ?? 0);
      seen.set(uid, version);
    }
  };
}

it("however writes, late answers, late news and lists interleave, readers see their writes and handlers hear a story without gaps", () => {
  fc.assert(
    fc.property(history, (steps) => {
      const server: Server = { events: [], live: new Map() };
      const store = createStore();
      const known = new Map<string, KubeObject>();
      const hear = hearer(known);
      const read = reader(store);
      let answers: { readonly object: KubeObject; readonly due: number }[] = [];
      let shown = 0;
      const catchUp = (until: number): void => {
        for (const next of server.events.slice(shown, until)) {
          hear(store.observe(next));
          read();
        }
        shown = until;
      };
      const rememberUntil = (now: number): void => {
        for (const { object, due } of answers) if (due <= now) store.remember(object);
        answers = answers.filter(({ due }) => due > now);
      };
      hear(store.replace([], "0"));
      for (const [index, { name, act, lag, answeredAfter, relist }] of steps.entries()) {
        const object = perform(server, { name, act, version: index + 1 });
        catchUp(Math.max(shown, server.events.length - lag));
        if (object !== undefined && answeredAfter !== undefined) answers.push({ object, due: index + answeredAfter });
        rememberUntil(index);
        read();
        const isAnswered = object !== undefined && answeredAfter === 0;
        expect(Number(versionIn(store, name) ?? 0)).toBeGreaterThanOrEqual(isAnswered ? index + 1 : 0);
        if (!relist) continue;
        hear(store.replace([...server.live.values()], String(index + 1)));
        shown = server.events.length;
      }
      catchUp(server.events.length);
      rememberUntil(Number.POSITIVE_INFINITY);
      const live = [...server.live.values()];
      expect(new Set(known.values())).toEqual(new Set(live));
      expect(new Set(store.cache.list())).toEqual(new Set(live));
    }),
    { numRuns: 300 },
  );
});

describe("indexes", () => {
  it("find objects by namespace and by what an indexer says, also after it changes", () => {
    const labelled = (version: number, app: string): KubeObject => {
      const plain = thing("a", version);
      return { ...plain, metadata: { ...plain.metadata, labels: { app } } };
    };
    const store = createStore({
      app: ({ metadata }) => (metadata.labels?.["app"] === undefined ? [] : [metadata.labels["app"]]),
    });
    store.replace([labelled(1, "web"), thing("b", 1)], "1");
    store.observe(event("MODIFIED", labelled(2, "db")));
    expect(store.cache.byIndex("app", "web")).toEqual([]);
    expect(store.cache.byIndex("app", "db").map(({ metadata }) => metadata.name)).toEqual(["a"]);
    expect(store.cache.list("ns")).toHaveLength(2);
    expect(store.cache.list("elsewhere")).toEqual([]);
    expect(() => store.cache.byIndex("colour", "red")).toThrow('the cache has no index "colour"');
  });
});
