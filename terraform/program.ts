import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Variables } from "../live/settings";
import { WorldError } from "../live/world";
import { interruptible, interruptions, onInterruption } from "./interruption";
import { veilOf } from "./secrets";

/** One run of Terraform, or of OpenTofu, in the folder of a stack. */
export interface Run {
  readonly folder: string;
  readonly variables: Variables;
  readonly args: readonly string[];
  readonly onLine?: (line: string) => void;
  /** Called with its process id, once it runs. */
  readonly onStart?: (pid: number) => void;
  /** What it writes is for its owner alone. */
  readonly isPrivate?: boolean;
  /** It must come to its end even if we are killed: it holds a lock, and has a state to write. */
  readonly outlivesUs?: boolean;
}

/** How a run ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Terraform was asked to end before its time. */
export class Interrupted extends WorldError {}

/** The program's name: `terraform`, or what TERRAFORM_BINARY_NAME says. */
export function programName(variables: Variables): string {
  return variables["TERRAFORM_BINARY_NAME"] || "terraform";
}

/** Runs the program to its end, whatever that is; a WorldError only where it cannot start. */
export function ran(run: Run): Promise<Ended> {
  return interruptible(() => begun(run));
}

/** Runs the program and returns what it printed; a WorldError with its reason if it fails. */
export async function terraform(run: Omit<Run, "onLine">): Promise<string> {
  const { code, stdout, stderr } = await ran(run);
  if (code === 0) return stdout;
  if (interruptions() > 0) throw new Interrupted(`${commandOf(run)} was interrupted`);
  throw new WorldError(`${commandOf(run)} failed: ${reasonOf(run, stderr.trim() === "" ? stdout : stderr)}`);
}

/** The state of the stack in a folder, as text. Takes no lock and writes nothing to the state. */
export async function pullState(folder: string, variables: Variables): Promise<string> {
  await initialise(folder, variables);
  return terraform({ folder, variables, args: ["state", "pull"] });
}

/** The last `init` that was asked for. */
let last: Promise<unknown> = Promise.resolve();

/** Readies the folder of a stack. One after the other: several would spoil a provider cache that they share. */
export function initialise(folder: string, variables: Variables): Promise<void> {
  const next = last.then(async () => {
    await terraform({ folder, variables, args: ["init", "-input=false", "-no-color"] });
  });
  last = next.catch(() => {});
  return next;
}

/** `terraform plan`, without its options. */
export function commandOf({ variables, args }: Pick<Run, "variables" | "args">): string {
  return `${programName(variables)} ${args.filter((arg) => !arg.startsWith("-")).join(" ")}`;
}

function begun(run: Run): Promise<Ended> {
  const { folder, variables, args, isPrivate, outlivesUs } = run;
  const program = programName(variables);
  const env = { ...variables, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" };
  // It gets its mask before it begins, so that no file is readable by others for a moment.
  const [command, words] = isPrivate
    ? ["/bin/sh", ["-c", 'umask 077; exec "$0" "$@"', program, ...args]]
    : [program, [...args]];
  const spool = outlivesUs ? new Spool() : undefined;
  return new Promise((resolve, reject) => {
    // In a session of its own a Ctrl-C does not reach it by itself: it hears each once, from us.
    const out = spool?.handle ?? "pipe";
    const child = spawn(command, words, { cwd: folder, env, detached: true, stdio: ["ignore", out, out] });
    let stop = () => {};
    const said = { stdout: "", stderr: "" };
    const lines = new Lines(run.onLine);
    const take = (text: string) => {
      said.stdout += text;
      lines.add(text);
    };
    child.once("spawn", () => {
      stop = guarded(child);
      if (child.pid !== undefined) run.onStart?.(child.pid);
    });
    child.stdout?.setEncoding("utf8").on("data", take);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said.stderr += text;
    });
    const timer = spool ? setInterval(() => take(spool.read()), EVERY) : undefined;
    const end = () => {
      stop();
      clearInterval(timer);
      if (spool) take(spool.read());
      spool?.close();
      lines.end();
    };
    child.once("error", (error: NodeJS.ErrnoException) => {
      end();
      reject(new WorldError(startFailure(commandOf(run), program, error)));
    });
    child.once("close", (code) => {
      end();
      resolve({ code, ...said });
    });
  });
}

function startFailure(command: string, program: string, error: NodeJS.ErrnoException): string {
  const reason =
    error.code === "ENOENT" ? `there is no program ${program}` : `it cannot start (${error.code})`;
  return `${command} failed: ${reason}`;
}

/** How often a spool is read, in milliseconds. */
const EVERY = 100;

/**
 * Where a program writes that must outlive us: into a pipe that nobody reads it would die at its next word. The file has
 * no name, and goes with the last who has it open: it may hold secrets.
 */
class Spool {
  readonly handle: number;
  private position = 0;
  private readonly decoder = new StringDecoder("utf8");

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "cloud-entities-"));
    this.handle = openSync(join(folder, "said"), "ax+", 0o600);
    rmSync(folder, { recursive: true });
  }

  /** What was written since it was last read. */
  read(): string {
    const chunk = Buffer.alloc(1 << 16);
    let text = "";
    for (;;) {
      const count = readSync(this.handle, chunk, 0, chunk.length, this.position);
      if (count === 0) return text;
      this.position += count;
      text += this.decoder.write(chunk.subarray(0, count));
    }
  }

  close(): void {
    closeSync(this.handle);
  }
}

/** Whole lines out of pieces of text. */
class Lines {
  private rest = "";

  constructor(private readonly onLine: ((line: string) => void) | undefined) {}

  add(text: string): void {
    if (!this.onLine) return;
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.onLine(line);
  }

  end(): void {
    if (this.rest !== "") this.onLine?.(this.rest);
    this.rest = "";
  }
}

/**
 * Passes each interruption on as the one signal that Terraform ends well at. If we are killed, a shell that waits for our
 * end does it in our place, so that nothing goes on that nobody sees.
 */
function guarded(child: ChildProcess): () => void {
  const unheard = onInterruption(() => child.kill("SIGINT"));
  const guard = spawn("/bin/sh", ["-c", 'read -r _; kill -INT "$0"', String(child.pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without it all goes as well, as long as nobody kills us.
  guard.once("error", () => {});
  guard.stdin?.once("error", () => {});
  guard.unref();
  // It may have come while it started.
  if (interruptions() > 0) child.kill("SIGINT");
  return () => {
    unheard();
    guard.kill("SIGKILL");
  };
}

/** What terraform says after its first `Error:`, as one paragraph without secrets. */
function reasonOf({ variables }: Run, output: string): string {
  const plain = output.replace(/\u001b\[[\d;]*m/g, "").replace(/^[╷│╵]\s?/gm, "");
  const from = plain.indexOf("Error: ");
  const [first = ""] = (from < 0 ? plain : plain.slice(from + "Error: ".length)).split(/\nError: /);
  const paragraph = first.trim().replace(/\s*\n\s*\n\s*/g, ": ");
  return veilOf(variables)(paragraph).replace(/[.:]: /g, ": ");
}
