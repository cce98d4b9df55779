// Running programs, terraform among them, on synthesised stacks.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const home = dirname(dirname(fileURLToPath(import.meta.url)));

/** What every run of terraform and cdktf has in its environment: no questions, no calls to the outside. */
export const QUIET = {
  TF_IN_AUTOMATION: "1",
  TF_INPUT: "0",
  CHECKPOINT_DISABLE: "1",
  DISABLE_VERSION_CHECK: "1",
  CI: "1",
};

/** Starts a program; `ended` is `{ status, signal, stdout, stderr }` and never fails for an exit code. */
export function begin(program, args, { env = process.env, ...options } = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env, ...options });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8");
    child[stream].on("data", (text) => {
      said[stream] += text;
    });
  }
  const ended = new Promise((done, failed) => {
    child.once("error", (error) => failed(new Error(`${program} did not start (${error.code})`)));
    child.once("close", (status, signal) => done({ status, signal, ...said }));
  });
  return { child, said, ended };
}

/** Runs a program to its end and returns what it printed; throws with what it said unless it ends with 0. */
export async function run(program, args, options) {
  const { status, signal, stdout, stderr } = await begin(program, args, options).ended;
  if (status !== 0)
    throw new Error(`${program} ${args.join(" ")} ended with ${status ?? signal}:\n${stdout}${stderr}`);
  return stdout;
}

/** The Terraform that is used. */
export const TERRAFORM = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

/** Runs terraform in a folder, quiet and without asking. */
export function terraform(folder, ...args) {
  return run(TERRAFORM, args, { cwd: folder, env: { ...process.env, ...QUIET } });
}

/** Runs `cloud-entities`, as a user does. */
export function cloudEntities(args, options) {
  return run(process.execPath, [join(home, "bin/cloud-entities.mjs"), ...args], options);
}

/** A folder of one's own, to be removed by who asked for it. */
export function temporaryFolder() {
  return mkdtempSync(join(tmpdir(), "cloud-entities-e2e-"));
}

/** A folder that is removed when the test ends; `E2E_KEEP` keeps it. */
export function scratch(test) {
  const folder = temporaryFolder();
  if (!process.env.E2E_KEEP) test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Synthesises a data root into a folder. */
export function synth(root, output) {
  return cloudEntities(["synth", "--root", root, "--output", output]);
}

/** Writes files below a folder. */
export function write(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}
