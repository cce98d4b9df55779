// Running terraform on synthesised stacks.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const home = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program to its end; throws with what it said unless it ends with 0. */
export function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    ...options,
  });
  if (error) throw new Error(`${program} did not start (${error.code}): is it installed?`);
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** Runs terraform in a folder, quiet and without asking. */
export function terraform(folder, ...args) {
  const env = { ...process.env, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1", TF_INPUT: "0" };
  return run(process.env.TERRAFORM_BINARY_NAME ?? "terraform", args, { cwd: folder, env });
}

/** A folder that is removed when the test ends. */
export function scratch(test) {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-e2e-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Synthesises a data root into a folder. */
export function synth(root, output) {
  return run(process.execPath, [
    join(home, "bin/cloud-entities.mjs"),
    "synth",
    "--root",
    root,
    "--output",
    output,
  ]);
}

/** Writes files below a folder. */
export function write(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}
