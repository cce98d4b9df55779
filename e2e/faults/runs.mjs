// Programs that are stopped as a terminal or a CI runner would, and that never outlive their deadline.
import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { begin } from "../terraform.mjs";

/** How long one command may take, in seconds. */
const DEADLINE = 120;

/**
 * Starts a program in a process group of its own. `said()` is what it printed so far, `signal(name)` goes to the whole
 * group, or with `alone` to the program only; `ended` is `{ status, signal, said }`, and a failure past the deadline.
 */
export function started(program, args, { deadline = DEADLINE, ...options } = {}) {
  const { child, said, ended } = begin(program, args, { ...options, detached: true });
  const text = () => plain(said.stdout + said.stderr);
  const signal = (name, { alone = false } = {}) => {
    try {
      process.kill(alone ? child.pid : -child.pid, name);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    signal("SIGKILL");
  }, deadline * 1000);
  return {
    child,
    said: text,
    signal,
    /** Calls `work` once, when the output matches for the `count`-th time. */
    on(pattern, count, work) {
      let done = false;
      const look = () => {
        if (done || (text().match(new RegExp(pattern, "g")) ?? []).length < count) return;
        done = true;
        work();
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
    },
    ended: ended.then((end) => {
      clearTimeout(timer);
      if (late)
        throw new Error(`${program} ${args.join(" ")} did not end in ${deadline} s:\n${text().slice(-4000)}`);
      return { status: end.status, signal: end.signal, said: text() };
    }),
  };
}

/** Waits until no process works in a folder: a provider ends its requests when Terraform is gone. */
export async function silence(folder, deadline = 60) {
  const until = Date.now() + deadline * 1000;
  while (readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && placeOf(entry) === folder)) {
    if (Date.now() > until) throw new Error(`something still runs in ${folder}`);
    await sleep(200);
  }
}

function placeOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Text without colours and frames. */
export function plain(text) {
  return stripVTControlCharacters(text)
    .replace(/^[ \t]*[╷│╵][ \t]?/gm, "")
    .replace(/\r/g, "");
}

/** What was said, on one line: Terraform breaks its sentences anywhere. */
export const flat = (text) => text.replace(/\s+/g, " ");

/** The same numbers for the same seed, in [0, 1). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
