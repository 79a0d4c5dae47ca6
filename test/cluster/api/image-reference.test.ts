import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { imageOf } from "../../../src/cluster/api/image.ts";
import { imageForms } from "../../../src/cluster/api/image-reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

const digests = fc.stringMatching(/^sha256:[\da-f]{64}$/);
const tags = fc.stringMatching(/^\w[\w.-]{0,20}$/);
const words = fc.stringMatching(/^[a-z\d]{1,6}((\.|__?|-{1,3})[a-z\d]{1,6}){0,2}$/);
const paths = fc.array(words, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const registries = fc.oneof(
  fc.domain(),
  fc.tuple(fc.domain(), fc.integer({ min: 1, max: 65535 })).map((parts) => parts.join(":")),
  fc.constantFrom("localhost:5000", "10.0.0.1", "[fd00::1]:5000", "REGISTRY.example.com"),
);
const repositories = fc.oneof(
  paths,
  registries,
  fc.tuple(registries, paths).map((parts) => parts.join("/")),
);
/** What may stand in `tag`. */
const versions = fc.oneof(
  tags,
  digests,
  digests.map((one) => `@${one}`),
  fc.tuple(tags, digests).map((parts) => parts.join("@")),
);

function matches(form: keyof typeof imageForms, text: string): boolean {
  return new RegExp(imageForms[form].pattern, "u").test(text);
}

/** The image of a container whose spec says this. */
function imageWith(siblings: JsonObject): string {
  const platform = { imageRepository: "registry.example.com/cloud", version: "v1" };
  return imageOf({ name: "glance" }, { platform, name: "prod", edition: "ce", storage: "Secret", above: {}, siblings });
}

describe("the grammar of image references", () => {
  it("takes every repository, name and tag, and the image that they make together", () => {
    fc.assert(
      fc.property(repositories, paths, versions, (repository, imageName, tag) => {
        expect(matches("repository", repository)).toBe(true);
        expect(matches("name", imageName)).toBe(true);
        expect(matches("tag", tag)).toBe(true);
        const image = imageWith({ repository, imageName, tag });
        expect(image.startsWith(`${repository}/${imageName}`)).toBe(true);
        expect(matches("image", image)).toBe(true);
      }),
    );
  });

  it("has no text that the API server would refuse, where it looks less closely", () => {
    const forms = Object.values<{ readonly pattern: string; readonly roughly?: string }>(imageForms);
    for (const { pattern, roughly = pattern } of forms) {
      const [exact, rough] = [new RegExp(pattern, "u"), new RegExp(roughly, "u")];
      fc.assert(
        fc.property(fc.stringMatching(exact), (text) => {
          expect(text).toMatch(rough);
        }),
      );
    }
  });

  it("takes no text with a space, a line break or an @ without a digest behind it", () => {
    const odd = fc.constantFrom(" ", "\n", "\t", "@", "é", "?", "$");
    fc.assert(
      fc.property(versions, odd, fc.nat(), (tag, one, at) => {
        const place = at % (tag.length + 1);
        const broken = tag.slice(0, place) + one + tag.slice(place);
        // Only an @ before a bare digest is another way to write it.
        fc.pre(broken !== `@${tag}` || !tag.startsWith("sha256:"));
        expect(matches("tag", broken)).toBe(false);
        expect(matches("image", `registry.example.com/glance:${broken}`)).toBe(false);
      }),
    );
  });

  it.each(["", "v3.11", "v3.11.4-20260101", "_x", "a".repeat(128), digest, `@${digest}`, `v1@${digest}`])(
    "takes the tag %j",
    (tag) => expect(matches("tag", tag)).toBe(true),
  );

  it.each([
    ...["v 1", ".v1", "-v1", "a".repeat(129), "v1:2", "v1/2", "v1@", "@v1"],
    ...[
      "sha256:abc",
      `${digest}0`,
      `sha256:${"A".repeat(64)}`,
      `md5:${"0".repeat(32)}`,
      `v1@@${digest}`,
      `v1${digest}`,
    ],
  ])("refuses the tag %j", (tag) => expect(matches("tag", tag)).toBe(false));

  it.each([
    ...["https://registry.example.com", "registry.example.com/", "/cloud", "registry.example.com:port/cloud"],
    ...["registry.example.com/Cloud", "registry..example.com", "cloud:v1", `cloud@${digest}`],
  ])("refuses the repository %j", (repository) => expect(matches("repository", repository)).toBe(false));

  it.each([
    ...["", "keystone", "keystone:v1", "localhost:5000/keystone", "a.example.com:5000/b/c_d/e__f:v1"],
    ...[`keystone@${digest}`, `registry.example.com/cloud/keystone:v1@${digest}`, "[fd00::1]:5000/cloud/keystone:v1"],
  ])("takes the image %j", (image) => expect(matches("image", image)).toBe(true));

  it.each([
    ...["Keystone", "registry.example.com/", "keystone:", "keystone:v 1", "a//b", "https://a.example.com/keystone"],
    ...["keystone@sha256:abc", "a___b", "keystone:v1:v2", ":v1"],
  ])("refuses the image %j", (image) => expect(matches("image", image)).toBe(false));

  it("takes a version that is a tag, and no digest: that is of one image alone", () => {
    expect(matches("version", "v3.11.4")).toBe(true);
    expect(matches("version", digest)).toBe(false);
    expect(matches("version", `v3.11@${digest}`)).toBe(false);
  });

  it("needs no long time to refuse what is long", () => {
    for (const form of Object.keys(imageForms) as (keyof typeof imageForms)[]) {
      expect(matches(form, `${"a-".repeat(20_000)}!`)).toBe(false);
    }
  });
});

describe("a tag of the spec", () => {
  it.each([
    ["v3.11", "registry.example.com/cloud/glance:v3.11"],
    [digest, `registry.example.com/cloud/glance@${digest}`],
    [`@${digest}`, `registry.example.com/cloud/glance@${digest}`],
    [`v3.11@${digest}`, `registry.example.com/cloud/glance:v3.11@${digest}`],
    ["", "registry.example.com/cloud/glance:v1"],
  ])("%s gives the image %s", (tag, image) => {
    expect(imageWith({ tag })).toBe(image);
  });
});
