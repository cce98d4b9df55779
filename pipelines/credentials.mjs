// node pipelines/credentials.mjs COMMAND…: runs a command with the variables and files of a secret, for forges whose secrets have fixed
// names. CLOUD_ENTITIES_CREDENTIALS is JSON: {"variables": {"TF_VAR_…": "…"}, "files": {"OS_CLIENT_CONFIG_FILE": "clouds: …"}}. A file
// lies in a folder of its owner's, its variable says where, and it goes when the command has ended.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Failure, step } from "./forge.mjs";

await step(async () => {
  const { CLOUD_ENTITIES_CREDENTIALS: secret, ...env } = process.env;
  const { variables, files } = credentialsIn(secret);
  const isGitHub = env.GITHUB_ACTIONS === "true";
  const folder = mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), "cloud-entities-"));
  try {
    for (const [name, text] of Object.entries(variables)) {
      if (isGitHub && text.trim() !== "") process.stdout.write(masks(text));
      env[name] = text;
    }
    for (const [name, text] of Object.entries(files)) {
      env[name] = join(folder, name);
      writeFileSync(env[name], text, { mode: 0o600 });
    }
    process.exitCode = await ended(process.argv.slice(2), env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function credentialsIn(secret) {
  if (!secret) return { variables: {}, files: {} };
  let parsed;
  try {
    parsed = JSON.parse(secret);
  } catch {
    // What it says is a secret.
    throw new Failure("CLOUD_ENTITIES_CREDENTIALS is no JSON", 2);
  }
  const { variables = {}, files = {} } = parsed ?? {};
  const texts = [...Object.entries(variables), ...Object.entries(files)];
  const isFine = ([name, text]) => /^[A-Za-z_]\w*$/.test(name) && typeof text === "string";
  if (!texts.every(isFine))
    throw new Failure(
      'CLOUD_ENTITIES_CREDENTIALS: {"variables": {NAME: text}, "files": {NAME: text}} is wanted',
      2,
    );
  return { variables, files };
}

/** GitHub masks a secret as a whole; its parts it must be told of, line by line. */
function masks(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines.map((line) => `::add-mask::${line.replaceAll("%", "%25")}\n`).join("");
}

/** Runs the command to its end, in a group of its own: it hears each signal once, from here, and ends what it has begun. */
function ended([command, ...args], env) {
  if (command === undefined) throw new Failure("node pipelines/credentials.mjs COMMAND…: which command?", 2);
  return new Promise((done, failed) => {
    let child;
    let early;
    // Before the command begins: a signal in between would end this program alone.
    for (const signal of ["SIGINT", "SIGTERM"])
      process.on(signal, () => {
        if (child) child.kill(signal);
        else early = signal;
      });
    child = spawn(command, args, { stdio: "inherit", env, detached: true });
    if (early) child.kill(early);
    child.once("error", () => failed(new Failure(`there is no program ${command}`, 3)));
    child.once("close", (code) => done(code ?? 3));
  });
}
