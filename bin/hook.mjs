#!/usr/bin/env node
// The command line for pre-commit, which clones this repository and installs nothing: the first run does.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const home = dirname(dirname(fileURLToPath(import.meta.url)));

// npm writes this file last.
if (!existsSync(join(home, "node_modules/.package-lock.json"))) {
  const args = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm's own words would stand among the problems.
  const { status, error, stderr } = spawnSync("npm", args, { cwd: home, encoding: "utf8", shell: false });
  if (status !== 0) {
    const reason = error ? error.message : stderr.trim();
    process.stderr.write(`cloud-entities: npm ci in ${home} failed: ${reason}\n`);
    process.exit(3);
  }
}
await import("./cloud-entities.mjs");
