import { enableCompileCache } from "node:module";

// Compiled code is kept in the directory for temporary files: a command starts in half the time when it is used again.
enableCompileCache();

const { runProgram } = await import("./cli/program.ts");
const { processTerminal } = await import("./cli/terminal.ts");

// Not process.exit: what is still being written to a pipe would be cut off.
process.exitCode = await runProgram(process.argv.slice(2), processTerminal(process));
