import type { JsonObject } from "../api/field.ts";

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
