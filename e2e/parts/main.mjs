// `e2e/cloud`: one entry for all servers that the tests need.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { httpState } from "./http-state.mjs";
import { kubernetes } from "./kubernetes.mjs";
import { openstack, registerHosts } from "./openstack.mjs";
import { packages } from "./packages.mjs";
import { postgres } from "./postgres.mjs";
import { answers, memoryOf, pidOf, start, stop } from "./process.mjs";
import { s3 } from "./s3.mjs";
import { settingOf, VARIABLES } from "./setting.mjs";

/** The parts of a cloud, in the order in which they start. */
const PARTS = [openstack, kubernetes, postgres, s3, httpState];

const VERBS = {
  up: ["[PART…]", "start it: minutes the first time, seconds after that", up],
  down: ["", "stop every server that `up` started", down],
  status: ["", "the servers, whether they answer, their memory", status],
  openrc: ["", 'what clients need: eval "$(e2e/cloud openrc)"', openrc],
  hosts: ["NAME…", "register compute hosts with Nova", registerHosts],
  reset: ["[PART…]", "empty it and start it again", reset],
  destroy: ["", "stop it and remove its folder", destroy],
};

/** Runs one command line of `e2e/cloud`. */
export async function main([name, ...words]) {
  const help = name === "--help" || name === "-h";
  const [, , run] = (Object.hasOwn(VERBS, name ?? "") && VERBS[name]) || [];
  if (!run) {
    const wrong = name === undefined || help ? "" : `cloud: there is no verb ${name}\n\n`;
    (help ? console.log : console.error)(`${wrong}${usage()}`);
    process.exitCode = help ? 0 : 2;
    return;
  }
  try {
    await run(settingOf(), words);
  } catch (error) {
    console.error(`cloud: ${error.message}`);
    process.exitCode = 1;
  }
}

/** Starts parts, all unless some are named. Returns when every server answers. */
export async function up(setting, names = [], tell = say) {
  const began = Date.now();
  const parts = partsNamed(names);
  await locked(setting, async () => {
    for (const part of parts) packages(setting, part.packages, tell);
    // Folders that servers of another user have to pass.
    for (const folder of [setting.folder, setting.tmp]) mkdirSync(folder, { recursive: true });
    for (const part of parts) await part.prepare(setting, tell);
    const daemons = parts.flatMap((part) => part.daemons(setting));
    // What the others ask at their own start comes first, and has to answer.
    for (const daemon of daemons) {
      await start(setting, daemon);
      if (!daemon.port || daemon.name === "memcached" || daemon.name === "etcd")
        await answers(setting, daemon);
    }
    for (const daemon of daemons) await answers(setting, daemon);
  });
  tell(`up in ${((Date.now() - began) / 1000).toFixed(1)} s, all state in ${setting.folder}`);
}

/** Stops what runs, in the reverse order of its start. */
export async function down(setting) {
  await locked(setting, () => stopAll(setting));
}

/** The variables that clients of all parts need. */
export function variablesOf(setting) {
  return Object.assign({}, ...PARTS.map((part) => part.variables(setting)));
}

/** The names of variables that would stand in the way of ours. */
export const UNSET = PARTS.flatMap((part) => part.unset ?? []);

/** Does any of its servers run? */
export function isRunning(setting) {
  return PARTS.some((part) => part.daemons(setting).some(({ name }) => pidOf(setting, name) !== undefined));
}

async function stopAll(setting) {
  const daemons = PARTS.flatMap((part) => part.daemons(setting)).reverse();
  // Servers that ask each other nothing when they stop.
  const apis = daemons.filter(({ patience }) => patience <= 10);
  await Promise.all(apis.map((daemon) => stop(setting, daemon)));
  for (const daemon of daemons) await stop(setting, daemon);
}

async function status(setting) {
  const rows = [["server", "pid", "port", "state", "MB"]];
  let sick = false;
  for (const daemon of PARTS.flatMap((part) => part.daemons(setting))) {
    const pid = pidOf(setting, daemon.name);
    const well = pid !== undefined && (await daemon.health().catch(() => false));
    sick ||= !well;
    const state = pid === undefined ? "down" : well ? "answers" : "does not answer";
    const memory = pid === undefined ? "" : String(memoryOf(pid));
    rows.push([daemon.name, String(pid ?? ""), String(daemon.port ?? ""), state, memory]);
  }
  for (const row of rows)
    console.log(
      row
        .map((cell, i) => cell.padEnd([12, 8, 7, 16, 0][i]))
        .join("")
        .trimEnd(),
    );
  if (sick) process.exitCode = 1;
}

function openrc(setting) {
  const exports = Object.entries(variablesOf(setting)).map(([name, value]) => `export ${name}='${value}'`);
  console.log([...exports, `unset ${UNSET.join(" ")}`, "export no_proxy=127.0.0.1,localhost"].join("\n"));
}

/** Empties a cloud and starts it. */
export async function reset(setting, names = [], tell = say) {
  await locked(setting, async () => {
    await stopAll(setting);
    clear(setting);
  });
  await up(setting, names, tell);
}

/** Stops a cloud and removes its folder. */
export async function destroy(setting) {
  await locked(setting, () => stopAll(setting));
  rmSync(setting.folder, { recursive: true, force: true });
}

/** Removes all that a cloud has written but its lock. */
function clear({ folder, run }) {
  for (const name of readdirSync(folder)) {
    if (join(folder, name) !== run) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** One command at a time works on a cloud; a lock whose owner has ended counts for nothing. */
async function locked({ run }, work) {
  const file = join(run, "lock");
  mkdirSync(run, { recursive: true });
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (owner !== "" && !existsSync(`/proc/${owner}`)) rmSync(file, { force: true });
    else if (waited >= 6000) throw new Error(`process ${owner} works on this cloud (${file})`);
    else await sleep(100);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function partsNamed(names) {
  const unknown = names.find((name) => !PARTS.some((part) => part.name === name));
  if (unknown) throw new Error(`there is no part ${unknown}: ${PARTS.map(({ name }) => name).join(", ")}`);
  return names.length === 0 ? PARTS : PARTS.filter(({ name }) => names.includes(name));
}

function say(text) {
  console.error(`cloud: ${text}`);
}

function usage() {
  const verbs = Object.entries(VERBS).map(
    ([name, [words, about]]) => `  ${`${name} ${words}`.padEnd(16)} ${about}`,
  );
  const variables = VARIABLES.map(([name, about]) => `  ${name.padEnd(21)} ${about}`);
  return [
    "usage: e2e/cloud VERB",
    "",
    "A real cloud on loopback, for throw-away tests: its passwords are known, and it",
    "waits for no disk.",
    "",
    ...verbs,
    "",
    `Parts: ${PARTS.map(({ name }) => name).join(", ")}.`,
    "",
    ...variables,
  ].join("\n");
}
