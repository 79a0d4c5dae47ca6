import { UnreachableError } from "../src/kube/api-error.ts";
import { type Client, createClient } from "../src/kube/client.ts";
import { loadConnection } from "../src/kube/connection.ts";
import { deploy } from "./deploy/deploy.ts";
import { deployedOf, placeOf } from "./deploy/settings.ts";
import { undeploy } from "./deploy/undeploy.ts";

/** Puts the operator into the Kubernetes cluster of the current kubeconfig, or with `--remove` takes it out again; see `make deploy`. */
try {
  await (process.argv.includes("--remove") ? takeOut() : putIn());
} catch (error) {
  const hint = error instanceof UnreachableError ? ": look at KUBECONFIG and its current context" : "";
  console.error(`error: ${error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, " ") : String(error)}${hint}`);
  process.exitCode = 1;
}

async function putIn(): Promise<void> {
  const to = deployedOf(process.env);
  await onServer(async (client, where) => {
    say(`Deploying ${to.image} into namespace ${to.namespace} of ${where}`);
    await deploy(client, { ...to, say });
    say(`The operator is ready: kubectl get pods -n ${to.namespace}`);
  });
}

async function takeOut(): Promise<void> {
  const from = placeOf(process.env);
  await onServer(async (client, where) => {
    say(`Removing the operator from namespace ${from.namespace} of ${where}`);
    await undeploy(client, { ...from, say });
  });
}

async function onServer(work: (client: Client, where: string) => Promise<void>): Promise<void> {
  const connection = await loadConnection({ userAgent: "onecloud-operator-deploy" });
  const context = connection.context === undefined ? "" : ` (context ${connection.context})`;
  try {
    await work(createClient(connection), `${connection.origin}${context}`);
  } finally {
    await connection.close();
  }
}

function say(line: string): void {
  console.log(line);
}
