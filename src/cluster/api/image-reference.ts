import type { Field } from "./field.ts";

/*
 * The grammar of image references, as container runtimes read them: `[registry[:port]/]path[:tag][@digest]`. Empty texts
 * stand in stored objects and say nothing.
 */
const digest = "sha256:[\\da-f]{64}";
const tag = "\\w[\\w.-]{0,127}";
const word = "[a-z\\d]+((\\.|__?|-+)[a-z\\d]+)*";
const path = `${word}(/${word})*`;
const registry = "([A-Za-z\\d]+((\\.|-+)[A-Za-z\\d]+)*|\\[[\\dA-Fa-f:]+\\])(:\\d{1,5})?";

interface Form {
  /** A regular expression that Go and JavaScript read alike. */
  readonly pattern: string;
  /** What the API server checks, where the whole pattern in every container would make the definition much larger. */
  readonly roughly?: string;
  /** What to write instead of a text of another form. */
  readonly remedy: string;
}

/** The forms of texts about images. */
export const imageForms = {
  /** The tag of many images: a digest is that of one image alone. */
  version: {
    pattern: `^(${tag})?$`,
    remedy: "write a tag such as v3.11: letters, digits, _ . and -, at most 128",
  },
  /** A tag, a digest, or both. */
  tag: {
    pattern: `^(${tag}(@${digest})?|@?${digest})?$`,
    remedy: "write a tag, a digest or both: v3.11, sha256:…, v3.11@sha256:…",
  },
  /** An image without registry and tag. */
  name: {
    pattern: `^(${path})?$`,
    roughly: "^[\\w./-]*$",
    remedy: "write small letters and digits, parted by . _ - or /",
  },
  /** Registry and path under which images lie. */
  repository: {
    pattern: `^((${registry}|${word})(/${word})*)?$`,
    roughly: "^[\\w.:/[\\]-]*$",
    remedy: "write registry and path, registry.example.com:5000/cloud, without https:// and without / at the end",
  },
  /** A whole reference. */
  image: {
    pattern: `^((${registry}/)?${path}(:${tag})?(@${digest})?)?$`,
    roughly: `^([\\w.:/[\\]-]+(@${digest})?)?$`,
    remedy: "write registry/path/name:tag, registry/path/name@sha256:… or both, registry/path/name:tag@sha256:…",
  },
} as const satisfies Readonly<Record<string, Form>>;

/** A text about images of one of the forms. */
export function imageText(form: keyof typeof imageForms, description: string): Field<string, false> {
  const { pattern, roughly = pattern, remedy }: Form = imageForms[form];
  return {
    schema: { type: "string", pattern: roughly },
    description,
    deep: { type: "string", pattern, remedy },
  };
}
