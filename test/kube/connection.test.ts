import { describe, expect, it, onTestFinished } from "vitest";
import { createClient } from "../../src/kube/client.ts";
import { type Connection, type ConnectionOptions, loadConnection } from "../../src/kube/connection.ts";
import { failureOf } from "../support/failure-of.ts";
import {
  answer,
  refuse,
  type Script,
  type ScriptedRequest,
  type ScriptedServer,
  startScriptedServer,
} from "../support/scripted-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const version = { major: "1", minor: "36", gitVersion: "v1.36.0" };

/** A kubeconfig with one context; the user's fields are YAML flow style. */
function kubeconfig(server: string, user = "{}", name = "here"): string {
  return `
current-context: ${name}
clusters: [{ name: ${name}, cluster: { server: "${server}" } }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name}, namespace: ${name}-ns } }]
users: [{ name: ${name}, user: ${user} }]
`;
}

async function load(options: ConnectionOptions): Promise<Connection> {
  const connection = await loadConnection({ env: {}, ...options });
  onTestFinished(() => connection.close());
  return connection;
}

async function serve(...scripts: readonly Script[]): Promise<ScriptedServer> {
  const server = await startScriptedServer(...scripts);
  onTestFinished(() => server.close());
  return server;
}

function authorization(request: ScriptedRequest | undefined): string | undefined {
  return request?.headers.authorization;
}

describe("settings", () => {
  it("come from the file that is named, with its namespace and prefix", async () => {
    const folder = await temporaryFolder();
    const server = await serve(answer(200, version));
    const file = await folder.write("config", kubeconfig(`${server.url}/k8s/clusters/one/`, "{ token: secret-token }"));
    const connection = await load({ kubeconfig: file, userAgent: "tester/1" });
    expect(connection).toMatchObject({ namespace: "here-ns", context: "here" });
    expect(await createClient(connection).version()).toEqual(version);
    expect(server.requests[0]).toMatchObject({
      path: "/k8s/clusters/one/version",
      headers: { authorization: "Bearer secret-token", "user-agent": "tester/1" },
    });
  });

  it("come from all files of KUBECONFIG together, the first one first, and paths start where their file lies", async () => {
    const [one, two] = [await temporaryFolder(), await temporaryFolder()];
    await two.write("token", "from-the-second\n");
    const server = await serve(answer(200, version));
    const first = await one.write("config", kubeconfig("http://127.0.0.1:1", "{}", "first"));
    const second = await two.write("config", kubeconfig(server.url, "{ tokenFile: token }", "second"));
    const env = { KUBECONFIG: `${first}:${second}` };
    expect(await load({ env })).toMatchObject({ context: "first" });
    await createClient(await load({ env, context: "second" })).version();
    expect(authorization(server.requests[0])).toBe("Bearer from-the-second");
  });

  it("come from the home folder when nothing else is there", async () => {
    const folder = await temporaryFolder();
    const failure = await failureOf(load({ env: { HOME: folder.path } }));
    expect(failure).toMatchObject({
      message: `read kubeconfig ${folder.path}/.kube/config: there is no such file; name another one with --kubeconfig or KUBECONFIG`,
    });
  });

  it.each([
    ["a context that does not exist", "current-context: nowhere", 'no context "nowhere"'],
    ["no context at all", "clusters: []", "no current context"],
    ["something that is no mapping", "- a", "it is not a mapping"],
    ["broken YAML", "users: [{ token: canary", "read kubeconfig"],
  ])("say what is wrong with %s, and repeat nothing of the file", async (_, text, message) => {
    const folder = await temporaryFolder();
    const file = await folder.write("config", text);
    const failure = await failureOf(load({ kubeconfig: file }));
    expect(String(failure)).toContain(message);
    expect(String(failure)).not.toContain("canary");
  });

  it("may name a proxy", async () => {
    const folder = await temporaryFolder();
    const proxy = await serve(answer(200, version));
    const settings = kubeconfig("http://api.invalid:8080").replace("server:", `proxy-url: "${proxy.url}", server:`);
    const client = createClient(await load({ kubeconfig: await folder.write("config", settings) }));
    expect(await client.version()).toEqual(version);
    expect(proxy.requests[0]?.headers).toMatchObject({ host: "api.invalid:8080" });
  });

  it("may impersonate", async () => {
    const folder = await temporaryFolder();
    const server = await serve(answer(200, version));
    const user = "{ username: admin, password: word, as: somebody, as-groups: [one, two] }";
    const file = await folder.write("config", kubeconfig(server.url, user));
    await createClient(await load({ kubeconfig: file })).version();
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from("admin:word").toString("base64")}`,
      "impersonate-user": "somebody",
      "impersonate-group": "one, two",
    });
  });
});

describe("a token", () => {
  it("that was rotated is read again as soon as the server refuses the old one", async () => {
    const folder = await temporaryFolder();
    await folder.write("token", "old");
    const server = await serve((response, request) => {
      const script = authorization(request) === "Bearer new" ? answer(200, version) : refuse(401, "Unauthorized");
      script(response, request);
    });
    const file = await folder.write("config", kubeconfig(server.url, "{ tokenFile: token }"));
    const client = createClient(await load({ kubeconfig: file }));
    const refused = await failureOf(client.version());
    expect(refused).toMatchObject({ status: 401 });
    expect(String(refused)).not.toContain("old");
    await folder.write("token", "new");
    expect(await client.version()).toEqual(version);
    expect(server.requests.map(authorization)).toEqual(["Bearer old", "Bearer old", "Bearer new"]);
  });

  it("comes from the plugin that the kubeconfig names, which is asked again after a refusal", async () => {
    const folder = await temporaryFolder();
    await folder.write("token", "old");
    const program = `
      const token = require("node:fs").readFileSync("${folder.path}/token", "utf8");
      const { kind } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      console.log(JSON.stringify({ kind, apiVersion: "client.authentication.k8s.io/v1", status: { token } }));`;
    const script = await folder.write("plugin.cjs", program);
    const exec = `{ apiVersion: client.authentication.k8s.io/v1, command: "${process.execPath}", args: ["${script}"] }`;
    const server = await serve(answer(200, version), refuse(401, "Unauthorized"), answer(200, version));
    const file = await folder.write("config", kubeconfig(server.url, `{ exec: ${exec} }`));
    const client = createClient(await load({ kubeconfig: file }));
    await client.version();
    await folder.write("token", "new");
    await client.version();
    expect(server.requests.map(authorization)).toEqual(["Bearer old", "Bearer old", "Bearer new"]);
  });

  it("that cannot be fetched makes the call fail, not the program", async () => {
    const folder = await temporaryFolder();
    const file = await folder.write("config", kubeconfig("http://127.0.0.1:1", "{ tokenFile: missing }"));
    const client = createClient(await load({ kubeconfig: file }), { retries: 0 });
    expect(await failureOf(client.version())).toMatchObject({ name: "UnreachableError" });
  });

  it("from a plugin that hangs makes the call fail in its time", async () => {
    const folder = await temporaryFolder();
    const script = await folder.write("plugin.cjs", "setTimeout(() => undefined, 3000)");
    const exec = `{ command: "${process.execPath}", args: ["${script}"] }`;
    const file = await folder.write("config", kubeconfig("http://127.0.0.1:1", `{ exec: ${exec} }`));
    const client = createClient(await load({ kubeconfig: file }), { requestTimeoutMs: 200, retries: 0 });
    expect(await failureOf(client.version())).toMatchObject({ timedOut: true });
  });
});
