import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Agent, request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ControlPlane,
  createNamespace,
  eventually,
  sharedControlPlane,
  startControlPlane,
} from "../support/control-plane.ts";

const serverOnly = ["etcd", "kube-apiserver"] as const;

describe("a control plane", () => {
  it("runs the pinned version with one control-plane node of 8 cores and 32 GiB", async () => {
    const { kubectl } = sharedControlPlane();
    const version = JSON.parse(await kubectl(["version", "-o", "json"]));
    const nodes = JSON.parse(await kubectl(["get", "nodes", "-o", "json"]));
    const pinned = /k8s\.io\/kubernetes (v\S+)/.exec(readFileSync("hack/control-plane/kubernetes/go.mod", "utf8"))?.[1];
    expect(version.serverVersion.gitVersion).toBe(pinned);
    expect(nodes.items).toHaveLength(1);
    expect(nodes.items[0]).toMatchObject({
      metadata: {
        name: "node-1",
        labels: { "node-role.kubernetes.io/master": "", "onecloud.yunion.io/controller": "enable" },
      },
      status: { capacity: { cpu: "8", memory: "32Gi", pods: "110" } },
    });
    expect(nodes.items[0].spec.taints).toBeUndefined();
  });

  it("runs the pods of a Deployment and finishes those of a Job", async () => {
    const controlPlane = sharedControlPlane();
    const namespace = await createNamespace(controlPlane);
    await controlPlane.kubectl(["create", "deployment", "web", "--image=web", "--replicas=2", "-n", namespace]);
    await controlPlane.kubectl(["create", "job", "once", "--image=once", "-n", namespace]);
    const rollout = controlPlane.kubectl(["rollout", "status", "deployment/web", "--timeout=60s", "-n", namespace]);
    await expect(rollout).resolves.toContain("successfully rolled out");
    const job = controlPlane.kubectl([
      "wait",
      "job/once",
      "--for=condition=Complete",
      "--timeout=60s",
      "-n",
      namespace,
    ]);
    await expect(job).resolves.toContain("condition met");
  });

  it("binds a claim to a volume once a pod uses it, and takes the volume away with the claim", async () => {
    const controlPlane = sharedControlPlane();
    const { namespace, volume } = await boundClaim("local-path");
    await controlPlane.kubectl(["delete", "pod,pvc", "--all", "-n", namespace]);
    await eventually(async () => {
      expect(await controlPlane.kubectl(["get", "pv", volume, "--ignore-not-found"])).toBe("");
    });
  });

  it("grows a volume with its claim", async () => {
    const controlPlane = sharedControlPlane();
    const { namespace, volume } = await boundClaim("local-path");
    await requestStorage(namespace, "2Gi");
    await eventually(async () => {
      const claim = await controlPlane.kubectl([
        "get",
        "pvc",
        "data",
        "-o",
        "jsonpath={.status.capacity.storage}",
        "-n",
        namespace,
      ]);
      expect(claim).toBe("2Gi");
    });
    expect(await controlPlane.kubectl(["get", "pv", volume, "-o", "jsonpath={.spec.capacity.storage}"])).toBe("2Gi");
  });

  it("refuses to grow a claim whose class does not allow it", async () => {
    const { namespace } = await boundClaim("local-fixed");
    await expect(requestStorage(namespace, "2Gi")).rejects.toThrow("must support resize");
  });

  it("hands out the requests of a user agent in a time span", async () => {
    const controlPlane = sharedControlPlane();
    const before = new Date();
    await send({ path: "/api/v1/namespaces?limit=1", userAgent: "audited/1" });
    await send({ path: "/api/v1/nodes/node-1", userAgent: "audited/1" });
    await send({ path: "/api/v1/nodes/node-1", userAgent: "other/1" });
    await send({ path: "/readyz", userAgent: "audited/1" });
    const requests = await controlPlane.requests({ userAgent: "audited/", since: before });
    expect(requests.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([
      "list /api/v1/namespaces?limit=1",
      "get /api/v1/nodes/node-1",
    ]);
    expect(await controlPlane.requests({ userAgent: "audited/", since: before, verbs: ["get"] })).toHaveLength(1);
    expect(await controlPlane.requests({ userAgent: "audited/", until: before })).toHaveLength(0);
  });

  it("gives out tokens that the API server takes for the service account", async () => {
    const controlPlane = sharedControlPlane();
    const token = await controlPlane.serviceAccountToken(await createNamespace(controlPlane), "default");
    expect(await send({ path: "/api/v1/nodes", token })).toBe(403);
    expect(await send({ path: "/api/v1/nodes", token: "wrong" })).toBe(401);
  });

  it("keeps keys, kubeconfigs and the audit log to its owner", () => {
    const { directory } = sharedControlPlane();
    const open = execFileSync("find", [directory, "-path", "*credentials*", "-type", "f", "-perm", "/077"], {
      encoding: "utf8",
    });
    expect(open).toBe("");
    expect(execFileSync("find", [directory, "-maxdepth", "0", "-perm", "/077"], { encoding: "utf8" })).toBe("");
  });
});

describe("a control plane of one's own", () => {
  const started: ControlPlane[] = [];
  const start = async (...options: Parameters<typeof startControlPlane>): Promise<ControlPlane> => {
    const controlPlane = await startControlPlane(...options);
    started.push(controlPlane);
    return controlPlane;
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map((controlPlane) => controlPlane.stop()));
  });

  it("runs beside another one without sharing anything", async () => {
    const [one, other] = await Promise.all([start({ components: serverOnly }), start({ components: serverOnly })]);
    await one.kubectl(["create", "namespace", "only-here"]);
    expect(other.server).not.toBe(one.server);
    expect(await other.kubectl(["get", "namespace", "only-here", "--ignore-not-found"])).toBe("");
  });

  it("has the number of nodes that was asked for, with the sizes that were asked for", async () => {
    const { kubectl } = await start({ nodes: [{ name: "small", cpu: "2", memory: "4Gi" }, { name: "large" }] });
    const columns = "custom-columns=NAME:.metadata.name,CPU:.status.allocatable.cpu,MEMORY:.status.allocatable.memory";
    const lines = (await kubectl(["get", "nodes", "--no-headers", "-o", columns])).trim().split("\n");
    expect(lines.map((line) => line.split(/\s+/))).toEqual([
      ["large", "8", "32Gi"],
      ["small", "2", "4Gi"],
    ]);
  });

  it("lets a node become NotReady without its heartbeats and Ready with them", async () => {
    const controlPlane = await start({ nodes: 2, nodeMonitorGracePeriod: "10s" });
    const ready = ["get", "nodes", "-o", 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'];
    await controlPlane.stopHeartbeats("node-1");
    await eventually(async () => expect(await controlPlane.kubectl(ready)).toBe("Unknown True"));
    await controlPlane.resumeHeartbeats("node-1");
    await eventually(async () => expect(await controlPlane.kubectl(ready)).toBe("True True"));
  });

  it("brings a stopped API server back on its port with its data", async () => {
    const controlPlane = await start({ components: serverOnly });
    await controlPlane.kubectl(["create", "namespace", "kept"]);
    await controlPlane.restart("kube-apiserver", async () => {
      await expect(controlPlane.kubectl(["get", "namespaces"])).rejects.toThrow("refused");
    });
    expect(await controlPlane.kubectl(["get", "namespace", "kept", "-o", "name"])).toBe("namespace/kept\n");
  });

  it("plays pods again as soon as kwok was restarted", async () => {
    const controlPlane = await start();
    await controlPlane.restart("kwok");
    await controlPlane.kubectl(["create", "deployment", "web", "--image=web"]);
    const rollout = controlPlane.kubectl(["rollout", "status", "deployment/web", "--timeout=60s"]);
    await expect(rollout).resolves.toContain("successfully rolled out");
  });
});

