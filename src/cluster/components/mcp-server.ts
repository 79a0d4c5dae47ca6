import { serviceImage } from "../api/image.ts";
import { listenPort } from "../api/scope.ts";
import { accountOptions, plainBaseOptions } from "../options/groups.ts";
import { cloudService } from "./cloud-service.ts";

/** The platform as tools for language models; it speaks plain HTTP. */
export const mcpServer = cloudService({
  type: "mcp-server",
  products: ["FullStack", "CMP", "Edge", "AI"],
  image: { ...serviceImage("mcp-server", ["ee"]), editionDecides: true },
  port: 30876,
  account: "mcp-server-admin",
  registration: { service: "mcp-server", type: "mcp-server", scheme: "http" },

  getOptions: (s) => ({ ...plainBaseOptions(s, listenPort(s)), ...accountOptions(s) }),
});
