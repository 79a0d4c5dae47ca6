import type { Field } from "../cluster/api/field.ts";
import { annotationKeys, kind } from "../cluster/api/names.ts";
import { specField } from "../cluster/validate.ts";
import type { KubeObject } from "../kube/object.ts";

/** An object before and after a change; one of them is missing when it is made or removed. */
export interface Change {
  readonly before?: KubeObject;
  readonly after?: KubeObject;
}

/** Annotations with a copy of the whole object, and so of every credential in it: that of kubectl and that of the older operator. */
export const copyAnnotations: readonly string[] = [
  "kubectl.kubernetes.io/last-applied-configuration",
  annotationKeys.lastApplied,
];

const hidden = "(masked)";
const hiddenChange = "(masked, changes)";

/** Names of values that are credentials; what merely names a Secret does not end so. */
const sensitiveName =
  /(?:password|passwd|passphrase|secret|token|credential|(?:auth|access|private|api|secret)_?key)$/i;

/** A line `key: value`, `KEY=value`, `export KEY=value` or `-flag=value` in the text of a file or an argument. */
const assignment = /^(\s*(?:export\s+|-{1,2})?["']?([\w.-]+)["']?\s*[:=]\s*)(\S.*)$/;

/** The password in `scheme://user:password@host`, between what stays. */
const urlPassword = /(?<=\/\/[^\s/:@]*:)[^\s@]+(?=@)/g;

function isSensitive(key: string): boolean {
  return sensitiveName.test(key) || copyAnnotations.includes(key);
}

/** Texts shorter than this are masked where they stand, and not looked for elsewhere. */
const tellingLength = 6;

/**
 * The change without any credential: values of Secrets, fields of the spec that hold one, values whose name says so,
 * passwords in URLs, and every text of `known`, wherever it stands. A credential that differs is shown as such.
 */
export function masked({ before, after }: Change, known: Iterable<string>): Change {
  const texts = [...known].filter((text) => text.length >= tellingLength);
  const old = new Map<string, string>();
  const hideOld: Hide = (place, secret) => {
    old.set(place, secret);
    return hidden;
  };
  const hideNew: Hide = (place, secret) => {
    const was = old.get(place);
    return was === undefined || was === secret ? hidden : hiddenChange;
  };
  return {
    ...(before !== undefined && { before: maskObject(before, { hide: hideOld, texts }) }),
    ...(after !== undefined && { after: maskObject(after, { hide: hideNew, texts }) }),
  };
}

/** Every text in a value that stands under the name of a credential. */
export function secretTexts(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: readonly [string, unknown]) => {
    return typeof inner === "string" && sensitiveName.test(key) ? [inner] : secretTexts(inner);
  });
}

/** Gives what is shown in place of a credential at a place. */
type Hide = (place: string, secret: string) => string;

interface Masking {
  readonly hide: Hide;
  readonly texts: readonly string[];
}

function maskObject(object: KubeObject, masking: Masking): KubeObject {
  const { apiVersion, kind: ofKind, metadata, ...rest } = object;
  const isHidden = hiddenFieldsOf(ofKind);
  const maskFields = <T extends object>(fields: T): T => {
    const all = Object.entries(fields).map(([key, value]: readonly [string, unknown]) => [
      key,
      maskValue(value, { path: key, key }, { ...masking, isHidden }),
    ]);
    return Object.fromEntries(all) as T;
  };
  const { annotations } = metadata;
  const shown = { ...metadata, ...(annotations && { annotations: maskFields(annotations) }) };
  return { apiVersion, kind: ofKind, metadata: shown, ...maskFields(rest) };
}

/** Which fields of a kind are credentials whatever they are called. */
function hiddenFieldsOf(ofKind: string): (path: string) => boolean {
  if (ofKind === "Secret") return (path) => /^(?:data|stringData)\./.test(path);
  if (ofKind !== kind) return () => false;
  const paths = new Set(secretFields(specField, "spec"));
  return (path) => paths.has(path);
}

function secretFields(field: Field, path: string): readonly string[] {
  if (field.secret === true) return [path];
  return Object.entries(field.fields ?? {}).flatMap(([key, below]) => {
    const spellings = [key, ...(below.oldSpelling === undefined ? [] : [below.oldSpelling])];
    return spellings.flatMap((spelling) => secretFields(below, `${path}.${spelling}`));
  });
}

interface Place {
  readonly path: string;
  /** Name under which the value stands; that of a variable for its value. */
  readonly key: string;
}

type MaskingFields = Masking & { readonly isHidden: (path: string) => boolean };

function maskValue(value: unknown, place: Place, masking: MaskingFields): unknown {
  if (typeof value === "string") return maskText(value, place, masking);
  if (Array.isArray(value)) return value.map((item, index) => maskValue(item, itemPlace(item, index, place), masking));
  if (typeof value !== "object" || value === null) return value;
  const named = "name" in value && typeof value.name === "string" ? value.name : undefined;
  const entries = Object.entries(value).map(([key, inner]: readonly [string, unknown]) => {
    const name = key === "value" && named !== undefined ? named : key;
    return [key, maskValue(inner, { path: `${place.path}.${key}`, key: name }, masking)];
  });
  return Object.fromEntries(entries);
}

/** Items with a name stay the same when others come before them. */
function itemPlace(item: unknown, index: number, { path, key }: Place): Place {
  const named = typeof item === "object" && item !== null && "name" in item ? String(item.name) : String(index);
  return { path: `${path}[${named}]`, key };
}

/** Values that name something are shown, even where somebody chose such a name as password. */
const shownKeys = new Set(["name", "image", "kind", "apiVersion"]);

function maskText(value: string, { path, key }: Place, masking: MaskingFields): string {
  if (value === "" || shownKeys.has(key)) return value;
  if (masking.isHidden(path) || isSensitive(key)) return masking.hide(path, value);
  return value
    .split("\n")
    .map((line) => maskLine(line, path, masking))
    .join("\n");
}

function maskLine(line: string, path: string, { hide, texts }: Masking): string {
  const [, start, name = "", value = ""] = assignment.exec(line) ?? [];
  const place = `${path}#${name}`;
  if (start !== undefined && sensitiveName.test(name) && !/^(?:true|false|\d+)$/.test(value))
    return start + hide(place, value);
  const withoutUrls = line.replace(urlPassword, (secret) => hide(`${place}@`, secret));
  return texts.reduce(
    (text, secret) => (text.includes(secret) ? text.replaceAll(secret, () => hide(place, secret)) : text),
    withoutUrls,
  );
}
