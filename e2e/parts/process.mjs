// Servers that outlive the command that started them, each known by its own id and stopped by it.
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Nothing of the caller's environment: no proxies, no logins, a home and a temporary folder of the cloud's own. */
export function cleanEnvironment(setting) {
  return {
    PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    LANG: "C.UTF-8",
    HOME: setting.folder,
    TMPDIR: setting.tmp,
  };
}

/**
 * Starts a server unless it runs. `daemon` is `{ name, command, args, env, user, port, health, patience }`:
 * `user` a numeric id it runs as, `port` what it listens on, `health` an async test that it answers,
 * `patience` the seconds it may take to stop, `ending` the signal that asks it to (TERM), `first` whether what starts
 * after it needs its answers.
 */
export async function start(setting, daemon) {
  const { name, command, args = [], env = {}, user, port } = daemon;
  if (pidOf(setting, name) !== undefined) return;
  if (port !== undefined && (await listens(port)))
    throw new Error(
      `port ${port}, which ${name} needs, is taken by another process (E2E_CLOUD_OFFSET moves all ports)`,
    );
  mkdirSync(setting.run, { recursive: true });
  mkdirSync(setting.log, { recursive: true });
  const log = logOf(setting, name);
  if (statSync(log, { throwIfNoEntry: false })?.size) renameSync(log, `${log}.1`);
  const out = openSync(log, "a");
  const identity = user === undefined ? {} : { uid: user, gid: user };
  const child = spawn("/usr/bin/nice", ["-n", "5", command, ...args], {
    cwd: setting.tmp,
    detached: true,
    stdio: ["ignore", out, out],
    env: { ...cleanEnvironment(setting), ...env },
    ...identity,
  });
  closeSync(out);
  await new Promise((done, failed) => {
    child.once("spawn", done);
    child.once("error", (error) => failed(new Error(`${name} did not start: ${error.message}`)));
  });
  child.unref();
  writeFileSync(pidFile(setting, name), `${child.pid} ${startTime(child.pid) ?? ""}\n`);
}

/** Waits until a server answers; throws with the end of its log when it ends, or never does. */
export async function answers(setting, { name, health }) {
  const deadline = Date.now() + setting.wait * 1000;
  while (!(await health().catch(() => false))) {
    const dead = pidOf(setting, name) === undefined;
    if (dead || Date.now() > deadline)
      throw new Error(
        `${name} ${dead ? "ended" : `did not answer in ${setting.wait} s`}; the end of ${logOf(setting, name)}:\n${lastLines(logOf(setting, name))}`,
      );
    await sleep(100);
  }
}

/** Stops a server that we started: TERM, and KILL when it has not ended after its patience. */
export async function stop(setting, { name, patience = 10, ending = "SIGTERM" }) {
  const pid = pidOf(setting, name);
  if (pid !== undefined) {
    signal(pid, ending);
    const deadline = Date.now() + patience * 1000;
    while (pidOf(setting, name) !== undefined && Date.now() < deadline) await sleep(50);
    // Its whole session: what it forked has its group.
    if (pidOf(setting, name) !== undefined) signal(-pid, "SIGKILL");
  }
  rmSync(pidFile(setting, name), { force: true });
}

/** The process id of a server that we started and that still runs. */
export function pidOf(setting, name) {
  let words;
  try {
    words = readFileSync(pidFile(setting, name), "utf8").trim().split(" ");
  } catch {
    return undefined;
  }
  const pid = Number(words[0]);
  // The time of its start guards against another process that got the same id.
  return words[1] && startTime(pid) === words[1] ? pid : undefined;
}

/** Memory of a server and of what it forked, in MB: each page counted once among those who share it. */
export function memoryOf(pid) {
  let kilobytes = 0;
  for (const one of [pid, ...childrenOf(pid)]) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return Math.round(kilobytes / 1024);
}

/** Runs a command to its end and returns what it printed; throws a sentence with the end of what it said. */
export function command(program, args, options = {}) {
  const {
    status,
    signal: by,
    stdout,
    stderr,
    error,
  } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    ...options,
  });
  if (error) throw new Error(`${program} did not start (${error.code ?? error.message})`);
  if (status !== 0) {
    const said = `${stdout ?? ""}${stderr ?? ""}`.trimEnd().split("\n").slice(-25).join("\n");
    throw new Error(`${program} ${args.slice(0, 4).join(" ")} ended with ${status ?? by}:\n${said}`);
  }
  return stdout ?? "";
}

/** Like `command`, beside others: resolves when it ends. */
export function commandBeside(program, args, { log, ...options }) {
  return new Promise((done, failed) => {
    const out = openSync(log, "a");
    const child = spawn(program, args, { stdio: ["ignore", out, out], ...options });
    closeSync(out);
    child.once("error", (error) => failed(new Error(`${program} did not start: ${error.message}`)));
    child.once("exit", (code, by) =>
      code === 0
        ? done()
        : failed(
            new Error(
              `${program} ${args.slice(0, 3).join(" ")} ended with ${code ?? by}:\n${lastLines(log)}`,
            ),
          ),
    );
  });
}

/** Whether somebody listens on a port of loopback. */
export function listens(port) {
  return new Promise((done) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => done(socket.destroy() && true));
    socket.once("error", () => done(false));
  });
}

/** A health test: a URL answers with one of these codes. Not by `fetch`, which refuses some ports (10080) as unsafe. */
export function http(url, codes = [200], options = {}) {
  return () =>
    new Promise((done, failed) => {
      const asked = request(url, { timeout: 5000, agent: false, ...options }, (response) => {
        response.resume();
        done(codes.includes(response.statusCode));
      });
      asked.once("timeout", () => asked.destroy(new Error(`${url} did not answer in 5 s`)));
      asked.once("error", failed);
      asked.end();
    });
}

/** The end of a log. */
export function lastLines(file, count = 20) {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  } catch {
    return "(nothing was written)";
  }
}

export const logOf = (setting, name) => join(setting.log, `${name}.log`);
const pidFile = (setting, name) => join(setting.run, `${name}.pid`);

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** When a process started (field 22 of its `stat`); nothing for one that ended. */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, a name in brackets, may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function childrenOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
