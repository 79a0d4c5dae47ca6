import type { DefaultContext, Field, JsonObject } from "./field.ts";
import { defaulted } from "./field.ts";
import { imageText } from "./image-reference.ts";

/** How the image of a container is named when the spec does not name it. */
export interface ImageRule {
  readonly name: string;
  /** Constant tag of an image that does not follow `spec.version`. */
  readonly tag?: string;
  /** Editions in which the image has the suffix `-ee`. */
  readonly enterpriseIn?: readonly string[];
  /** Whether the edition decides even where the spec names the image of another edition, as stored objects do. */
  readonly editionDecides?: boolean;
  /** Whether the common image `cloudpods` takes its place with `spec.useHyperImage`. */
  readonly hyper?: boolean;
}

/** Image of a service whose name and tag follow the platform, and that the common image may replace. */
export function serviceImage(name: string, enterpriseIn: readonly string[] = []): ImageRule {
  return { name, enterpriseIn, hyper: true };
}

/** Image reference that `rule` gives for a container: `repository/name:tag`, with a digest `repository/name:tag@sha256:…` or `repository/name@sha256:…`. */
export function imageOf(rule: ImageRule, context: DefaultContext): string {
  const { platform, siblings } = context;
  const repository = textIn(siblings, "repository") ?? textIn(platform, "imageRepository");
  const name = chosenName(rule, context) ?? imageName(rule, context);
  const tag = textIn(siblings, "tag") ?? rule.tag ?? textIn(platform, "version") ?? "latest";
  return `${repository}/${name}${behindName(tag)}`;
}

/** A tag stands behind a colon, and what begins with a digest behind an @. */
function behindName(tag: string): string {
  if (tag.startsWith("@")) return tag;
  return tag.startsWith("sha256:") ? `@${tag}` : `:${tag}`;
}

/** The tag in an image reference, its digest where it has no tag, and `latest` where it has neither. */
export function tagOf(image: string): string {
  const [name = "", digest = "latest"] = image.split("@");
  const [, tag] = /:([^/:]+)$/.exec(name) ?? [];
  return tag ?? digest;
}

/** The text under a key, where it says something. */
function textIn(struct: JsonObject, key: string): string | undefined {
  const value = struct[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The name that the spec gives; what an earlier edition left there does not count where the edition decides. */
function chosenName(rule: ImageRule, { siblings, edition }: DefaultContext): string | undefined {
  const chosen = textIn(siblings, "imageName");
  const { name, editionDecides, enterpriseIn = [] } = rule;
  const ofOtherEdition = enterpriseIn.includes(edition) ? name : `${name}-ee`;
  return editionDecides === true && chosen === ofOtherEdition ? undefined : chosen;
}

function imageName(rule: ImageRule, { platform, edition }: DefaultContext): string {
  const enterpriseIn = rule.enterpriseIn ?? [];
  if (rule.hyper === true && platform["useHyperImage"] === true) {
    const enterprise = enterpriseIn.length === 0 ? edition === "ee" : enterpriseIn.includes(edition);
    return enterprise ? "cloudpods-ee" : "cloudpods";
  }
  return enterpriseIn.includes(edition) ? `${rule.name}-ee` : rule.name;
}

/** The field `image` of a container, filled in by `rule`. */
export function imageField(rule: ImageRule): Field<string, true> {
  const field = defaulted(imageText("image", "Image to run."), (context) => imageOf(rule, context));
  return { ...field, image: rule };
}
