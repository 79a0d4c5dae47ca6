import type { Document, Node, YAMLError, YAMLMap, YAMLSeq } from "yaml";
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";

/** A place in a file, both numbers counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One YAML document: its value, and where in the file each field stands. */
export interface SourceDocument {
  readonly value: unknown;
  /**
   * Where a field stands, `spec.keystone.replicas` or `items[0].spec`: its key, or that of the nearest field around it
   * that is written. `exact` tells which of the two.
   */
  readonly find: (field: string) => Place & { readonly exact: boolean };
}

/** Something that keeps a file from being read. */
export interface SyntaxMistake extends Place {
  readonly message: string;
}

/** A file of YAML documents. */
export interface Source {
  readonly documents: readonly SourceDocument[];
  readonly mistakes: readonly SyntaxMistake[];
}

/** Reads YAML as kubectl does, which is YAML 1.1 without times and dates. Empty documents and those with mistakes are left out. */
export function readSource(text: string): Source {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
    version: "1.1",
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isTime(tag)),
  });
  const read = [...parsed].map((document) => readDocument(document, placeAt));
  return { documents: read.flatMap(({ documents }) => documents), mistakes: read.flatMap(({ mistakes }) => mistakes) };
}

function isTime(tag: { readonly tag?: string; readonly format?: string }): boolean {
  return tag.format === "TIME" || tag.tag === "tag:yaml.org,2002:timestamp";
}

type PlaceAt = (offset: number) => Place;

function readDocument(document: Document.Parsed, placeAt: PlaceAt): Source {
  // The further ones are mostly consequences of the first.
  const [mistake] = document.errors;
  if (mistake !== undefined) return { documents: [], mistakes: [mistakeOf(mistake, placeAt)] };
  try {
    const value: unknown = document.toJS();
    if (value === null) return { documents: [], mistakes: [] };
    return { documents: [{ value, find: (field) => findField(document, field, placeAt) }], mistakes: [] };
  } catch {
    // The only thing that can still go wrong: aliases that multiply each other.
    return { documents: [], mistakes: [{ ...placeAt(0), message: "has too many aliases" }] };
  }
}

/** Sentences of our own, because those of the parser quote the file, which may hold a password. */
const sentences: Partial<Readonly<Record<YAMLError["code"], string>>> = {
  BAD_ALIAS: "names an anchor that is not set before",
  BAD_DQ_ESCAPE: "has a backslash in double quotes that escapes nothing known",
  BAD_INDENT: "is indented otherwise than the lines around it",
  BAD_SCALAR_START: "starts a value with a character that needs quotes around the value",
  BLOCK_AS_IMPLICIT_KEY: "nests a mapping on one line: a value that holds a colon and a space needs quotes",
  DUPLICATE_KEY: "repeats a key of the same mapping",
  MISSING_CHAR: "lacks a closing quote, bracket, or a colon or comma",
  MULTILINE_IMPLICIT_KEY: "lacks a colon after a key",
  TAB_AS_INDENT: "is indented with a tab: use spaces",
  TAG_RESOLVE_FAILED: "has a tag that is not known",
  UNEXPECTED_TOKEN: "has something that does not belong there",
};

function mistakeOf({ code, pos: [offset] }: YAMLError, placeAt: PlaceAt): SyntaxMistake {
  return { ...placeAt(offset), message: `is no YAML: it ${sentences[code] ?? "cannot be read here"}` };
}

function findField(document: Document.Parsed, field: string, placeAt: PlaceAt): Place & { readonly exact: boolean } {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  let rest = field;
  while (rest !== "") {
    const step = stepInto(resolved(node, document), rest);
    if (step === undefined) return { ...placeAt(offset), exact: false };
    offset = step.offset ?? offset;
    node = step.node;
    rest = step.rest;
  }
  return { ...placeAt(offset), exact: true };
}

function resolved(node: Node | null | undefined, document: Document.Parsed): Node | null | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

interface Step {
  readonly node: Node | null | undefined;
  /** Where the key or the item stands. */
  readonly offset: number | undefined;
  readonly rest: string;
}

function stepInto(node: Node | null | undefined, field: string): Step | undefined {
  if (isSeq(node)) return stepToItem(node, field);
  return isMap(node) ? stepToKey(node, field) : undefined;
}

function stepToItem(list: YAMLSeq, field: string): Step | undefined {
  const [prefix = "", index] = /^\[(\d+)\]\.?/.exec(field) ?? [];
  const item = index === undefined ? undefined : list.items[Number(index)];
  return isNode(item) ? { node: item, offset: item.range?.[0], rest: field.slice(prefix.length) } : undefined;
}

function stepToKey(map: YAMLMap, field: string): Step | undefined {
  // A key may hold dots itself: the longest one that fits is meant.
  const fitting = map.items
    .flatMap(({ key, value }) => (isScalar(key) ? [{ text: String(key.value), key, value }] : []))
    .filter(({ text }) => field === text || field.startsWith(`${text}.`) || field.startsWith(`${text}[`))
    .toSorted((a, b) => b.text.length - a.text.length)[0];
  if (fitting === undefined) return undefined;
  const { text, key, value } = fitting;
  const rest = field.slice(text.length).replace(/^\./, "");
  return { node: isNode(value) ? value : undefined, offset: key.range?.[0], rest };
}
