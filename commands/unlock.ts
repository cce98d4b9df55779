import { type Verdict, verdictOn } from "../terraform/holder";
import { interruptible } from "../terraform/interruption";
import { freeLock, freesItself, heldLock } from "../terraform/lock";
import type { Lock } from "../terraform/lock-info";
import { initialise } from "../terraform/program";
import { EXIT, type ExitCode } from "./exit";
import { folderOf } from "./imports";
import { tellUnended } from "./last-run";
import { lockText } from "./lock-text";
import { type Stack, stacksNamed } from "./stacks";
import { outputOf, typed } from "./typed";
import { type Call, UsageError, type Verb } from "./verb";
import { writeStacks } from "./write-stacks";

export const unlock: Verb = {
  name: "unlock",
  usage: "STACK [--id ID] [--output DIR]",
  summary: "Say who holds a stack's lock, and free it from the dead.",
  help: [
    "Says who holds the lock, since when, and what for. It is freed if that run is",
    "dead for sure: its process on this machine has ended, or the job of the forge",
    "that it ran for. Otherwise exit code 4, with what to type once you know better.",
    "",
    "  --id ID        free the lock of that id: you made sure that its run is dead",
    "  --output DIR   where the stacks are written (default: cdktf.out)",
    "",
    "What a forge is asked with: CLOUD_ENTITIES_FORGE_TOKEN, else GITLAB_TOKEN or",
    "GITHUB_TOKEN; only where this runs in a job of the same forge.",
    "",
    "  cloud-entities unlock prod-brno-openstack",
  ].join("\n"),
  options: { id: { type: "string" }, output: { type: "string" } },
  words: { min: 1, max: 1 },
  async run(call) {
    const outdir = outputOf(call);
    const written = writeStacks(call.request, outdir, call.streams);
    if ("exit" in written) return written.exit;
    const [stack] = stacksNamed(written.catalogs, call.words);
    if (!stack) throw new UsageError("STACK is wanted");
    return interruptible(() => unlockStack(call, stack, folderOf(outdir, stack.name)));
  },
};

async function unlockStack(call: Call, stack: Stack, folder: string): Promise<ExitCode> {
  const { streams, variables, flags } = call;
  await initialise(folder, variables);
  const lock = await heldLock(folder, variables);
  if (!lock) {
    streams.out(`${stack.name}: nobody holds the lock\n`);
    tellUnended(call, stack, folder);
    return EXIT.fine;
  }
  const now = new Date();
  streams.out(`${stack.name}: locked by ${lockText(lock, now)}\n`);
  const verdict = await verdictOn(folder, variables, lock, now);
  const id = typeof flags["id"] === "string" ? flags["id"] : undefined;
  const refusal = refused(call, stack, lock, verdict, { id, freesItself: freesItself(folder, variables) });
  if (refusal !== undefined || lock.id === undefined) {
    streams.err(`${stack.name}: not freed: ${refusal ?? "its id is not known"}\n`);
    return EXIT.changes;
  }
  await freeLock(folder, variables, lock.id);
  streams.out(`${stack.name}: freed: ${id === undefined ? verdict.why : `you said so, of ${id}`}\n`);
  tellUnended(call, stack, folder);
  streams.out(
    `Next: what that run made may be in no state: ${typed(call, "adopt", stack.name)}\n` +
      `then plan, review and deploy: ${typed(call, "plan", stack.name)}\n`,
  );
  return EXIT.fine;
}

/** Why the lock stays, and what to type; undefined: it may be freed. */
function refused(
  call: Call,
  { name }: Stack,
  lock: Lock,
  { is, why }: Verdict,
  asked: { readonly id: string | undefined; readonly freesItself: boolean },
): string | undefined {
  if (asked.id !== undefined && asked.id !== lock.id && lock.id !== undefined)
    return `the lock is not ${asked.id} but ${lock.id}: another run took it`;
  if (asked.freesItself) return `${why}: wait for it, or end it where it runs`;
  if (is === "alive")
    return `${why}: wait for it, or end it (once, with SIGINT or TERM) and let it write its state`;
  if (is === "dead" || asked.id !== undefined) return undefined;
  const command =
    lock.id === undefined
      ? ""
      : `\nIf you made sure that it is dead: ${typed(call, "unlock", name, "--id", lock.id)}`;
  return `${why}${command}`;
}
