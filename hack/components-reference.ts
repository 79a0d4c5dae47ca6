import type { Field, JsonObject } from "../src/cluster/api/field.ts";
import type { ImageRule } from "../src/cluster/api/image.ts";
import { editions, products } from "../src/cluster/api/names.ts";
import type { Component } from "../src/cluster/components/component.ts";
import { specsOf } from "../src/cluster/components/component.ts";
import { components } from "../src/cluster/components/index.ts";
import { meantCluster } from "../src/cluster/defaults/meant.ts";
import { render } from "../src/cluster/render.ts";
import { reasonNotToRun } from "../src/cluster/sync/wanted.ts";
import type { KubeObject } from "../src/kube/object.ts";

type Objects = ReadonlyMap<string, readonly KubeObject[]>;

/** A spec in which everything runs that can be switched on. */
const everything: JsonObject = {
  ...Object.fromEntries(components.map(({ specKey }) => [specKey, { disable: false }])),
  enableCloudNet: true,
  enableS3Gateway: true,
};

/** The page that tells of every component what is worth knowing, worked out from the registry and from what it renders. */
export function componentsReference(): string {
  const objects = everyObject();
  return [
    "# Components",
    "",
    "Generated from `src/cluster/components` by `make generate`. Fields of the spec stand in [api.md](api.md).",
    "",
    ...whatTheyAre(objects),
    ...whereTheyRun(),
    ...images(),
    ...order(),
  ].join("\n");
}

function clusterObject(spec: JsonObject, productVersion: string, edition: string): KubeObject {
  const annotations = { "onecloud.yunion.io/edition": edition };
  return {
    apiVersion: "onecloud.yunion.io/v1alpha1",
    kind: "OnecloudCluster",
    metadata: { name: "example", namespace: "onecloud", annotations },
    spec: { ...spec, mysql: { host: "db.example.com" }, productVersion },
  };
}

const everywhere = products.flatMap((product) => editions.map((edition) => ({ product, edition })));

/** What each component makes in any product and edition, by type. */
function everyObject(): Objects {
  const renderings = everywhere.flatMap(({ product, edition }) => render(clusterObject(everything, product, edition)));
  const byType = Object.entries(Object.groupBy(renderings, ({ component }) => component));
  return new Map(byType.map(([type, group = []]) => [type, group.flatMap((rendering) => rendering.objects)]));
}

function whatTheyAre(objects: Objects): readonly string[] {
  return [
    "## What each of them is",
    "",
    "*Kinds* are those of its objects in storage mode `Secret`; an option file is a Secret when it holds a credential, else a ConfigMap. *Ports* are node ports that the field in brackets changes; ports with *inside* are reached inside the Kubernetes cluster only. " +
      "*After* are the components that must be rolled out before its first start; *gated by* those that must run as they shall whenever it is changed.",
    "",
    "| component | spec | kinds | ports | database | account | after | gated by |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...components.map((component) => row(cellsOf(component, objects.get(component.type) ?? []))),
    "",
  ];
}

function cellsOf(component: Component, objects: readonly KubeObject[]): readonly string[] {
  const { type, specKey, database, account, after, gatedBy = [] } = component;
  const engine = database?.engine === undefined ? "" : ` (${database.engine} only)`;
  const second = database?.secondSuffix === undefined ? "" : `, \`${database.name}${database.secondSuffix}\``;
  return [
    `\`${type}\``,
    `\`${specKey}\``,
    [...new Set(objects.map(({ kind }) => kind))].join(", "),
    portsOf(component, objects).join(", "),
    database === undefined ? "" : `\`${database.name}\`${second}${engine}`,
    account === undefined ? "" : `\`${account}\``,
    after.join(", "),
    gatedBy.join(", "),
  ];
}

interface Port {
  readonly port: number;
  readonly nodePort?: number;
}

