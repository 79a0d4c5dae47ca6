import { isIPv6 } from "node:net";
import type { Scope } from "../api/scope.ts";
import { peer, peerName, peerPort } from "../api/scope.ts";

/** A host as it stands in a URL: an IPv6 address in brackets. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** URL at which services and the operator reach keystone's admin interface. */
export function authUrl(s: Scope): string {
  const scheme = peer(s, "keystone").disableTLS === true ? "http" : "https";
  return `${scheme}://${peerName(s, "keystone")}:${peerPort(s, "keystone", "adminService")}/v3`;
}

/** Ports of the databases of the local virtual network, inside and outside alike; nobody can choose them. */
export const ovnPorts = { north: 32241, south: 32242 } as const;

/** Address of one of these databases. */
export function ovnDatabase(s: Scope, which: keyof typeof ovnPorts): string {
  return `tcp:${peerName(s, "ovn-north")}:${ovnPorts[which]}`;
}

/** URL of the database of time series: victoria-metrics, or the influxdb of an old installation that goes without it. */
export function timeSeriesUrl(s: Scope): string {
  if (peer(s, "victoriaMetrics").disable) return `https://${peerName(s, "influxdb")}:30086`;
  return `https://${peerName(s, "victoria-metrics")}:${peerPort(s, "victoriaMetrics")}`;
}

/** URL of the platform as its users see it; without a host while the spec names no load balancer. */
export function publicUrl(s: Scope): string {
  return `https://${urlHost(s.cluster.platform.loadBalancerEndpoint ?? "")}`;
}
