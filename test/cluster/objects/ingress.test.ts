import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { wantedObjects } from "../../../src/cluster/sync/wanted.ts";
import { validateSpec } from "../../../src/cluster/validate.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf, inputsFor, leastSpec } from "../../support/cluster-scope.ts";

function ingressOf(type: string, ingress: JsonObject = {}): KubeObject | undefined {
  return wantedObjects(componentOf(type), inputsFor({ ingress })).find(({ kind }) => kind === "Ingress");
}

const settings = {
  className: "public",
  host: "cloud.example.com",
  tlsSecretName: "cloud-tls",
  annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" },
};

describe("the Ingress of the web front", () => {
  it("answers on any host, with the platform's certificate and the default class, unless the spec says more", () => {
    expect(ingressOf("web")).toMatchObject({
      metadata: { annotations: { "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" } },
      spec: { tls: [{ secretName: "prod-certs" }] },
    });
    expect(ingressOf("web")).not.toHaveProperty("spec.ingressClassName");
    expect(ingressOf("web")).not.toHaveProperty("spec.rules.0.host");
  });

  it.each(["web", "aiproxy"])("is as the spec says, and so is that of aiproxy: %s", (type) => {
    expect(ingressOf(type, settings)).toMatchObject({
      metadata: { annotations: settings.annotations },
      spec: {
        ingressClassName: "public",
        rules: [{ host: "cloud.example.com", http: { paths: [{ pathType: "Prefix" }] } }],
        tls: [{ hosts: ["cloud.example.com"], secretName: "cloud-tls" }],
      },
    });
  });

  it("keeps the operator's annotations beside those of the spec, which win", () => {
    const key = "nginx.ingress.kubernetes.io/proxy-read-timeout";
    const annotations = ingressOf("aiproxy", { annotations: { [key]: "3600" } })?.metadata.annotations;
    expect(annotations).toMatchObject({ [key]: "3600", "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" });
  });

  it("is not wanted where the spec says that Ingresses are somebody else's", () => {
    expect(ingressOf("web", { ...settings, unmanaged: true })).toBeUndefined();
    expect(ingressOf("aiproxy", { unmanaged: true })).toBeUndefined();
  });

  it.each([
    ["className", "Public Class"],
    ["host", "https://cloud.example.com"],
    ["host", "cloud..example.com"],
    ["tlsSecretName", "cloud_tls"],
  ])("is refused with a %s such as %s, in words that name the field", (field, value) => {
    const problems = validateSpec({ ...leastSpec, ingress: { [field]: value } });
    expect(problems.map((problem) => problem.field)).toEqual([`spec.ingress.${field}`]);
  });

  it.each(["", "cloud.example.com", "*.example.com", "cloud"])("may answer to the host '%s'", (host) => {
    expect(validateSpec({ ...leastSpec, ingress: { host } })).toEqual([]);
  });
});
