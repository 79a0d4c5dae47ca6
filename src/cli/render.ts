import { dump } from "js-yaml";
import type { Component } from "../cluster/components/component.ts";
import { specsOf } from "../cluster/components/component.ts";
import { components } from "../cluster/components/index.ts";
import { meantCluster } from "../cluster/defaults/meant.ts";
import type { RenderInputs } from "../cluster/render.ts";
import { reasonNotToRun } from "../cluster/sync/wanted.ts";
import type { JsonObject } from "../cluster/api/field.ts";
import type { KubeObject } from "../kube/object.ts";
import type { WrittenCluster } from "./cluster-file.ts";
import { readCredentialsFile } from "./credentials-file.ts";
import type { Examination } from "./examine.ts";
import { componentNamed, examineFiles } from "./examined-files.ts";
import { readFactsFile } from "./facts-file.ts";
import { exitCodes } from "./failure.ts";
import type { CommonFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** What `render` is told. */
export interface RenderFlags extends CommonFlags {
  readonly filename: readonly string[];
  readonly credentials?: string;
  readonly facts?: string;
  readonly component?: string;
}

/** Prints every object that the clusters of the files want, as a YAML stream. Nothing is printed when one of them has a mistake. */
export async function renderCommand(flags: RenderFlags, terminal: Terminal): Promise<number> {
  const component = flags.component === undefined ? undefined : componentNamed(flags.component);
  const examined = await examineFiles(flags.filename, terminal, await inputsOf(flags, terminal));
  if (examined === undefined) return exitCodes.negative;
  for (const { cluster, wanted } of examined) {
    terminal.out(streamOf(wanted, component));
    if (component !== undefined) terminal.err(whyNothing(cluster, component));
  }
  return exitCodes.ok;
}

async function inputsOf({ credentials, facts }: RenderFlags, terminal: Terminal): Promise<RenderInputs> {
  const [document, surroundings] = await Promise.all([
    credentials === undefined ? undefined : readCredentialsFile(credentials, terminal),
    facts === undefined ? undefined : readFactsFile(facts, terminal),
  ]);
  return {
    ...(document !== undefined && { credentials: document }),
    ...(surroundings !== undefined && { facts: surroundings }),
  };
}

function streamOf(wanted: Examination["wanted"], only: Component | undefined): string {
  return wanted
    .filter(({ component }) => only === undefined || component === only)
    .flatMap(({ objects }) => objects)
    .map((object) => `---\n${dump(withoutUnknownOwner(object), { lineWidth: -1, noRefs: true })}`)
    .join("");
}

/** A cluster that was never stored has no UID, and a reference without one is refused by the API server. */
function withoutUnknownOwner(object: KubeObject): KubeObject {
  const { ownerReferences = [], ...metadata } = object.metadata;
  const known = ownerReferences.filter(({ uid }) => uid !== "");
  return { ...object, metadata: known.length === 0 ? metadata : { ...metadata, ownerReferences: known } };
}

/** The sentence about a component that does not run; empty for one that does. */
export function whyNothing({ object }: WrittenCluster, component: Component): string {
  const spec = object["spec"] as JsonObject;
  const reason = reasonNotToRun(component, meantCluster(object, specsOf(components), { spec, storage: "Secret" }));
  return reason === undefined ? "" : `${object.metadata.name}: ${component.type} does not run: ${reason}\n`;
}
