import type { Scope } from "../api/scope.ts";
import { peer } from "../api/scope.ts";
import { corefileText, word } from "./corefile.ts";
import { authUrl } from "./endpoints.ts";
import { regionDatabaseOptions } from "./groups.ts";
import type { Block, Statement } from "./nginx.ts";
import { block } from "./nginx.ts";

/** Servers that are asked for the names below `from`. */
export interface Forward {
  readonly from?: string;
  /** A stored object may carry null for none. */
  readonly to?: readonly string[] | null;
}

/** Where names are asked for that the platform does not know, unless the spec says otherwise. */
export const everywhere = { from: ".", to: ["114.114.114.114", "223.5.5.5"] } as const;

/** How the DNS server answers. */
export interface DnsServer {
  /** Seconds for which answers are kept. */
  readonly cacheSeconds: number;
  /** Asked in this order. */
  readonly forwards: readonly Forward[];
  /** Whether names of the platform are told to its own virtual machines only. */
  readonly inCloudOnly: boolean;
}

/** The Corefile of the DNS server: names of virtual machines from the database of region, all others from elsewhere. */
export function dnsServerText(s: Scope, server: DnsServer): string {
  const forwards = server.forwards.flatMap((one) => ["", forward(one)]);
  const body = [...answering, "", cache(server), "loop", "reload", "", names(s, server), ...forwards];
  return corefileText([block(".:53", ...body)]).trimEnd();
}

const answering: readonly Statement[] = [
  "cancel",
  "whoami",
  "bufsize 1232",
  block("log", "class error"),
  "errors",
  "ready",
  "local",
  "loadbalance round_robin",
];

function cache({ cacheSeconds }: DnsServer): Block {
  const limits = ["success 4096", "denial  1024", "prefetch 512", "serve_stale", "servfail 0"];
  return block(`cache ${cacheSeconds}`, ...limits);
}

function names(s: Scope, { inCloudOnly }: DnsServer): Block {
  const { dnsDomain } = peer(s, "regionServer");
  const { username = "", password = "" } = s.config;
  const settings = {
    ...regionDatabaseOptions(s),
    ...(typeof dnsDomain === "string" && dnsDomain !== "" && { dns_domain: dnsDomain }),
    auth_url: authUrl(s),
    admin_user: username,
    admin_domain: "Default",
    admin_password: password,
    admin_project: "system",
    admin_project_domain: "Default",
    region: s.cluster.platform.region,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} ${word(value)}`);
  return block("yunion .", ...lines, ...(inCloudOnly ? ["in_cloud_only"] : []), "fallthrough .");
}

function forward({ from, to }: Forward): Block {
  const servers = to?.length ? to : everywhere.to;
  return block(["forward", from || everywhere.from, ...servers].map(word).join(" "), "max_fails 5");
}
