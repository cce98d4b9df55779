#!/usr/bin/env node
// The command line, compiled first if it is stale.
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "./build.mjs";
import { guarded } from "./guard.mjs";
import { prepare } from "./start.mjs";

// FORCE_COLOR and NO_COLOR (no-color.org) say more than what the output is.
const { NO_COLOR, FORCE_COLOR } = process.env;
const wantsColour = FORCE_COLOR ? FORCE_COLOR !== "0" : process.stdout.isTTY === true && !NO_COLOR;
const streams = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: wantsColour,
  columns: process.stdout.columns ?? 80,
  isTerminal: process.stdout.isTTY === true,
  width: process.stdout.isTTY ? process.stdout.columns : undefined,
};
// A reader that stops early (`| head`) is no error; what is under way is not broken off.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (error.code === "EPIPE") return;
    if (stream === process.stdout)
      process.stderr.write(`cloud-entities: the output cannot be written: ${error.message}\n`);
    process.exit(3);
  });
}
const { version } = createRequire(import.meta.url)("../package.json");
await guarded(() => {
  prepare();
  const require = createRequire(import.meta.url);
  const commands = join(build(), "commands");
  const { run } = require(join(commands, "main.js"));
  const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const terminal = isTerminal ? require(join(commands, "terminal.js")).terminal : undefined;
  const world = { variables: process.env, cwd: process.cwd(), now: new Date(), version };
  return run(process.argv.slice(2), { ...world, streams: { ...streams, terminal } });
});