describe("the end of a control plane", () => {
  let parent = "";
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "control-plane-test-"));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it("leaves nothing behind when the caller is killed", async () => {
    const caller = startCaller(parent);
    const [line] = await once(createInterface({ input: caller.stdout ?? process.stdin }), "line");
    const pids: readonly number[] = JSON.parse(String(line));
    expect(pids.filter((pid) => isAlive(pid))).toHaveLength(6);
    caller.kill("SIGKILL");
    await eventually(() => {
      expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
      expect(readdirSync(parent)).toEqual([]);
    });
  });

  it("leaves nothing behind when the caller is killed while it starts one", async () => {
    const caller = startCaller(parent);
    await eventually(() => {
      const [directory] = readdirSync(parent);
      return directory !== undefined && existsSync(join(parent, directory, "logs", "kube-apiserver.log"));
    });
    caller.kill("SIGKILL");
    // The directory goes last, after the processes that wrote in it have ended.
    await eventually(() => expect(readdirSync(parent)).toEqual([]));
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(parent);
  });

  it("comes with the end of the log when a component cannot start, and leaves nothing behind", async () => {
    const previous = process.env["TMPDIR"];
    process.env["TMPDIR"] = parent;
    try {
      const failure = startControlPlane({ extraArguments: { "kube-scheduler": ["--no-such-flag"] } });
      await expect(failure).rejects.toMatchObject({
        cause: { message: expect.stringContaining("unknown flag: --no-such-flag") },
      });
    } finally {
      if (previous === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = previous;
    }
    expect(readdirSync(parent)).toEqual([]);
  });
});