function portsOf({ spec }: Component, objects: readonly KubeObject[]): readonly string[] {
  const fields = Object.entries((spec as Field).fields ?? {}).flatMap(([key, { fields: inner }]) => {
    const port = inner?.["nodePort"]?.default;
    return typeof port === "number" ? [{ key, port }] : [];
  });
  const services = objects.filter(({ kind }) => kind === "Service");
  const ports = services.flatMap((object) => (object["spec"] as { readonly ports?: readonly Port[] }).ports ?? []);
  const named = new Set(fields.map(({ port }) => port));
  const fixed = ports.filter(({ port }) => !named.has(port));
  const texts = fixed.map(({ port, nodePort }) => (nodePort === undefined ? `${port} inside` : `${nodePort} (fixed)`));
  return [...fields.map(({ key, port }) => `${port} (\`${key}\`)`), ...new Set(texts)];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** How it stands with a component in a product and edition. */
function runs(component: Component, { product, edition }: (typeof everywhere)[number]): string {
  const reasonWith = (spec: JsonObject): string | undefined => {
    const object = clusterObject(spec, product, edition);
    const written = object["spec"] as JsonObject;
    return reasonNotToRun(component, meantCluster(object, specsOf(components), { spec: written, storage: "Secret" }));
  };
  if (reasonWith({}) === undefined) return "●";
  return reasonWith(everything) === undefined ? "○" : "·";
}

function whereTheyRun(): readonly string[] {
  return [
    "## Where they run",
    "",
    `Each cell has one sign for each of the editions ${editions.map((edition) => `\`${edition}\``).join(", ")}, in this order: ● runs, ○ runs only where the spec asks for it (by \`disable: false\` or a switch), · does not run.`,
    "",
    row(["component", ...products]),
    row(["---", ...products.map(() => ":---:")]),
    ...components.map((component) => {
      const cells = products.map((product) =>
        editions.map((edition) => runs(component, { product, edition })).join(""),
      );
      return row([`\`${component.type}\``, ...cells]);
    }),
    "",
    ...components.flatMap((component) => whyNowhere(component)),
  ];
}

/** The reason for which a component runs in no product and edition. */
function whyNowhere(component: Component): readonly string[] {
  if (everywhere.some((place) => runs(component, place) !== "·")) return [];
  const object = clusterObject(everything, "FullStack", "ee");
  const spec = object["spec"] as JsonObject;
  const reason = reasonNotToRun(component, meantCluster(object, specsOf(components), { spec, storage: "Secret" }));
  return [`\`${component.type}\` runs nowhere: ${reason ?? ""}.`, ""];
}

function images(): readonly string[] {
  const specs = Object.entries(specsOf(components));
  const rules = specs.flatMap(([key, field]) => rulesIn(field, `spec.${key}`));
  return [
    "## Images",
    "",
    "Names of images that nobody chose, below `spec.imageRepository`. Those without a tag have that of `spec.version`. `imageName`, `tag` (a tag, a digest or both) and `repository` beside each `image` always win, and a whole `image` before them; only the init container of telegraf follows `repository` alone.",
    "",
    row(["image of", "rule", ...editions.map((edition) => `\`${edition}\``), "with `useHyperImage`"]),
    "| --- | --- | --- | --- | --- | --- |",
    ...rules.map(({ path, rule }) => row([`\`${path}\``, ruleName(rule), ...namesOf(rule)])),
    "",
  ];
}

interface NamedRule {
  readonly path: string;
  readonly rule: ImageRule;
}

function rulesIn(field: Field, path: string): readonly NamedRule[] {
  const own = field.image === undefined ? [] : [{ path: path.replace(/\.image$/, ""), rule: field.image }];
  return [...own, ...Object.entries(field.fields ?? {}).flatMap(([key, inner]) => rulesIn(inner, `${path}.${key}`))];
}

function ruleName({ tag, enterpriseIn = [] }: ImageRule): string {
  if (tag !== undefined) return "fixed";
  if (enterpriseIn.length === 0) return "plain";
  return enterpriseIn.length === 1 ? "edition" : "edition or support";
}

function namesOf({ name, tag, enterpriseIn = [], hyper }: ImageRule): readonly string[] {
  const names = editions.map((edition) => (enterpriseIn.includes(edition) ? `${name}-ee` : name));
  const behind = tag === undefined ? "" : `:${tag}`;
  const enterprise = enterpriseIn.length === 0 ? ["ee"] : enterpriseIn;
  const common = hyper === true ? `\`cloudpods\`, \`cloudpods-ee\` in ${enterprise.join(" and ")}` : "the same";
  return [...names.map((one) => `\`${one}${behind}\``), common];
}

function order(): readonly string[] {
  return [
    "## What waits for what",
    "",
    "Drawn by `onecloud-operator graph -o svg`; with `-f cluster.yaml` it shows one cluster, and with `--status` how each component of a running one is.",
    "",
    "![Which component waits for which](dependencies.svg)",
    "",
  ];
}
