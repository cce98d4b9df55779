// The variables that make Terraform use the plugins built from source, or those of `E2E_PLUGINS`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { home } from "./terraform.mjs";

/** Builds what is missing: a few minutes the first time, from the cache after that. */
export function pluginVariables() {
  const { status, stdout } = spawnSync(join(home, "e2e/plugins/build"), ["--env"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("the plugins could not be built; nothing was tried");
  const variables = [...stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [
    name,
    // As the shell would read it.
    spawnSync("bash", ["-c", `printf %s ${value}`], { encoding: "utf8" }).stdout,
  ]);
  return Object.fromEntries(variables);
}
