import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname, join, normalize, relative } from "node:path";
import { layers } from "./layers.ts";
import type { Layer } from "./layers.ts";

/** Checks who imports whom: prints every import that a room may not have, with the reason, and fails. */
const importPattern = /^\s*(?:import|export)\s+(type\s+)?[^;]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)/gms;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(importPattern)].map(([, typeOnly, named, dynamic]) => {
    const target = named ?? dynamic ?? "";
    const to = target.startsWith(".") ? relative(process.cwd(), normalize(join(dirname(file), target))) : target;
    return { from: file, to, typeOnly: typeOnly !== undefined };
  });
}

/** The layer with the longest path that holds the file. */
function layerOf(file: string): Layer | undefined {
  const holding = layers.filter(({ room }) => file === room || file.startsWith(`${room}/`));
  return holding.toSorted((a, b) => b.room.length - a.room.length)[0];
}

function isIn(file: string, room: string): boolean {
  return file === room || file.startsWith(`${room}/`);
}

function mistakeOf(one: Import): string | undefined {
  const layer = layerOf(one.from);
  if (layer === undefined) return `${one.from} is in no room of hack/layers.ts`;
  const inside = one.to.startsWith("src/");
  const library =
    !inside &&
    layer.libraries !== undefined &&
    !layer.libraries.some((name) => one.to === name || one.to.startsWith(`${name}/`));
  if (library) return `${one.from} imports ${one.to}: ${layer.why}`;
  if (!inside || isIn(one.to, layer.room)) return undefined;
  const allowed = [...layer.may, ...(one.typeOnly ? (layer.mayTypes ?? []) : [])];
  return allowed.some((room) => isIn(one.to, room)) ? undefined : `${one.from} imports ${one.to}: ${layer.why}`;
}

const mistakes: string[] = [];
for await (const file of glob("src/**/*.ts")) {
  mistakes.push(
    ...importsOf(file)
      .map(mistakeOf)
      .filter((mistake) => mistake !== undefined),
  );
  const words = layerOf(file)?.never ?? [];
  const text = readFileSync(file, "utf8");
  mistakes.push(
    ...words.filter((word) => new RegExp(word).test(text)).map((word) => `${file} uses ${word}: ${layerOf(file)?.why}`),
  );
}
if (mistakes.length > 0) {
  console.error(mistakes.join("\n"));
  process.exitCode = 1;
}
