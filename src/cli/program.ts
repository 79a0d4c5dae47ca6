import { Command, CommanderError, Option } from "commander";
import type { DiffFlags } from "./diff.ts";
import { exitCodes, failureText } from "./failure.ts";
import type { CommonFlags } from "./flags.ts";
import { collect, logLevelFlag, parseAddress, parseCount, parseDuration, parseNamespaces } from "./flags.ts";
import type { GraphFlags } from "./graph.ts";
import type { ImagesFlags } from "./images.ts";
import type { RenderFlags } from "./render.ts";
import type { RunFlags } from "./run.ts";
import type { StatusFlags } from "./status.ts";
import type { Terminal } from "./terminal.ts";
import type { ValidateFlags } from "./validate.ts";
import { programName, version } from "../version.ts";

/** Runs one command line, without the names of node and the program. Resolves with the exit code and never rejects. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram({ terminal, end: (code) => (exitCode = code) });
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has told what is wrong already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.failed;
    terminal.err(failureText(error, false));
    return exitCodes.failed;
  }
}

interface Setting {
  readonly terminal: Terminal;
  /** Is told the exit code of the command. */
  readonly end: (exitCode: number) => void;
}

function createProgram(setting: Setting): Command {
  const { terminal, end } = setting;
  const program = new Command(programName)
    .description("Installs the Cloudpods platform from one OnecloudCluster and keeps it running.")
    .version(`${programName} ${version}`, "-V, --version", "print the version of this program")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  addRun(program, setting);
  addRender(program, setting);
  addImages(program, setting);
  addValidate(program, setting);
  addDiff(program, setting);
  addStatus(program, setting);
  addGraph(program, setting);
  program
    .command("version")
    .description("Print the version of this program.")
    .action(() => {
      terminal.out(`${programName} ${version}\n`);
      end(exitCodes.ok);
    });
  return program;
}

type Act<Flags> = (flags: Flags, terminal: Terminal) => Promise<number>;

/** Commands load what they need when they are called: printing objects must not wait for a client of the API server. */
async function perform<Flags extends CommonFlags>(
  { terminal, end }: Setting,
  flags: Flags,
  load: () => Promise<Act<Flags>>,
): Promise<void> {
  try {
    const act = await load();
    end(await act(flags, terminal));
  } catch (error) {
    terminal.err(failureText(error, flags.logLevel === "debug"));
    end(exitCodes.failed);
  }
}

/** The same for a command whose argument is the name of a stored cluster. */
function performNamed<Flags extends CommonFlags & { readonly name?: string }>(
  setting: Setting,
  load: () => Promise<Act<Flags>>,
): (name: string | undefined, flags: Flags) => Promise<void> {
  return async (name, flags) => await perform(setting, { ...flags, ...(name !== undefined && { name }) }, load);
}

function filenameFlag(mandatory = true): Option {
  return new Option("-f, --filename <file>", "file with clusters, - for standard input; may be given several times")
    .argParser(collect)
    .makeOptionMandatory(mandatory);
}

function addRender(program: Command, setting: Setting): void {
  program
    .command("render")
    .description("Print every object that a cluster wants, without any Kubernetes cluster.")
    .addOption(filenameFlag())
    .option("--credentials <file>", "credentials document, or the Secret or ConfigMap that holds it")
    .option("--facts <file>", "Kubernetes version and nodes to assume")
    .option("--component <name>", "print the objects of this component only")
    .addOption(logLevelFlag())
    .action((flags: RenderFlags) => perform(setting, flags, async () => (await import("./render.ts")).renderCommand));
}

function addImages(program: Command, setting: Setting): void {
  program
    .command("images")
    .description("Print every image that a cluster runs, one per line, without any Kubernetes cluster.")
    .addOption(filenameFlag())
    .option("--component <name>", "print the images of this component only")
    .addOption(outputFlag(["text", "json"]))
    .addOption(logLevelFlag())
    .action((flags: ImagesFlags) => perform(setting, flags, async () => (await import("./images.ts")).images));
}

/** The flag for the form of the output; the first one is the default. */
function outputFlag(formats: readonly string[]): Option {
  return new Option("-o, --output <format>", "format of the output").choices(formats).default(formats[0]);
}

