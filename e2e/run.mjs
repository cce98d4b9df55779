// `npm run e2e [-- WORD…]`: builds the plugins, starts the cloud, runs the tests (those whose file's name holds a word),
// stops the cloud. A cloud that ran before is used as it is, and goes on.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../bin/build.mjs";
import { destroy, isRunning, reset, UNSET, variablesOf } from "./parts/main.mjs";
import { settingOf } from "./parts/setting.mjs";
import { pluginVariables } from "./plugins.mjs";
import { keepPage } from "./proofs.mjs";
import { temporaryFolder } from "./terraform.mjs";

/**
 * The tests: rounds one after the other, lanes of a round beside each other, the files of a lane in their order. Much of a
 * deploy is waiting. Whole sites and the demo look at all that OpenStack holds, so nothing else uses it in their round.
 */
const ROUNDS = [
  [
    ["openstack-sites", "demo"],
    ["kubernetes-lifecycles", "kubernetes-sites", "cdktf", "deploy", "page", "parts", "strings", "validate"],
  ],
  [["openstack-lifecycles"], ["faults", "traps", "ancestor", "review", "secrets", "pipelines"]],
];

/** More than these fail for one reason, which is not the machine's. */
const FEW = 3;

/** Tests that need no cloud. */
const ALONE = ["cdktf", "page", "parts", "strings", "validate"];

const here = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const names = readdirSync(here).flatMap((file) => (file.endsWith(".test.mjs") ? [file.split(".")[0]] : []));
const chosen = names.filter((name) => words.length === 0 || words.some((word) => name.includes(word)));

process.exitCode = await main().catch((error) => {
  console.error(`e2e: ${error.message}`);
  return 1;
});

async function main() {
  if (chosen.length === 0) {
    console.error(`e2e: no test is called so; there are ${names.join(", ")}`);
    return 2;
  }
  const forgotten = names.filter((name) => !ROUNDS.flat(2).includes(name));
  if (forgotten.length > 0) throw new Error(`no round of e2e/run.mjs has ${forgotten.join(", ")}`);
  build();
  for (const name of UNSET) delete process.env[name];
  Object.assign(process.env, pluginVariables());
  const setting = settingOf();
  const wantsCloud = chosen.some((name) => !ALONE.includes(name));
  const isOurs = wantsCloud && !isRunning(setting);
  const proofs = temporaryFolder();
  const told = temporaryFolder();
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => {
      interrupted = true;
    });
  try {
    if (isOurs) await reset(setting);
    Object.assign(process.env, wantsCloud ? variablesOf(setting) : {}, { E2E_PROOFS: proofs });
    const failed = [];
    for (const round of ROUNDS) {
      const lanes = round
        .map((lane) => lane.filter((name) => chosen.includes(name)))
        .filter((lane) => lane.length > 0);
      const ends = await Promise.all(
        lanes.map((lane, index) => ranLane(lane, { index, isOnly: lanes.length === 1, told })),
      );
      failed.push(...ends.flat());
    }
    if (failed.length > 0) {
      tellAgain(failed, told);
      const isWorthIt = isOurs && !interrupted && failed.length <= FEW;
      if (!isWorthIt || !(await passAlone(failed, { setting, told }))) return 1;
    }
    return words.length === 0 && !process.env.E2E_PLUGINS ? keepPage(proofs) : 0;
  } finally {
    for (const folder of [proofs, told]) rmSync(folder, { recursive: true, force: true });
    if (isOurs) await destroy(setting);
  }
}

/**
 * Runs the tests of a lane, one file after the other, and returns the names of those that failed. A lane beside others has a
 * database of its own, and says what it has to say when it has ended. An interruption is for the tests; who started them waits
 * and cleans up.
 */
async function ranLane(lane, { index, isOnly, told }) {
  const env = index === 0 ? process.env : { ...process.env, PG_CONN_STR: process.env.E2E_PG_BESIDE ?? "" };
  if (!isOnly) console.log(`e2e: ${lane.join(", ")} …`);
  const failed = [];
  for (const name of lane) if (!(await passes(name, { env, isOnly, told }))) failed.push(name);
  return failed;
}

/** Runs the tests of a file; what failed of them stands in a file of its name below `told`. */
function passes(name, { env, isOnly, told }) {
  const args = [
    ...["--test", "--test-concurrency=1"],
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...[`--test-reporter=${join(here, "failures.mjs")}`, `--test-reporter-destination=${join(told, name)}`],
    join(here, `${name}.test.mjs`),
  ];
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, {
      stdio: isOnly ? "inherit" : ["ignore", "pipe", "pipe"],
      env,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    child.once("error", failed);
    child.once("close", (code) => {
      if (!isOnly) console.log(`\n${said}`);
      done(code === 0);
    });
  });
}

/**
 * What failed is run again, alone and in an empty cloud. What passes then failed for its neighbours, its haste or the machine: it
 * is told, for it wants to be looked at, and holds nobody up.
 */
async function passAlone(names, { setting, told }) {
  await reset(setting);
  const failed = [];
  for (const name of names) {
    console.log(`e2e: ${name}, once more and alone …`);
    if (!(await passes(name, { env: process.env, isOnly: true, told }))) failed.push(name);
  }
  if (failed.length > 0) tellAgain(failed, told);
  for (const name of names.filter((one) => !failed.includes(one)))
    console.error(`e2e: ${name} failed beside others and passes alone: its failure is told above`);
  return failed.length === 0;
}

/** What failed, once more and at the end, where whoever looks at a long log looks first. */
function tellAgain(names, told) {
  const texts = names.map((name) => `${name}\n${readFileSync(join(told, name), "utf8")}`);
  console.error(`\ne2e: what failed\n\n${texts.join("\n")}`);
}