/** Starts another process that starts a control plane below the directory and prints the ids of its processes. */
function startCaller(directory: string): ChildProcess {
  const script = `
    import { startControlPlane } from ${JSON.stringify(join(process.cwd(), "hack/control-plane/start.ts"))};
    console.log(JSON.stringify((await startControlPlane()).pids()));
  `;
  const args = ["--input-type=module", "--eval", script];
  return spawn(process.execPath, args, {
    env: { ...process.env, TMPDIR: directory },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** A zombie has ended; that nobody has asked how does not make it alive. */
function isAlive(pid: number): boolean {
  const states = execFileSync("ps", ["-eo", "pid=,stat="], { encoding: "utf8" }).trim().split("\n");
  return states.some((line) => new RegExp(`^\\s*${pid}\\s+[^Z]`).test(line));
}

async function boundClaim(storageClassName: string): Promise<{ readonly namespace: string; readonly volume: string }> {
  const controlPlane = sharedControlPlane();
  const namespace = await createNamespace(controlPlane);
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace },
    spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "user", namespace },
    spec: {
      containers: [{ name: "user", image: "user" }],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
    },
  };
  await controlPlane.kubectl(
    ["apply", "-f", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items: [claim, pod] }),
  );
  await controlPlane.kubectl(["wait", "pod/user", "--for=condition=Ready", "--timeout=60s", "-n", namespace]);
  const volume = await controlPlane.kubectl([
    "get",
    "pvc",
    "data",
    "-o",
    "jsonpath={.spec.volumeName}",
    "-n",
    namespace,
  ]);
  return { namespace, volume };
}

function requestStorage(namespace: string, storage: string): Promise<string> {
  const patch = { spec: { resources: { requests: { storage } } } };
  return sharedControlPlane().kubectl(["patch", "pvc", "data", "--patch", JSON.stringify(patch), "-n", namespace]);
}

interface Sent {
  readonly path: string;
  readonly userAgent?: string;
  /** A bearer token; without one the administrator's certificate speaks. */
  readonly token?: string;
}

/** Sends a GET request to the shared API server and resolves with the status of the answer. */
async function send({ path, userAgent = "test", token }: Sent): Promise<number> {
  const { server, ca, cert, key } = sharedControlPlane();
  const credential = token === undefined ? { cert: readFileSync(cert), key: readFileSync(key) } : {};
  const dispatcher = new Agent({ connect: { ca: readFileSync(ca), ...credential } });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await request(server + path, { dispatcher, headers: { "user-agent": userAgent, ...authorization } });
  await answer.body.dump();
  await dispatcher.close();
  return answer.statusCode;
}
