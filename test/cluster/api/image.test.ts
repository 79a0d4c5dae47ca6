import { describe, expect, it } from "vitest";
import type { Field, JsonObject } from "../../../src/cluster/api/field.ts";
import { imageOf, serviceImage } from "../../../src/cluster/api/image.ts";
import type { Edition } from "../../../src/cluster/api/names.ts";
import { editions } from "../../../src/cluster/api/names.ts";
import { specField } from "../../../src/cluster/validate.ts";
import { partAt } from "../../support/part-at.ts";
import { meantBy } from "../../support/cluster-scope.ts";

/** Image of every container of the platform without registry, by edition; in edition order, with `useHyperImage` behind. */
const rules: Readonly<Record<string, Readonly<Record<"plain" | "hyper", readonly [string, string, string]>>>> = {
  keystone: {
    plain: ["keystone:v1", "keystone:v1", "keystone:v1"],
    hyper: ["cloudpods:v1", "cloudpods:v1", "cloudpods-ee:v1"],
  },
  regionServer: {
    plain: ["region:v1", "region:v1", "region-ee:v1"],
    hyper: ["cloudpods:v1", "cloudpods:v1", "cloudpods-ee:v1"],
  },
  apiGateway: {
    plain: ["apigateway:v1", "apigateway-ee:v1", "apigateway-ee:v1"],
    hyper: ["cloudpods:v1", "cloudpods-ee:v1", "cloudpods-ee:v1"],
  },
  climc: { plain: ["climc:v1", "climc-ee:v1", "climc-ee:v1"], hyper: ["climc:v1", "climc-ee:v1", "climc-ee:v1"] },
  web: { plain: ["web:v1", "web-ee:v1", "web-ee:v1"], hyper: ["web:v1", "web-ee:v1", "web-ee:v1"] },
  "web.overview": sameEverywhere("dashboard-overview:v1"),
  "web.docs": sameEverywhere("docs-ee:v1"),
  kubeserver: sameEverywhere("kubeserver:v1"),
  cronjobTest: sameEverywhere("test:v1"),
  victoriaMetrics: sameEverywhere("victoria-metrics:v1.129.1-1"),
  "webconsole.guacd": sameEverywhere("guacd:1.6.0"),
};

function sameEverywhere(image: string): Readonly<Record<"plain" | "hyper", readonly [string, string, string]>> {
  return { plain: [image, image, image], hyper: [image, image, image] };
}

const cases = Object.entries(rules).flatMap(([container, { plain, hyper }]) =>
  editions.flatMap((edition, index) => [
    { container, edition, useHyperImage: false, image: plain[index] },
    { container, edition, useHyperImage: true, image: hyper[index] },
  ]),
);

function imageIn(container: string, spec: JsonObject, edition: Edition): unknown {
  const [key = "", inner] = container.split(".");
  const component = meantBy({ version: "v1", imageRepository: "registry.example.com/cloud", ...spec }, edition).specs[
    key
  ];
  return partAt(component, ...(inner === undefined ? [] : [inner]), "image");
}

describe("the image that nobody chose", () => {
  it.each(cases)("of $container in edition $edition, common image $useHyperImage, is $image", (rule) => {
    const spec = rule.useHyperImage ? { useHyperImage: true } : {};
    expect(imageIn(rule.container, spec, rule.edition)).toBe(`registry.example.com/cloud/${rule.image}`);
  });
});

