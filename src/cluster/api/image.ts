import type { DefaultContext, Field, JsonObject } from "./field.ts";
import { defaulted, text } from "./field.ts";

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

/** Image reference that `rule` gives for a container: `repository/name:tag`. */
export function imageOf(rule: ImageRule, context: DefaultContext): string {
  const { platform, siblings } = context;
  const repository = textIn(siblings, "repository") ?? textIn(platform, "imageRepository");
  const name = chosenName(rule, context) ?? imageName(rule, context);
  const tag = textIn(siblings, "tag") ?? rule.tag ?? textIn(platform, "version");
  return `${repository}/${name}:${tag}`;
}

/** The tag or digest in an image reference; `latest` where it has none. */
export function tagOf(image: string): string {
  const [, digest] = image.split("@");
  const [, tag = "latest"] = /:([^/:]+)$/.exec(image) ?? [];
  return digest ?? tag;
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
  return defaulted(text("Image to run."), (context) => imageOf(rule, context));
}
