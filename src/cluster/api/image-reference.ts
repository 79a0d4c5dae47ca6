import type { Field } from "./field.ts";

/*
 * The grammar of image references, as container runtimes read them: `[registry[:port]/]path[:tag][@digest]`. Empty texts
 * stand in stored objects and say nothing.
 */
const hex = "sha256:[\\da-f]{64}";
const tag = "\\w[\\w.-]{0,127}";
const word = "[a-z\\d]+((\\.|__?|-+)[a-z\\d]+)*";
const path = `${word}(/${word})*`;
const registry = "([A-Za-z\\d]+((\\.|-+)[A-Za-z\\d]+)*|\\[[\\dA-Fa-f:]+\\])(:\\d{1,5})?";

/** Every form that a text about images may have, as regular expressions that Go and JavaScript read alike. */
export const imageForms = {
  version: `^(${tag})?$`,
  tag: `^(${tag}(@${hex})?|@?${hex})?$`,
  name: `^(${path})?$`,
  repository: `^((${registry}|${word})(/${word})*)?$`,
  image: `^((${registry}/)?${path}(:${tag})?(@${hex})?)?$`,
} as const;

/** A text about images. The definition would grow by a sixth with exact forms of all of them in it, so what costs much is looser there. */
function imageText(kind: keyof typeof imageForms, description: string, remedy: string, loose?: string) {
  const [type, exact] = ["string", imageForms[kind]];
  const field: Field<string, false> = {
    schema: { type, pattern: loose ?? exact },
    description,
    deep: { type, pattern: exact, remedy },
  };
  return field;
}

/** The tag of many images: a digest is that of one image alone. */
export function versionText(description: string): Field<string, false> {
  return imageText("version", description, "write a tag such as v3.11: letters, digits, _ . and -, at most 128");
}

/** A tag, a digest, or both. */
export function tagText(description: string): Field<string, false> {
  return imageText("tag", description, "write a tag, a digest or both: v3.11, sha256:…, v3.11@sha256:…");
}

/** The name of an image without registry and tag. */
export function imageNameText(description: string): Field<string, false> {
  return imageText("name", description, "write small letters and digits, parted by . _ - or /", "^[\\w./-]*$");
}

/** Registry and path under which images lie. */
export function repositoryText(description: string): Field<string, false> {
  const remedy = "write registry and path, registry.example.com:5000/cloud, without https:// and without / at the end";
  return imageText("repository", description, remedy, "^[\\w.:/[\\]-]*$");
}

/** A whole image reference. */
export function imageReferenceText(description: string): Field<string, false> {
  const remedy = "write registry/path/name:tag, registry/path/name@sha256:… or both, registry/path/name:tag@sha256:…";
  return imageText("image", description, remedy, `^([\\w.:/[\\]-]+(@${hex})?)?$`);
}
