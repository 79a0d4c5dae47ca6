import type { KubeObject } from "../kube/object.ts";
import { podSpecOf } from "./sync/pod-spec.ts";

/** An image, and the components whose pods run it. */
export interface UsedImage {
  readonly image: string;
  /** Types of components, each once. */
  readonly components: readonly string[];
}

/** What a component wants, as far as its images are looked for. */
export interface ImageUser {
  readonly component: { readonly type: string };
  readonly objects: readonly KubeObject[];
}

/** Every image that the objects make pods of, those of init containers too, each once and in the order of the alphabet. */
export function usedImages(users: readonly ImageUser[]): readonly UsedImage[] {
  const uses = users.flatMap(({ component, objects }) =>
    objects.flatMap(imagesIn).map((image) => ({ image, type: component.type })),
  );
  const byImage = Object.entries(Object.groupBy(uses, ({ image }) => image));
  return byImage
    .map(([image, group = []]) => ({ image, components: [...new Set(group.map(({ type }) => type))] }))
    .toSorted((a, b) => (a.image < b.image ? -1 : 1));
}

function imagesIn(object: KubeObject): readonly string[] {
  const containers = podSpecOf(object).flatMap((pod) => [...(pod.initContainers ?? []), ...(pod.containers ?? [])]);
  return containers.flatMap(({ image }) => (image === undefined ? [] : [image]));
}
