import { settingsOf } from "./image/settings.ts";
import { buildImage, pushImage } from "./image/tool.ts";

/** `build` makes the image of the operator from the bundle, `push` hands it to the registry; see `make image` and `make image-push`. */
const acts = { build: buildImage, push: pushImage } as const;

try {
  const [name = ""] = process.argv.slice(2);
  if (name !== "build" && name !== "push") throw new Error(`there is no act ${name}: build and push are all`);
  await acts[name](settingsOf(process.env));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
