import { describe, expect, it } from "vitest";
import { flag } from "../../../src/cluster/api/field.ts";
import { daemonSetSpec, deploymentSpec } from "../../../src/cluster/api/shapes.ts";
import { credentialNeedsOf, defineComponent, specsOf } from "../../../src/cluster/components/component.ts";
import { claim } from "../../../src/cluster/objects/claim.ts";
import { daemonSet, deployment } from "../../../src/cluster/objects/workloads.ts";

const image = { name: "greeter" };

describe("a component", () => {
  it("takes its keys from its type, belongs to every product and starts after keystone", () => {
    const greeter = defineComponent({ type: "day-greeter", spec: deploymentSpec(image, {}) });
    expect(greeter).toMatchObject({ specKey: "dayGreeter", statusKey: "dayGreeter", configKey: "dayGreeter" });
    expect(greeter.products).toContain("LightEdge");
    expect(greeter.after).toEqual(["keystone"]);
  });

  it("refuses options in its spec when it reads no YAML file that they could be laid over", () => {
    const silent = defineComponent({ type: "silent", spec: deploymentSpec(image, {}) });
    const [rule] = specsOf([silent])["silent"]?.rules ?? [];
    expect(rule?.message).toContain("spec.silent.options");
    expect(rule?.holds({ options: { log_level: "debug" } })).toBe(false);
    expect(rule?.holds({})).toBe(true);
  });

  it("does not compile with a field that its spec does not have, or a kind that its spec cannot carry", () => {
    const loud = defineComponent({
      type: "loud",
      spec: deploymentSpec(image, { shouts: flag("Shout.") }),
      // @ts-expect-error: the field is called shouts
      getOptions: (s) => ({ shout: s.spec.shout }),
      getDeployment: (s) => deployment(s, { containers: [{}] }),
      // @ts-expect-error: the spec asks for no volume
      getClaims: (s) => [claim(s)],
    });
    const everywhere = defineComponent({
      type: "everywhere",
      spec: daemonSetSpec(image, {}),
      // @ts-expect-error: the spec knows no replicas
      getDeployment: (s) => deployment(s, { containers: [{}] }),
      getDaemonSet: (s) => daemonSet(s, { containers: [{}] }),
    });
    expect(Object.keys(specsOf([loud, everywhere]))).toEqual(["loud", "everywhere"]);
  });
});

describe("the credentials that components ask for", () => {
  it("leave out a component that works in the name of another", () => {
    const owner = defineComponent({ type: "owner", spec: deploymentSpec(image, {}), account: "owner", port: 1 });
    const guest = defineComponent({ type: "guest", spec: deploymentSpec(image, {}), configKey: "owner" });
    expect(credentialNeedsOf([owner, guest]).map(({ configKey }) => configKey)).toEqual(["owner"]);
  });
});
