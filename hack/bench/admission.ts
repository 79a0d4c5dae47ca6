import type { Kind, KubeObject } from "../../src/kube/object.ts";
import { setTimeout as delay } from "node:timers/promises";
import type { Row } from "./report.ts";
import { percentile } from "./report.ts";
import type { Plane } from "./stage.ts";
import { createCluster, startBundle, until, untilReady, userAgent, writes } from "./stage.ts";

const apiVersion = "admissionregistration.k8s.io/v1";
const name = "mirror";

const policies: Kind = {
  apiVersion,
  kind: "MutatingAdmissionPolicy",
  plural: "mutatingadmissionpolicies",
  namespaced: false,
};
const bindings: Kind = {
  apiVersion,
  kind: "MutatingAdmissionPolicyBinding",
  plural: "mutatingadmissionpolicybindings",
  namespaced: false,
};

/** Gives every container of a workload a variable, and pulls its image always. */
const policy: KubeObject = {
  apiVersion,
  kind: policies.kind,
  metadata: { name },
  spec: {
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: ["apps"],
          apiVersions: ["v1"],
          operations: ["CREATE", "UPDATE"],
          resources: ["deployments", "daemonsets"],
        },
      ],
    },
    reinvocationPolicy: "Never",
    failurePolicy: "Fail",
    mutations: [
      {
        patchType: "ApplyConfiguration",
        applyConfiguration: {
          expression: `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
            containers: object.spec.template.spec.containers.map(c, Object.spec.template.spec.containers{
              name: c.name, imagePullPolicy: "Always",
              env: [Object.spec.template.spec.containers.env{name: "TRACE", value: "on"}]
            })}}}}`,
        },
      },
    ],
  },
};

/** How many passes over the settled cluster are looked at. */
const passes = 100;

/** What an operator writes while an admission rule changes every workload that it applies. */
export async function measureAdmission(plane: Plane): Promise<readonly Row[]> {
  await plane.client.create(policies, policy);
  await plane.client.create(bindings, {
    apiVersion,
    kind: bindings.kind,
    metadata: { name },
    spec: { policyName: name },
  });
  // The API server takes up a policy a moment after it was made.
  await delay(5_000);
  const operator = startBundle(plane, ["--no-leader-elect", "--resync", "100ms", "--log-level", "debug"]);
  await operator.said("caches synced, starting");
  await createCluster(plane, "mutated");
  await untilReady(plane, "mutated");
  const durations = (): readonly number[] =>
    operator.log().flatMap(({ msg, durationMs }) => (msg === "pass ended" ? [Number(durationMs)] : []));
  const [since, before] = [new Date(), durations().length];
  const all = await until(
    () => (durations().length >= before + passes ? durations() : undefined),
    "enough passes",
    500,
  );
  await operator.kill("SIGTERM");
  const made = (await plane.control.requests({ userAgent, since, verbs: writes })).filter(
    ({ objectRef }) => objectRef?.namespace === "mutated" && objectRef.resource !== "events",
  );
  const note = `${passes} passes while every workload is mutated, more than in half a day by default`;
  return [
    { what: "writes while admission changes every workload", value: made.length, unit: "", aim: 0, note },
    { what: "such a pass, p50", value: percentile(all.slice(before), 0.5), unit: "ms", note },
  ];
}
