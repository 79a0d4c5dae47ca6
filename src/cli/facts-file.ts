import { parseQuantity } from "../cluster/api/quantity.ts";
import { readFacts } from "../cluster/prepare/facts.ts";
import type { RenderInputs } from "../cluster/render.ts";
import type { KubeObject } from "../kube/object.ts";
import { isMapping } from "../cluster/api/field.ts";
import { UsageError } from "./failure.ts";
import { readInputFile } from "./input-file.ts";
import type { Terminal } from "./terminal.ts";
import type { SourceDocument } from "./yaml-source.ts";

/** What stands in a facts file. */
type StatedFacts = NonNullable<RenderInputs["facts"]>;

/** Something in the file that cannot be used: the field, and why. */
class Wrong extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/**
 * Reads the surroundings that a rendering is told: `kubernetesVersion`, and `nodes` with `name`, `labels` and `capacity`,
 * of which control-plane nodes count. What is left out is as in a rendering without the file. Rejects with a UsageError that names the line.
 */
export async function readFactsFile(path: string, terminal: Terminal): Promise<StatedFacts> {
  const { name, documents, findings } = await readInputFile(path, terminal);
  const [mistake] = findings;
  if (mistake?.place !== undefined) throw new UsageError(`${name}:${mistake.place.line}: ${mistake.text}`);
  const [document] = documents;
  if (document === undefined) return {};
  try {
    return factsOf(document);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const { line } = document.find(error.field);
    throw new UsageError(`${name}:${line}: ${error.message}`, { cause: error });
  }
}

function factsOf({ value }: SourceDocument): StatedFacts {
  if (!isMapping(value)) throw new Wrong("", "a facts file is a mapping with kubernetesVersion and nodes");
  const unknown = Object.keys(value).find((key) => key !== "kubernetesVersion" && key !== "nodes");
  if (unknown !== undefined) throw new Wrong(unknown, `${unknown} is no fact: write kubernetesVersion or nodes`);
  const { kubernetesVersion, nodes = [] } = value;
  if (!Array.isArray(nodes)) throw new Wrong("nodes", "nodes must be a list");
  const facts = readFacts({ nodes: nodes.map(nodeOf), kubernetesMinor: 0, claims: [], workload: () => undefined });
  return {
    ...(kubernetesVersion !== undefined && { kubernetesMinor: minorOf(kubernetesVersion) }),
    ...(facts.capacity !== undefined && { capacity: facts.capacity }),
  };
}

function minorOf(version: unknown): number {
  if (typeof version !== "string") {
    throw new Wrong(
      "kubernetesVersion",
      'kubernetesVersion must be in quotes, "1.30": without them it is the number 1.3',
    );
  }
  const [, minor] = /^v?1\.(\d+)(?:[.+-].*)?$/.exec(version) ?? [];
  if (minor === undefined) throw new Wrong("kubernetesVersion", 'kubernetesVersion must be a version such as "1.30"');
  return Number(minor);
}

function nodeOf(node: unknown, index: number): KubeObject {
  const field = `nodes[${index}]`;
  if (!isMapping(node)) throw new Wrong(field, `${field} must be a mapping with name, labels and capacity`);
  const { name = `node-${index + 1}`, labels = {}, capacity } = node;
  if (!isMapping(labels)) throw new Wrong(`${field}.labels`, `${field}.labels must be a mapping`);
  if (!isMapping(capacity)) throw new Wrong(field, `${field}.capacity must say cpu and memory`);
  const [cpu, memory] = [quantityOf(capacity, "cpu", field), quantityOf(capacity, "memory", field)];
  if (typeof name !== "string") throw new Wrong(`${field}.name`, `${field}.name must be text`);
  // Only whether a label is there counts.
  const keys = Object.fromEntries(Object.keys(labels).map((key) => [key, ""]));
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: keys },
    status: { capacity: { cpu, memory } },
  };
}

function quantityOf(capacity: Readonly<Record<string, unknown>>, key: "cpu" | "memory", node: string): string {
  const value = capacity[key];
  const isQuantity = (typeof value === "string" || typeof value === "number") && parseQuantity(value) !== undefined;
  if (!isQuantity)
    throw new Wrong(`${node}.capacity.${key}`, `${node}.capacity.${key} must be a quantity such as 8 or 32Gi`);
  return String(value);
}
