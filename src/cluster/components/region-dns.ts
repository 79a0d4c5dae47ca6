import { defaulted, flag, integer, list, struct, text } from "../api/field.ts";
import { controllerNodeLabel } from "../api/names.ts";
import { daemonSetSpec, resourceFields } from "../api/shapes.ts";
import { headlessService } from "../objects/service.ts";
import { daemonSet } from "../objects/workloads.ts";
import { dnsServerText, everywhere } from "../options/dns-server.ts";
import { defineComponent } from "./component.ts";

const usualCacheSeconds = 300;

/** DNS server of virtual machines. It works in the name and in the database of region. */
export const regionDns = defineComponent({
  type: "region-dns",
  specKey: "regionDNS",
  configKey: "region",
  spec: daemonSetSpec(
    { name: "region-dns" },
    {
      ...resourceFields,
      cache_ttl: defaulted(
        integer("Seconds for which answers are kept; 300 when 0.", { minimum: 0 }),
        usualCacheSeconds,
      ),
      proxies: defaulted(
        list(
          "Servers that are asked for names that the platform does not know, in their order.",
          struct("", {
            from: text("Names below this one, `example.com`; all when empty."),
            to: list("Addresses of servers; public ones when empty.", text("")),
          }),
        ),
        [everywhere],
      ),
      in_cloud_only: flag("Tell names of the platform to its own virtual machines only."),
    },
  ),
  after: ["keystone", "region"],

  getFile: (s) => ({
    name: "region-dns.conf",
    volume: "config",
    directory: "/etc/yunion",
    text: dnsServerText(s, {
      cacheSeconds: s.spec.cache_ttl || usualCacheSeconds,
      forwards: s.spec.proxies,
      inCloudOnly: s.spec.in_cloud_only === true,
    }),
    holdsCredential: true,
  }),
  getServices: (s) => [headlessService(s)],
  getDaemonSet: (s) =>
    daemonSet(s, {
      containers: [{ command: ["/opt/yunion/bin/region-dns", "-conf", "/etc/yunion/region-dns.conf"] }],
      nodes: [controllerNodeLabel],
      limited: true,
    }),
});
