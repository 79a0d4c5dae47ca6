import { readFile } from "node:fs/promises";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../../src/kube/object.ts";
import type { AuditEvent } from "./control-plane.ts";
import type { RightsFile } from "./operator-account.ts";

/** One rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** The objects of a manifest below `deploy`. */
export async function manifestObjects(path: string): Promise<readonly KubeObject[]> {
  return loadAll(await readFile(`deploy/${path}`, "utf8")) as readonly KubeObject[];
}

/** The rules of every Role and ClusterRole of a file of rights. */
export async function rulesOf(file: RightsFile): Promise<readonly Rule[]> {
  const objects = await manifestObjects(`rbac/${file}.yaml`);
  return objects.flatMap(({ rules = [] }) => rules as readonly Rule[]);
}

/** Single rights of rules, each as `patch onecloudclusters.onecloud.yunion.io/status`, with ` onecloud-x` behind where it is bound to a name. */
export function rightsIn(rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [""] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => rightText({ verb, group, resource, name }))),
      ),
    ),
  );
}

/** The rights that a request has needed: an apply that made an object is a creation too. */
export function rightsFor({ verb, objectRef, responseStatus }: AuditEvent, named: boolean): readonly string[] {
  if (objectRef === undefined) return [];
  const { apiGroup: group = "", resource, subresource } = objectRef;
  const verbs = verb === "patch" && responseStatus?.code === 201 ? ["patch", "create"] : [verb];
  const of = subresource === undefined ? resource : `${resource}/${subresource}`;
  const name = named ? (objectRef.name ?? "") : "";
  return verbs.map((one) => rightText({ verb: one, group, resource: of, name }));
}

interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string;
}

function rightText({ verb, group, resource, name }: Right): string {
  const [kind = "", subresource] = resource.split("/");
  const what = group === "" ? kind : `${kind}.${group}`;
  return `${verb} ${what}${subresource === undefined ? "" : `/${subresource}`}${name === "" ? "" : ` ${name}`}`;
}
