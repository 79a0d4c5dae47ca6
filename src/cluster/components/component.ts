import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { CredentialNeeds } from "../api/credentials.ts";
import type { Field, JsonObject } from "../api/field.ts";
import { ignoring } from "../api/field.ts";
import type { Edition, Product } from "../api/names.ts";
import { camelCase, editions, products } from "../api/names.ts";
import type { ComponentFacts, OptionFile, Scope } from "../api/scope.ts";
import type { Phase, Registration } from "../phases/phase.ts";

/**
 * One service of the platform: its spec, its facts and its builders. Builders are pure; what they leave out, the
 * component does not have.
 */
export interface Component<Spec = unknown> extends ComponentFacts {
  /** Key of its spec; several components may share one, and then name the same field. */
  readonly specKey: string;
  /** Key of its entry in the status. */
  readonly statusKey: string;
  readonly spec: Field<Spec, true>;
  readonly products: readonly Product[];
  readonly editions: readonly Edition[];
  /** Components that must be rolled out before this one is started for the first time. */
  readonly after: readonly string[];
  /**
   * Components that must run as they shall whenever the workloads of this one are made or changed, the first time and
   * every time after; removing never waits.
   */
  readonly gatedBy?: readonly string[];
  /** Key of its entry in the credentials document. */
  readonly configKey: string;
  /** Port that the service listens on unless the credentials document names another one. */
  readonly port?: number;
  /** Platform account that it logs in with. */
  readonly account?: string;
  /** Service and endpoints in keystone. */
  readonly registration?: Registration;
  /** Whether its pods go on where `stopServices` ends all others: what runs virtual machines must not go with the platform. */
  readonly staysUp?: boolean;
  /** Whether read-only copies may run beside it. */
  readonly readOnlyReplicas: boolean;
  /** It is not run any more. What an older release left of it stays, and is reported, until its spec says `disable`. */
  readonly retired?: boolean;
  /** Keys of further generated secrets in its entry of the credentials document. */
  readonly secrets?: readonly string[];
  /** A condition beside `disable`, product and edition, with the reason that the status shows. */
  isExcluded?(cluster: Cluster): string | undefined;

  /** Options of its YAML file. */
  getOptions?(s: Scope<Spec>): JsonObject;
  /** Where its pods find that file; at `/etc/yunion/<type>.conf` when left out. */
  readonly fileAt?: Pick<OptionFile, "name" | "directory">;
  /** The component whose file it reads, where it has none of its own; the file is there as long as one of them runs. */
  readonly reads?: string;
  /** A file in another format. */
  getFile?(s: Scope<Spec>): OptionFile;
  getClaims?(s: Scope<Spec>): readonly KubeObject[];
  getDeployment?(s: Scope<Spec>): KubeObject;
  getStatefulSet?(s: Scope<Spec>): KubeObject;
  getDaemonSet?(s: Scope<Spec>): KubeObject;
  getCronJob?(s: Scope<Spec>): KubeObject;
  getServices?(s: Scope<Spec>): readonly KubeObject[];
  getIngresses?(s: Scope<Spec>): readonly KubeObject[];
  /** What it needs from the platform once it runs, beyond its registration. */
  readonly getPhases?: readonly Phase[];
}

type Defaulted = "specKey" | "statusKey" | "configKey" | "products" | "editions" | "after" | "readOnlyReplicas";

/** A component as its file describes it: what follows from the type may be left out. */
export type Definition<Spec> = Omit<Component<Spec>, Defaulted> & Partial<Pick<Component<Spec>, Defaulted>>;

/** A component: keys follow from its type, every product and edition has it, and it starts after keystone, unless it says otherwise. */
export function defineComponent<Spec>(definition: Definition<Spec>): Component<Spec> {
  const key = camelCase(definition.type);
  return {
    specKey: key,
    statusKey: key,
    configKey: key,
    products,
    editions,
    after: ["keystone"],
    readOnlyReplicas: false,
    ...definition,
  };
}

/** The same spec where `options` is refused: there is no YAML file that they could be laid over. */
function withoutOptions(spec: Field, specKey: string): Field {
  if (spec.fields?.["options"] === undefined) return spec;
  const message = `spec.${specKey}.options has no effect, because the component reads no YAML option file: take it out`;
  const rule = { cel: "!has(self.options)", message, holds: (value: JsonObject) => value["options"] === undefined };
  return { ...spec, rules: [...(spec.rules ?? []), rule] };
}

/** What the credentials document must hold for these components; a component that works in the name of another asks for nothing. */
export function credentialNeedsOf(components: readonly Component[]): readonly CredentialNeeds[] {
  return components.filter(({ account, database }) => account !== undefined || database !== undefined);
}

/** The spec of every component by its key; an error of the program when two components describe one key differently. */
export function specsOf(components: readonly Component[]): Readonly<Record<string, Field>> {
  const specs = knownSpecs.get(components) ?? workedOut(components);
  knownSpecs.set(components, specs);
  return specs;
}

/** Every pass asks for those of the same list. */
const knownSpecs = new WeakMap<readonly Component[], Readonly<Record<string, Field>>>();

function workedOut(components: readonly Component[]): Readonly<Record<string, Field>> {
  const sharers = Object.entries(Object.groupBy(components, ({ specKey }) => specKey));
  return Object.fromEntries(sharers.map(([specKey, group = []]) => [specKey, sharedSpec(specKey, group)]));
}

/** Fields of the usual shapes that none of the components has a use for. */
function ignoredBy(group: readonly Component[]): Readonly<Record<string, string>> {
  const hasTwin = group.some(({ readOnlyReplicas }) => readOnlyReplicas);
  const choosesEngine = group.some(({ database }) => database !== undefined && database.engine === undefined);
  return {
    ...(!hasTwin && { slave_replicas: "it has no read-only pods" }),
    ...(!choosesEngine && { db_engine: "it has no database to choose for" }),
  };
}

function sharedSpec(specKey: string, group: readonly Component[]): Field {
  const [spec, other] = new Set(group.map((component): Field => component.spec));
  if (spec === undefined || other !== undefined) {
    throw new Error(`spec.${specKey} is described in two ways: ${group.map(({ type }) => type).join(", ")}`);
  }
  const counting = ignoring(spec, ignoredBy(group));
  return group.some((component) => "getOptions" in component) ? counting : withoutOptions(counting, specKey);
}
