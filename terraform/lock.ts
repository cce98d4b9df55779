import type { Variables } from "../live/settings";
import { WorldError } from "../live/world";
import { backendIn } from "./backend";
import { freeHttpLock, httpLock } from "./http-lock";
import { type Lock, lockIn } from "./lock-info";
import { pgLock } from "./pg-lock";
import { ran, terraform } from "./program";
import { veilOf } from "./secrets";

/** An address that no stack has. */
const NOTHING = "terraform_data.cloud_entities_asks_who_holds_the_lock";

/**
 * Who holds the lock of the state of a stack, whose folder was readied; undefined: nobody. Terraform is asked for what takes
 * the lock and changes nothing: it serves every backend, and takes a tenth of a second.
 */
export async function heldLock(folder: string, variables: Variables): Promise<Lock | undefined> {
  const args = ["state", "rm", "-dry-run", "-lock-timeout=0s", "-no-color", NOTHING];
  const { code, stdout, stderr } = await ran({ folder, variables, args });
  const said = stdout + stderr;
  if (!/Error acquiring the state lock/.test(said.replace(/\s+/g, " "))) {
    // It looks for the state when it has the lock.
    if (code === 0 || /No state file was found/.test(said)) return undefined;
    throw new WorldError(veilOf(variables)(`the state cannot be asked for its lock: ${said}`));
  }
  return whole(folder, variables, lockIn(said) ?? {});
}

/** A lock with who holds it, where Terraform does not say so and the state's server does. */
export async function whole(folder: string, variables: Variables, lock: Lock): Promise<Lock | undefined> {
  const backend = backendIn(folder, variables);
  if (backend?.type === "pg") return { ...lock, ...(await pgLock(backend, variables)) };
  if (backend?.type !== "http") return lock;
  try {
    return await httpLock(backend, variables);
  } catch (error) {
    if (error instanceof WorldError || error instanceof TypeError) return lock;
    throw error;
  }
}

/** Does the lock of a state live only as long as who took it: a process, a connection? */
export function freesItself(folder: string, variables: Variables): boolean {
  return ["local", "pg"].includes(backendIn(folder, variables)?.type ?? "");
}

/** Frees the lock of that id; a WorldError where it is another's, or cannot be freed. */
export async function freeLock(folder: string, variables: Variables, id: string): Promise<void> {
  const backend = backendIn(folder, variables);
  // Terraform would free whatever lock a server of this kind has.
  if (backend?.type === "http") await freeHttpLock(backend, variables, id);
  else await terraform({ folder, variables, args: ["force-unlock", "-force", "-no-color", id] });
}
