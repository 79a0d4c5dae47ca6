import { BlockList, isIP } from "node:net";
import type { Environment } from "./in-cluster.ts";

/**
 * The proxy that the environment asks for (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, in capitals or not), by the rules that Go programs
 * keep: never for loopback, and an entry of `NO_PROXY` is `*`, an address, a network such as `10.0.0.0/8`, or a domain that stands for
 * its subdomains too. Undefined means to go directly.
 */
export function proxyFor(server: URL, env: Environment): string | undefined {
  const proxy = server.protocol === "https:" ? variable(env, "HTTPS_PROXY") : variable(env, "HTTP_PROXY");
  if (proxy === undefined || isLoopback(hostOf(server))) return undefined;
  const exceptions = (variable(env, "NO_PROXY") ?? "").split(",").map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => entry !== "" && matches(entry, server))) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function variable(env: Environment, name: string): string | undefined {
  const value = env[name] || env[name.toLowerCase()];
  return value === "" ? undefined : value;
}

function hostOf(server: URL): string {
  return server.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function matches(entry: string, server: URL): boolean {
  const host = hostOf(server);
  if (entry === "*") return true;
  if (entry.includes("/")) return isWithin(host, entry);
  if (isIP(entry) !== 0) return entry === host;
  const [name = "", port] = entry.split(":");
  if (port !== undefined && port !== portOf(server)) return false;
  return name.startsWith(".") ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function portOf(server: URL): string {
  if (server.port !== "") return server.port;
  return server.protocol === "https:" ? "443" : "80";
}

function isWithin(host: string, network: string): boolean {
  const [address = "", length] = network.split("/");
  const family = isIP(address);
  if (family === 0 || family !== isIP(host)) return false;
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  try {
    list.addSubnet(address, Number(length), type);
  } catch {
    return false;
  }
  return list.check(host, type);
}
