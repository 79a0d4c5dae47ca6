import { aiproxy } from "./aiproxy.ts";
import { ansibleserver } from "./ansibleserver.ts";
import { apigateway } from "./apigateway.ts";
import { apimap } from "./apimap.ts";
import { autoupdate } from "./autoupdate.ts";
import { baremetalAgent } from "./baremetal-agent.ts";
import { bastionhost } from "./bastionhost.ts";
import { billing } from "./billing.ts";
import { climc } from "./climc.ts";
import { cloudevent } from "./cloudevent.ts";
import { cloudid } from "./cloudid.ts";
import { cloudmon } from "./cloudmon.ts";
import { cloudmux } from "./cloudmux.ts";
import { cloudnet } from "./cloudnet.ts";
import { cloudproxy } from "./cloudproxy.ts";
import type { Component } from "./component.ts";
import { startable } from "./dependencies.ts";
import { devtool } from "./devtool.ts";
import { echartsSsr } from "./echarts-ssr.ts";
import { esxiAgent } from "./esxi-agent.ts";
import { extdb } from "./extdb.ts";
import { glance } from "./glance.ts";
import { hostDeployer } from "./host-deployer.ts";
import { hostHealth } from "./host-health.ts";
import { hostImage } from "./host-image.ts";
import { hostOvnController } from "./host-ovn-controller.ts";
import { hostOvsVswitchd } from "./host-ovs-vswitchd.ts";
import { hostOvsdbServer } from "./host-ovsdb-server.ts";
import { hostSdnagent } from "./host-sdnagent.ts";
import { host } from "./host.ts";
import { influxdb } from "./influxdb.ts";
import { itsm } from "./itsm.ts";
import { keystone } from "./keystone.ts";
import { kubeserver } from "./kubeserver.ts";
import { lbagent } from "./lbagent.ts";
import { llm } from "./llm.ts";
import { logger } from "./logger.ts";
import { mcpServer } from "./mcp-server.ts";
import { meter } from "./meter.ts";
import { monitorStack } from "./monitor-stack.ts";
import { monitor } from "./monitor.ts";
import { notify } from "./notify.ts";
import { onecloudServiceOperator } from "./onecloud-service-operator.ts";
import { ovnNorth } from "./ovn-north.ts";
import { regionDns } from "./region-dns.ts";
import { region } from "./region.ts";
import { report } from "./report.ts";
import { s3gateway } from "./s3gateway.ts";
import { scheduledtask } from "./scheduledtask.ts";
import { scheduler } from "./scheduler.ts";
import { suggestion } from "./suggestion.ts";
import { telegraf } from "./telegraf.ts";
import { test } from "./test.ts";
import { victoriaMetrics } from "./victoria-metrics.ts";
import { vpcagent } from "./vpcagent.ts";
import { web } from "./web.ts";
import { webconsole } from "./webconsole.ts";
import { yunionagent } from "./yunionagent.ts";
import { yunionconf } from "./yunionconf.ts";

/** Every component of the platform, in the order in which a person reads them. */
export const components: readonly Component[] = startable<Component>([
  keystone,
  victoriaMetrics,
  region,
  scheduler,
  kubeserver,
  webconsole,
  glance,
  yunionagent,
  apigateway,
  web,
  logger,
  climc,
  yunionconf,
  notify,
  ansibleserver,
  meter,
  billing,
  apimap,
  vpcagent,
  monitor,
  cloudmon,
  cloudmux,
  autoupdate,
  cloudnet,
  cloudproxy,
  cloudevent,
  devtool,
  s3gateway,
  onecloudServiceOperator,
  itsm,
  cloudid,
  suggestion,
  scheduledtask,
  report,
  echartsSsr,
  bastionhost,
  extdb,
  llm,
  mcpServer,
  aiproxy,
  telegraf,
  regionDns,
  ovnNorth,
  host,
  hostDeployer,
  hostImage,
  hostSdnagent,
  hostHealth,
  hostOvsdbServer,
  hostOvsVswitchd,
  hostOvnController,
  lbagent,
  esxiAgent,
  baremetalAgent,
  monitorStack,
  influxdb,
  test,
]);
