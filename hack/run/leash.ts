/**
 * Loaded into a program before it starts: ends the program, as SIGTERM does, when the pipe on its stdin closes. The kernel closes that
 * when the process at the other end is gone, however it ended.
 */
process.stdin.on("error", () => undefined);
process.stdin.on("close", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
// The pipe alone is no reason to go on.
process.stdin.unref();
