import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../../../src/cluster/api/credentials.ts";
import type { Json, JsonObject } from "../../../src/cluster/api/field.ts";
import { credentialNeedsOf } from "../../../src/cluster/components/component.ts";
import { components } from "../../../src/cluster/components/index.ts";
import {
  completeCredentials,
  credentialsText,
  parseCredentials,
} from "../../../src/cluster/prepare/credentials-document.ts";
import { PreparationError } from "../../../src/cluster/prepare/preparation-error.ts";
import { readCredentials } from "../../golden/scenarios.ts";
import { frozen } from "../../support/frozen.ts";

const needs = credentialNeedsOf(components);

function complete(document: JsonObject, takenOver = false): Credentials {
  let made = 0;
  const makePassword = (path: string): string => `${path} ${(made += 1)}`;
  return completeCredentials(frozen(document), needs, { makePassword, takenOver });
}

function asDocument(credentials: Credentials): JsonObject {
  return credentials as unknown as JsonObject;
}

/** Every value that is no mapping, with its path; what is missing is none. */
function leaves(value: Json | undefined, path = ""): readonly (readonly [string, Json])[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value !== "object" || Array.isArray(value)) return [[path, value as Json]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

const text = fc.oneof(fc.string(), fc.constantFrom("", "12345678", "yes", "null", "p@ss: #x", "0x1F"));
const login = fc.record({ username: text, password: text }, { requiredKeys: [], noNullPrototype: true });
const entry = fc.record(
  {
    port: fc.integer({ min: 1, max: 65535 }),
    username: text,
    password: text,
    db: fc.record({ database: text, username: text, password: text }, { requiredKeys: [], noNullPrototype: true }),
    clickhouse_conf: login,
    more: fc.array(fc.string()),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const keys = fc.constantFrom("glance", "region", "keystone", "itsm", "meter", "somebodyElse");
const runs = { numRuns: 30 };
const documents = fc.dictionary(keys, entry, { noNullPrototype: true }) as fc.Arbitrary<JsonObject>;

describe("completing the credentials document, whatever it holds", () => {
  it("never replaces a value, and keeps entries that nobody asks for", () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, takenOver) => {
        const held = new Map(leaves(asDocument(complete(document, takenOver))));
        for (const [path, value] of leaves(document)) expect([path, held.get(path)]).toEqual([path, value]);
      }),
      runs,
    );
  });

  it("changes nothing when done again", () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, takenOver) => {
        const once = complete(document, takenOver);
        expect(complete(asDocument(once), takenOver)).toEqual(once);
        expect(complete(asDocument(once), !takenOver)).toEqual(once);
      }),
      runs,
    );
  });

  it("can be written as text and read again", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const credentials = complete(document);
        expect(parseCredentials(credentialsText(credentials))).toEqual(credentials);
        expect(credentialsText(complete(asDocument(credentials)))).toBe(credentialsText(credentials));
      }),
      runs,
    );
  });
});

describe("a new credentials document", () => {
  const credentials = asDocument(complete({}));

  it("holds what every component asks for", () => {
    expect(credentials["region"]).toMatchObject({
      port: 30888,
      username: "regionadmin",
      password: expect.stringMatching(/^region\.password /),
      db: {
        database: "yunioncloud",
        username: "yunioncloud",
        password: expect.stringMatching(/^region\.db\.password /),
      },
      clickhouse_conf: {
        database: "yunioncloud",
        password: expect.stringMatching(/^region\.clickhouse_conf\.password /),
      },
    });
    expect(credentials["yunionconf"]).not.toHaveProperty("clickhouse_conf");
    expect(credentials["keystone"]).not.toHaveProperty("username");
    expect(credentials["apiGateway"]).not.toHaveProperty("db");
  });

  it("holds the secrets that stand in no spec, and the worker counts", () => {
    expect(credentials).toMatchObject({
      keystone: { bootstrapPassword: expect.any(String) },
      monitorStack: { minioSecretKey: expect.any(String), grafanaAdminPassword: expect.any(String) },
      victoriaMetrics: { pprofAuthKey: expect.any(String) },
      commonConfig: { request_worker_count: 8, task_worker_count: 4 },
    });
  });

  it("has another password in every place", () => {
    const passwords = leaves(credentials).filter(([path]) => /password|Password|Key/.test(path));
    expect(new Set(passwords.map(([, value]) => value)).size).toBe(passwords.length);
    expect(passwords.length).toBeGreaterThan(25);
  });

  it("carries the header by which it is known", () => {
    expect(credentialsText(complete({}))).toMatch(/^apiVersion: onecloud\.yunion\.io\/v1alpha1$/m);
    expect(credentialsText(complete({}))).toMatch(/^kind: OnecloudClusterConfig$/m);
  });
});

describe("the document of an installation of the reference", () => {
  it("is taken as it is", () => {
    const document = readCredentials();
    expect(complete(document, true)).toMatchObject(document);
  });

  it("keeps the key that all such installations have, and a key of its own", () => {
    expect(complete({}, true).victoriaMetrics.pprofAuthKey).toBe("pprof@AuthKey");
    expect(complete({}, false).victoriaMetrics.pprofAuthKey).not.toBe("pprof@AuthKey");
    expect(complete({ victoriaMetrics: { pprofAuthKey: "own" } }, true).victoriaMetrics.pprofAuthKey).toBe("own");
  });
});

describe("a document that services could not work with", () => {
  it.each<readonly [JsonObject, string]>([
    [{ keystone: { bootstrapPassword: 87654321 } }, "keystone.bootstrapPassword must be text"],
    [{ glance: { db: { password: 87654321 } } }, "glance.db.password must be text"],
    [{ glance: { db: "canary" } }, "glance.db must be a mapping"],
    [{ glance: ["canary"] }, "glance must be a mapping"],
    [{ glance: { port: "canary" } }, "glance.port must be a number"],
    [{ commonConfig: { task_worker_count: "canary" } }, "commonConfig.task_worker_count must be a number"],
  ])("%j is refused in words that name the entry and no value", (document, message) => {
    expect(() => complete(document)).toThrow(PreparationError);
    expect(() => complete(document)).toThrow(message);
    expect(() => complete(document)).not.toThrow(/canary|87654321/);
  });

  it("is not one with entries that nobody reads", () => {
    expect(complete({ canary: "x", glance: { extra: 3 } })).toMatchObject({ canary: "x", glance: { extra: 3 } });
  });

  it.each(["just text", "- a\n- b\n", "", "42"])("is no document at all when its text is %j", (content) => {
    expect(() => parseCredentials(content)).toThrow(/not a YAML mapping|is empty/);
  });
});
