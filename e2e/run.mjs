// `npm run e2e [-- WORD…]`: builds the plugins, starts the cloud, runs the tests (those whose file's name holds a word),
// stops the cloud. A cloud that ran before is used as it is, and goes on.
import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../bin/build.mjs";
import { destroy, isRunning, reset, UNSET, variablesOf } from "./parts/main.mjs";
import { settingOf } from "./parts/setting.mjs";
import { pluginVariables } from "./plugins.mjs";
import { keepPage } from "./proofs.mjs";
import { temporaryFolder } from "./terraform.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const files = readdirSync(here).filter((file) => file.endsWith(".test.mjs"));
const tests = files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
/** Tests that need no cloud. */
const ALONE = ["cdktf", "parts", "strings", "validate"];

if (tests.length === 0) {
  console.error(`e2e: no test is called so; there are ${files.map((file) => file.split(".")[0]).join(", ")}`);
  process.exit(2);
}
process.exitCode = await main().catch((error) => {
  console.error(`e2e: ${error.message}`);
  return 1;
});

async function main() {
  build();
  for (const name of UNSET) delete process.env[name];
  Object.assign(process.env, pluginVariables());
  const setting = settingOf();
  const wantsCloud = tests.some((file) => !ALONE.includes(file.split(".")[0]));
  const isOurs = wantsCloud && !isRunning(setting);
  const proofs = temporaryFolder();
  try {
    if (isOurs) await reset(setting);
    Object.assign(process.env, wantsCloud ? variablesOf(setting) : {}, { E2E_PROOFS: proofs });
    const status = await ended(process.execPath, [
      ...["--test", "--test-reporter=spec", "--test-concurrency=1"],
      ...tests.map((file) => join(here, file)),
    ]);
    return status === 0 && words.length === 0 && !process.env.E2E_PLUGINS ? keepPage(proofs) : status;
  } finally {
    rmSync(proofs, { recursive: true, force: true });
    if (isOurs) await destroy(setting);
  }
}

/** Runs a program to its end. An interruption is for it; we wait for what it says, and clean up. */
function ended(program, args) {
  const ignore = () => {};
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, ignore);
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.once("error", failed);
    child.once("close", (code) => done(code ?? 1));
  });
}
