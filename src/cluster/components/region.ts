import { defaulted, text } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { listenPort } from "../api/scope.ts";
import { dnsConfigField } from "../api/shapes.ts";
import { tableInit } from "../objects/pod.ts";
import { service } from "../objects/service.ts";
import { etcdClient } from "../objects/volumes.ts";
import { deployment } from "../objects/workloads.ts";
import { publicUrl } from "../options/endpoints.ts";
import { serviceOptions } from "../options/groups.ts";
import { apiContainer, cloudServiceSpec, usualInterfaces } from "./cloud-service.ts";
import { defineComponent } from "./component.ts";

/** Compute: hosts, virtual machines, networks and disks. */
export const region = defineComponent({
  type: "region",
  specKey: "regionServer",
  spec: cloudServiceSpec(serviceImage("region", ["ee"]), 30888, {
    dnsServer: text("DNS server of virtual machines; the load balancer when empty."),
    dnsDomain: text("DNS domain of virtual machines."),
    dnsConfig: defaulted(dnsConfigField, { options: [{ name: "ndots", value: "2" }] }),
  }),
  port: 30888,
  account: "regionadmin",
  database: { name: "yunioncloud", clickhouse: true },
  registration: { service: "region2", type: "compute_v2", interfaces: usualInterfaces },
  readOnlyReplicas: true,

  getOptions: (s) => {
    const dnsServer = s.spec.dnsServer ?? s.cluster.platform.loadBalancerEndpoint;
    return {
      ...serviceOptions(s),
      auto_sync_table: true,
      baremetal_prepare_package_url: `${publicUrl(s)}/baremetal-prepare/baremetal_prepare.tar.gz`,
      ...(dnsServer !== undefined && { dns_server: dnsServer }),
      ...(s.spec.dnsDomain !== undefined && { dns_domain: s.spec.dnsDomain }),
      port_v2: listenPort(s),
    };
  },
  getServices: (s) => [service(s, { api: { reached: s.spec.service, target: listenPort(s) } })],
  getDeployment: (s) =>
    deployment(s, {
      initContainers: [tableInit(s)],
      containers: [apiContainer(listenPort(s), { answersPing: true })],
      mounts: etcdClient(s),
      serviceAccount: true,
    }),
});
