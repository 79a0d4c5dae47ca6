import type { JsonObject } from "../api/field.ts";

/** The patience with a service that may take most of an hour until it first answers `GET /ping`. */
export function slowStart(port: number): JsonObject {
  return {
    httpGet: { host: "localhost", path: "/ping", port, scheme: "HTTPS" },
    periodSeconds: 10,
    failureThreshold: 300,
  };
}

/** Readiness of a service that answers `GET /ping`. */
export function ping(port: number, scheme: "HTTP" | "HTTPS" = "HTTPS"): JsonObject {
  return {
    httpGet: { path: "/ping", port, scheme },
    initialDelaySeconds: 15,
    periodSeconds: 5,
    timeoutSeconds: 3,
    failureThreshold: 2,
    successThreshold: 3,
  };
}
