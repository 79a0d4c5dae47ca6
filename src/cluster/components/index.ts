import { apigateway } from "./apigateway.ts";
import { climc } from "./climc.ts";
import type { Component } from "./component.ts";
import { glance } from "./glance.ts";
import { keystone } from "./keystone.ts";
import { kubeserver } from "./kubeserver.ts";
import { logger } from "./logger.ts";
import { notify } from "./notify.ts";
import { region } from "./region.ts";
import { scheduler } from "./scheduler.ts";
import { test } from "./test.ts";
import { victoriaMetrics } from "./victoria-metrics.ts";
import { web } from "./web.ts";
import { webconsole } from "./webconsole.ts";
import { yunionagent } from "./yunionagent.ts";
import { yunionconf } from "./yunionconf.ts";

/** Every component of the platform, in the order in which a person reads them. */
export const components: readonly Component[] = [
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
  test,
];
