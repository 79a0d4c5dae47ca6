import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { corefileText, word } from "../../../src/cluster/options/corefile.ts";
import { block } from "../../../src/cluster/options/nginx.ts";
import { inputsFor, scopeFor } from "../../support/cluster-scope.ts";

describe("a Corefile", () => {
  it("has one directive per line, and blocks in braces", () => {
    expect(corefileText([block(".:53", "errors", block("log", "class error"))])).toBe(
      ".:53 {\n    errors\n    log {\n        class error\n    }\n}\n",
    );
  });

  it("keeps empty lines", () => {
    expect(corefileText([block(".:53", "errors", "", "ready")])).toBe(".:53 {\n    errors\n\n    ready\n}\n");
  });

  it("keeps a value in one word, whatever a person chose", () => {
    expect(word("plain-Word_1@host:53/path?a=b&c")).toBe("plain-Word_1@host:53/path?a=b&c");
    expect(word("two words")).toBe('"two words"');
    expect(word('#1 "x"')).toBe(String.raw`"#1 \"x\""`);
    expect(word("a{b}")).toBe('"a{b}"');
  });
});

function dnsFile(spec: JsonObject): string {
  return scopeFor("region-dns", inputsFor(spec)).file?.text ?? "";
}

describe("the DNS server of virtual machines", () => {
  it("keeps answers for five minutes and asks public servers, unless the spec says otherwise", () => {
    expect(dnsFile({})).toContain("cache 300 {");
    expect(dnsFile({ regionDNS: { cache_ttl: 0 } })).toContain("cache 300 {");
    expect(dnsFile({ regionDNS: { cache_ttl: 60 } })).toContain("cache 60 {");
    expect(dnsFile({})).toContain("forward . 114.114.114.114 223.5.5.5 {\n        max_fails 5");
  });

  it("hands names on in the order of the spec; an entry that leaves out a part gets the usual one", () => {
    const proxies = [{ from: "example.com", to: ["10.0.0.1", "10.0.0.2"] }, { to: ["10.0.0.3"] }, { from: "org" }];
    expect(dnsFile({ regionDNS: { proxies } }).match(/forward .*(?= \{)/g)).toEqual([
      "forward example.com 10.0.0.1 10.0.0.2",
      "forward . 10.0.0.3",
      "forward org 114.114.114.114 223.5.5.5",
    ]);
  });

  it("names the domain of region and tells names in the cloud only where the spec says so", () => {
    expect(dnsFile({})).not.toMatch(/dns_domain|in_cloud_only/);
    const spec = { regionServer: { dnsDomain: "cloud.example.com" }, regionDNS: { in_cloud_only: true } };
    expect(dnsFile(spec)).toMatch(/dns_domain cloud\.example\.com\n[^}]*in_cloud_only\n\s*fallthrough \.\n/);
  });

  it("reads the database of region with the engine and in the name of region", () => {
    const text = dnsFile({ dameng: { host: "dm.example.com" }, regionServer: { db_engine: "dameng" } });
    expect(text).toContain("sql_connection dm://yunioncloud:region.db.password@dm.example.com:5236/yunioncloud\n");
    expect(text).toContain("admin_user regionadmin\n");
    expect(dnsFile({ keystone: { disableTLS: true } })).toContain("auth_url http://prod-keystone:30357/v3\n");
  });
});