function addValidate(program: Command, setting: Setting): void {
  program
    .command("validate")
    .description("Tell every mistake in the clusters of a file, with its line.")
    .addOption(filenameFlag())
    .addOption(logLevelFlag())
    .action((flags: ValidateFlags) => perform(setting, flags, async () => (await import("./validate.ts")).validate));
}

function addServerFlags(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "kubeconfig to use; as kubectl finds it when left out")
    .option("--context <name>", "context of the kubeconfig to use");
}

function addDiff(program: Command, setting: Setting): void {
  const command = program
    .command("diff [name]")
    .description("Show what the operator would change for a stored cluster; changes nothing.")
    .option("-n, --namespace <name>", "namespace of the cluster; that of the context when left out")
    .option("--summary", "one line per object: what becomes of it, and whether its pods restart");
  addServerFlags(command)
    .addOption(logLevelFlag())
    .action(performNamed<DiffFlags>(setting, async () => (await import("./diff.ts")).diff));
}

function addStatus(program: Command, setting: Setting): void {
  const command = program
    .command("status [name]")
    .description(
      "Show how a stored cluster is: its components, its conditions and the first cause when it is not ready.",
    )
    .option("-n, --namespace <name>", "namespace of the cluster; that of the context when left out")
    .option("-w, --watch", "show every change until the cluster is ready")
    .option("--timeout <duration>", "with --watch: give up after this time", parseDuration)
    .addOption(outputFlag(["table", "json"]));
  addServerFlags(command)
    .addOption(logLevelFlag())
    .action(performNamed<StatusFlags>(setting, async () => (await import("./status.ts")).status));
}

function addGraph(program: Command, setting: Setting): void {
  const command = program
    .command("graph [name]")
    .description("Show which component waits for which: of every component, or of those that a cluster runs.")
    .addOption(filenameFlag(false))
    .option("--status", "show a stored cluster, and how each of its components is")
    .option("-n, --namespace <name>", "with --status: namespace of the cluster; that of the context when left out")
    .addOption(outputFlag(["text", "dot", "svg"]));
  addServerFlags(command)
    .addOption(logLevelFlag())
    .action(performNamed<GraphFlags>(setting, async () => (await import("./graph.ts")).graph));
}

function addRun(program: Command, setting: Setting): void {
  const command = program
    .command("run")
    .description("Run the operator.")
    .option(
      "-n, --namespace <name>",
      "namespace of the Lease; POD_NAMESPACE, NAMESPACE or that of the context when left out",
    )
    .option(
      "--watch-namespaces <names>",
      "namespaces whose clusters are looked after, a,b; WATCH_NAMESPACES or all when left out",
      parseNamespaces,
    )
    .option("--workers <count>", "clusters that are worked on side by side", parseCount, 5)
    .addOption(
      new Option("--resync <duration>", "time after which every cluster is looked at again; 0 for never")
        .argParser(parseDuration)
        .default(600_000, "10m"),
    )
    .addOption(
      new Option(
        "--deletion-deadline <duration>",
        "time after which a cluster with deletionPolicy Delete goes although something of it is left; 0 for none",
      )
        .argParser(parseDuration)
        .default(600_000, "10m"),
    )
    .option("--no-leader-elect", "do not wait for the Lease: only where no second operator can run")
    .option("--no-install-crd", "do not install or upgrade the CustomResourceDefinition")
    .addOption(addressFlag("--health-address", 8081, "where /healthz and /readyz are served; 0 for nowhere"))
    .addOption(addressFlag("--metrics-address", 8080, "where /metrics is served; 0 for nowhere"))
    .addOption(new Option("--log-format <format>", "form of log lines").choices(["json", "text"]).default("json"));
  addServerFlags(command)
    .addOption(logLevelFlag())
    .action((flags: RunFlags) => perform(setting, flags, async () => (await import("./run.ts")).run));
}

function addressFlag(name: string, port: number, description: string): Option {
  return new Option(`${name} <address>`, description).argParser(parseAddress).default({ host: "", port }, `:${port}`);
}
