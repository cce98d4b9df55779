#!/usr/bin/env node
// The command line, compiled first if it is stale.
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "./build.mjs";
import { guarded } from "./guard.mjs";

const streams = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
  columns: process.stdout.columns ?? 80,
};
// A reader that stops early (`| head`) is no error.
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`cloud-entities: the output cannot be written: ${error.message}\n`);
  process.exit(3);
});
await guarded(() => {
  const require = createRequire(import.meta.url);
  const commands = join(build(), "commands");
  const { run } = require(join(commands, "main.js"));
  const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const terminal = isTerminal ? require(join(commands, "terminal.js")).terminal : undefined;
  const world = { variables: process.env, cwd: process.cwd(), now: new Date() };
  return run(process.argv.slice(2), { ...world, streams: { ...streams, terminal } });
});
