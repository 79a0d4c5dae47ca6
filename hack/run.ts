import { screenOn } from "./run/screen.ts";
import { settingsOf } from "./run/settings.ts";
import { showExample } from "./run/show.ts";
import { StoppedError, stopController } from "./run/stop-signal.ts";

/** Shows the main job: a local control plane, the operator from source, and the minimal example until it is ready. */
process.exit(await main());

async function main(): Promise<number> {
  const stop = stopController(process);
  try {
    const settings = settingsOf(process.argv.slice(2), process.env);
    await showExample(settings, { screen: screenOn(process.stdout), stop });
    return 0;
  } catch (error) {
    // Ctrl-C is how a person leaves; a script that wanted to see it ready has not.
    if (error instanceof StoppedError && !process.argv.includes("--once")) return 0;
    process.stderr.write(`${messagesOf(error).join(": ")}\n`);
    return 1;
  }
}

function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : messagesOf(error.cause))];
}
