import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import { labelKeys } from "../api/names.ts";
import type { Component } from "../components/component.ts";
import { labelOf } from "./apply.ts";
import type { Plan, Resting } from "./plan.ts";
import type { Leftover } from "./remove.ts";

/** Objects that nobody wants any more, told apart by whether they may be removed. */
export interface Sorted {
  /** What a retired component left, until its spec says `disable`: it may still serve somebody. */
  readonly spared: readonly KubeObject[];
  readonly unwanted: readonly Leftover[];
}

/** Spares what belongs to the retired components of a plan. */
export function sparing(leftovers: readonly Leftover[], { cluster, resting }: Plan): Sorted {
  const types = resting.filter(({ component }) => isSpared(component, cluster)).map(({ component }) => component.type);
  const { spared = [], unwanted = [] } = Object.groupBy(leftovers, ({ object }) =>
    types.includes(typeOf(object)) ? "spared" : "unwanted",
  );
  return { spared: spared.map(({ object }) => object), unwanted };
}

function isSpared({ retired, specKey }: Component, { specs }: Cluster): boolean {
  return retired === true && specs[specKey]?.["disable"] !== true;
}

function typeOf({ metadata }: KubeObject): string {
  return metadata.labels?.[labelKeys.component] ?? "";
}

/** The component that does not run, whose reason tells what is left of it and how to be rid of it. */
export function withWhatIsLeft(resting: Resting, spared: readonly KubeObject[]): Resting {
  const { type, specKey } = resting.component;
  const left = spared.filter((object) => typeOf(object) === type).map(labelOf);
  if (left.length === 0) return resting;
  const reason = `${resting.reason}, but an older release left ${left.join(", ")}: set spec.${specKey}.disable to true to remove them; data stays`;
  return { ...resting, reason };
}
