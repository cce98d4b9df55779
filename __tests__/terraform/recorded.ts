/** What Terraform 1.11 printed, recorded: `__tests__/terraform/recorded/`. The only change: names of the machine and of the secret. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The secret in the recordings. */
export const SECRET = "hunter2-password";

export function recorded(name: string): string {
  return readFileSync(pathOf(name), "utf8");
}

export function pathOf(name: string): string {
  return join(__dirname, "recorded", name);
}

export const planJson = (name = "plan.json"): unknown => JSON.parse(recorded(name));

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes when the tests of a file have ended. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-terraform-"));
  folders.push(folder);
  return folder;
}

export function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/**
 * A program that stands for terraform: a shell script, which sees the words of its call as `$*`. The variables that
 * make it be used are returned.
 */
export function pretended(folder: string, script: string): Record<string, string | undefined> {
  const program = join(folder, "terraform");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return { PATH: process.env["PATH"], TERRAFORM_BINARY_NAME: program, TF_VAR_secret: SECRET };
}