describe("an image that somebody chose", () => {
  const siblings = { repository: "mine.example.com", imageName: "special", tag: "v9" };
  const platform = { imageRepository: "registry.example.com/cloud", version: "v1", useHyperImage: true };
  const context = { platform, name: "prod", edition: "ee", storage: "Secret" } as const;

  it("takes repository, name and tag of the component before anything else", () => {
    expect(imageOf(serviceImage("region", ["ee"]), { ...context, above: {}, siblings })).toBe(
      "mine.example.com/special:v9",
    );
  });

  it.each([
    ["repository", "mine.example.com/cloudpods-ee:v1"],
    ["imageName", "registry.example.com/cloud/special:v1"],
    ["tag", "registry.example.com/cloud/cloudpods-ee:v9"],
  ] as const)("takes %s alone too", (key, image) => {
    const one = { [key]: siblings[key] };
    expect(imageOf(serviceImage("region", ["ee"]), { ...context, above: {}, siblings: one })).toBe(image);
  });

  it("takes the tag of the component before the constant one", () => {
    const rule = { name: "guacd", tag: "1.6.0" };
    expect(imageOf(rule, { ...context, above: {}, siblings: { tag: "1.7.0" } })).toBe(
      "registry.example.com/cloud/guacd:1.7.0",
    );
  });

  it("ignores empty texts, which stored objects carry", () => {
    const empty = { repository: "", imageName: "", tag: "" };
    expect(imageOf({ name: "climc" }, { ...context, above: {}, siblings: empty })).toBe(
      "registry.example.com/cloud/climc:v1",
    );
  });

  it.each([
    { container: "apiGateway", edition: "ce", imageName: "apigateway-ee", used: "apigateway" },
    { container: "apiGateway", edition: "ce/support", imageName: "apigateway", used: "apigateway-ee" },
    { container: "mcpServer", edition: "ee", imageName: "mcp-server", used: "mcp-server-ee" },
    { container: "web", edition: "ee", imageName: "web", used: "web-ee" },
  ] as const)("that another edition named $imageName is $used in edition $edition", (one) => {
    const { container, edition, imageName, used } = one;
    expect(imageIn(container, { [container]: { imageName } }, edition)).toBe(`registry.example.com/cloud/${used}:v1`);
    const other = { [container]: { imageName: "special" } };
    expect(imageIn(container, other, edition)).toBe("registry.example.com/cloud/special:v1");
  });

  it("stays for a component whose name is the user's own affair, whatever the edition", () => {
    expect(imageIn("regionServer", { regionServer: { imageName: "region" } }, "ee")).toBe(
      "registry.example.com/cloud/region:v1",
    );
  });

  it("is used as it is when it is written whole", () => {
    const spec = { keystone: { image: "elsewhere/keystone:v9@sha256:0123", tag: "v9" } };
    expect(imageIn("keystone", spec, "ee")).toBe("elsewhere/keystone:v9@sha256:0123");
  });
});

/** The path of every container of the platform whose image a spec may name, `spec.webconsole.guacd`. */
function containerPaths(field: Field, path: readonly string[] = []): readonly (readonly string[])[] {
  const own = field.fields?.["image"]?.image === undefined ? [] : [path];
  return [
    ...own,
    ...Object.entries(field.fields ?? {}).flatMap(([key, inner]) => containerPaths(inner, [...path, key])),
  ];
}

describe("what somebody chose for any container of the platform", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const chosen = { repository: "mine.example.com/a", imageName: "special", tag: `v9@${digest}` };
  const paths = containerPaths(specField);
  const below = (path: readonly string[], value: JsonObject): JsonObject =>
    path.reduceRight<JsonObject>((inner, key) => ({ [key]: inner }), value);

  it("counts in every edition, with and without the common image, in parts and whole", () => {
    expect(paths.length).toBeGreaterThan(55);
    for (const path of paths) {
      for (const edition of editions) {
        for (const useHyperImage of [false, true]) {
          const imageWith = (value: JsonObject): unknown =>
            partAt(meantBy({ useHyperImage, version: "v1", ...below(path, value) }, edition).specs, ...path, "image");
          expect(imageWith(chosen)).toBe(`mine.example.com/a/special:v9@${digest}`);
          expect(imageWith({ tag: digest })).toMatch(
            new RegExp(`^registry.hub.docker.com/yunion/[a-z0-9-]+@${digest}$`),
          );
          expect(imageWith({ ...chosen, image: `elsewhere@${digest}` })).toBe(`elsewhere@${digest}`);
        }
      }
    }
  });
});
