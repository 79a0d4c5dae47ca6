import { relative } from "node:path";
import { bundle, bundlePath } from "./bundle/build.ts";

/** Writes the program as one file into `dist`. */
const bytes = await bundle();
console.log(`wrote ${relative(process.cwd(), bundlePath)}, ${(bytes / 1024 / 1024).toFixed(1)} MiB`);
