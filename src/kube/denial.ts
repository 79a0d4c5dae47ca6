/** A right that the API server found missing. */
export interface Denial {
  /** Verb of Kubernetes, `list`. */
  readonly verb: string;
  /** Plural name of the kind, with the subresource where it is about one: `onecloudclusters/status`. */
  readonly resource: string;
  /** API group, empty for the core group. */
  readonly group: string;
  /** Absent when the right is missing in the Kubernetes cluster as a whole. */
  readonly namespace?: string;
}

const sentence =
  /User "[^"]*" cannot ([a-z]+) resource "([a-z0-9/.-]+)" in API group "([a-z0-9.-]*)" (?:in the namespace "([a-z0-9-]+)"|at the cluster scope)/;

/**
 * The missing right that a refusal of the API server is about; `undefined` for every other refusal, such as that of a quota
 * or of admission. Nothing of it comes from the content of an object.
 */
export function denialIn(message: string): Denial | undefined {
  const [, verb, resource, group, namespace] = sentence.exec(message) ?? [];
  if (verb === undefined || resource === undefined || group === undefined) return undefined;
  return { verb, resource, group, ...(namespace !== undefined && { namespace }) };
}
