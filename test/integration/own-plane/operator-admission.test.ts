import { beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { insideOnly } from "../../support/installation.ts";
import {
  clusterManifest,
  getObject,
  startOperator,
  type TestOperator,
  untilDefined,
  untilReady,
} from "../../support/operator.ts";
import { freeAddress, untilPasses } from "../../support/passes.ts";
import { childWritesOf } from "../../support/requests.ts";
import { applyObject, type ClusterAt, conditionIn, patchSpec, readStatus, untilReason } from "../../support/user.ts";

let plane: ControlPlane;
let operator: TestOperator;
let cluster: ClusterAt;
const metrics = await freeAddress();

const secret = "never-to-be-repeated";

/** Gives every container of the platform's Deployments a variable, and one of them other images, as a tracing injector and a mirror do. */
const policy = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingAdmissionPolicy",
  metadata: { name: "injector" },
  spec: {
    matchConstraints: {
      resourceRules: [
        { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["deployments"] },
      ],
    },
    failurePolicy: "Fail",
    reinvocationPolicy: "Never",
    mutations: [
      {
        patchType: "ApplyConfiguration",
        applyConfiguration: {
          expression: `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
            containers: object.spec.template.spec.containers.map(c, Object.spec.template.spec.containers{
              name: c.name, env: [Object.spec.template.spec.containers.env{name: "TRACE", value: "${secret}"}]
            })}}}}`,
        },
      },
      {
        patchType: "JSONPatch",
        jsonPatch: {
          expression: `object.metadata.name == "prod-logger"
            ? [JSONPatch{op: "replace", path: "/spec/template/spec/containers/0/image", value: "mirror.example.com/logger:1"}]
            : []`,
        },
      },
    ],
  },
};

const binding = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingAdmissionPolicyBinding",
  metadata: { name: "injector" },
  spec: { policyName: "injector" },
};

beforeAll(async () => {
  plane = await startControlPlane();
  operator = await startOperator(plane, { metrics, resyncMs: 500 });
  await untilDefined(plane);
  for (const object of [policy, binding]) await applyObject(plane, object);
  const namespace = await createNamespace(plane, "admission");
  cluster = { plane, namespace, name: "prod" };
  await untilInjected();
  return async () => {
    await operator.stop();
    await plane.stop();
  };
});

/** Resolves when the API server acts on the policy, which it does a moment after it was made. */
async function untilInjected(): Promise<void> {
  const args = ["create", "deployment", "trial", "--image=x", "--dry-run=server", "--output=json"];
  await eventually(async () =>
    expect(await plane.kubectl([...args, "--namespace", cluster.namespace])).toContain("TRACE"),
  );
}

async function writesSince(since: Date): Promise<readonly string[]> {
  const writes = await childWritesOf(plane, { userAgent: operator.userAgent, since });
  return writes.filter((line) => line.includes("/deployments/"));
}

describe("what an admission rule puts into objects", () => {
  it("stays, and each object is written as often as without the rule: once", async () => {
    const since = new Date();
    await applyObject(plane, clusterManifest("prod", cluster.namespace, insideOnly()));
    await untilReady(plane, cluster.namespace, "prod");
    await untilPasses(metrics, 5);
    const writes = await writesSince(since);
    expect(writes.length).toBeGreaterThan(8);
    expect(new Set(writes).size).toBe(writes.length);
  });

  it("is named in a condition and at the component, with the object and the path and without its value", async () => {
    const condition = await untilReason(cluster, "ObjectsAsSpecified", "HeldByOthers");
    expect(condition.status).toBe("False");
    expect(condition.message).toContain(
      "Deployment prod-keystone: admission puts back its own spec.template.spec.containers[keystone].env[TRACE]",
    );
    const status = await readStatus(cluster);
    expect(status).toMatchObject({ phase: "Ready", logger: { phase: "Ready", reason: "HeldByOthers" } });
    const { message } = status["logger"] as { readonly message: string };
    expect(message).toMatch(
      /^Deployment prod-logger: admission puts back its own .*spec.template.spec.containers\[logger\].image/,
    );
    expect(JSON.stringify(status) + operator.logged()).not.toContain(secret);
  });

  it("is not written to again in later passes", async () => {
    const since = new Date();
    await untilPasses(metrics, 5);
    expect(await writesSince(since)).toEqual([]);
  });

  it("does not keep the wish from being followed, with one write", async () => {
    const since = new Date();
    await patchSpec(cluster, { notify: { replicas: 2 } });
    await eventually(async () => {
      expect((await getObject(plane, cluster.namespace, "deployments/prod-notify"))["spec"]).toMatchObject({
        replicas: 2,
      });
    });
    await untilReady(plane, cluster.namespace, "prod");
    await untilPasses(metrics, 3);
    expect(await writesSince(since)).toHaveLength(1);
  });
});

describe("what another manager puts back whenever the operator takes it out", () => {
  it("stays after the third time, with the manager named", async () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "prod-web", namespace: cluster.namespace },
      spec: { ports: [{ name: "more", port: 4711, protocol: "TCP" }] },
    };
    const since = new Date();
    const apply = ["apply", "--server-side", "--field-manager=gitops", "--filename", "-"];
    const ports = async (): Promise<string> =>
      JSON.stringify((await getObject(plane, cluster.namespace, "services/prod-web"))["spec"]);
    for (let round = 1; round <= 3; round++) {
      await plane.kubectl(apply, JSON.stringify(service));
      await eventually(async () => expect(await ports()).not.toContain("4711"));
    }
    await plane.kubectl(apply, JSON.stringify(service));
    const message = expect.stringContaining(
      "Service prod-web: gitops puts back its own spec.ports[4711/TCP]",
    ) as unknown;
    await eventually(async () => {
      expect(conditionIn(await readStatus(cluster), "ObjectsAsSpecified")).toMatchObject({ message });
    });
    await untilPasses(metrics, 3);
    expect(await ports()).toContain("4711");
    const writes = await childWritesOf(plane, { userAgent: operator.userAgent, since });
    expect(writes.filter((line) => line.includes("/services/prod-web"))).toHaveLength(3);
  });
});
