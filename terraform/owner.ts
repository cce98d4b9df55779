/** Who runs Terraform: a process on a machine, perhaps for a job of a forge. And whether it still does. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { basename } from "node:path";
import type { Variables } from "../live/settings";

/** A job of a forge. */
export interface Job {
  readonly forge: "gitlab" | "github";
  readonly api: string;
  readonly project: string;
  readonly id: string;
}

export interface Owner {
  readonly pid: number;
  /** When the process began, as the system counts: a process id comes again. */
  readonly start?: string | undefined;
  readonly host: string;
  /** The boot and the space of process ids: a container has its own, whatever its host is called. */
  readonly space?: string | undefined;
  readonly job?: Job | undefined;
  /** The process that began it, and that writes down how it ended: so long it has not. */
  readonly by?: { readonly pid: number; readonly start?: string | undefined } | undefined;
}

/** Who a process of ours is. */
export function ownerOf(pid: number, variables: Variables): Owner {
  const [start, space, job] = [startOf(pid), spaceOf(), jobOf(variables)];
  return {
    pid,
    host: hostname(),
    ...(start === undefined ? {} : { start }),
    ...(space === undefined ? {} : { space }),
    ...(job === undefined ? {} : { job }),
  };
}

/** Who a process of ours is that was begun by this one. */
export function ownerBegunHere(pid: number, variables: Variables): Owner {
  return { ...ownerOf(pid, variables), by: { pid: process.pid, start: startOf(process.pid) } };
}

/** Does it still run, or who began it? Undefined: nobody here can say, for it runs, or ran, elsewhere. */
export function isRunning({ pid, start, space, by }: Owner): boolean | undefined {
  if (space === undefined || space !== spaceOf()) return undefined;
  return [{ pid, start }, by].some((one) => one?.start !== undefined && startOf(one.pid) === one.start);
}

/** The job that these variables belong to. */
export function jobOf(variables: Variables): Job | undefined {
  const { CI_API_V4_URL, CI_PROJECT_ID, CI_JOB_ID } = variables;
  if (variables["GITLAB_CI"] && CI_API_V4_URL && CI_PROJECT_ID && CI_JOB_ID)
    return { forge: "gitlab", api: CI_API_V4_URL, project: CI_PROJECT_ID, id: CI_JOB_ID };
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = variables;
  if (variables["GITHUB_ACTIONS"] && GITHUB_API_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID)
    return { forge: "github", api: GITHUB_API_URL, project: GITHUB_REPOSITORY, id: GITHUB_RUN_ID };
  return undefined;
}

/** The first space of process ids, in which all processes of a machine are seen. */
const FIRST = "pid:[4026531836]";

/** Are all processes of this machine seen from here, those of containers too? */
export function seesAll(): boolean {
  return spaceOf()?.endsWith(FIRST) === true;
}

/** Processes of this machine that are Terraform or OpenTofu. */
export function terraformProcesses(programs: readonly string[]): readonly number[] {
  return processIds().filter((pid) => programs.includes(nameOf(pid) ?? ""));
}

/** The folder that a process works in; undefined: it has ended, or it is somebody else's. */
export function folderOf(pid: number): string | undefined {
  return linkOf(`/proc/${pid}/cwd`);
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function nameOf(pid: number): string | undefined {
  try {
    const [program] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return program === undefined ? undefined : basename(program);
  } catch {
    return undefined;
  }
}

/** The 22nd field of its `stat`; the second one, its name, may hold anything. Undefined for one that has ended. */
function startOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function spaceOf(): string | undefined {
  const ids = linkOf("/proc/self/ns/pid");
  try {
    return ids === undefined
      ? undefined
      : `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${ids}`;
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
