// `npm run e2e`: builds the real plugins if they are not there, and runs the tests that use them.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../bin/build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
build();

// The plugins: a few minutes the first time, from the cache after that.
const plugins = spawnSync(join(here, "plugins/build"), ["--env"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (plugins.status !== 0) {
  console.error("e2e: the plugins could not be built; nothing was tested");
  process.exit(1);
}
const variables = Object.fromEntries(
  [...plugins.stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, unquoted(value)]),
);
const tests = readdirSync(here)
  .filter((file) => file.endsWith(".test.mjs"))
  .map((file) => join(here, file));
const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=spec", ...tests], {
  stdio: "inherit",
  env: { ...process.env, ...variables },
});
process.exit(status ?? 1);

/** A value as the shell would read it. */
function unquoted(value) {
  const { stdout } = spawnSync("bash", ["-c", `printf %s ${value}`], { encoding: "utf8" });
  return stdout;
}
