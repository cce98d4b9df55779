import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { jsonOf } from "../live/json";
import type { Variables } from "../live/settings";
import { WorldError } from "../live/world";
import { interruptions } from "./interruption";
import { type Diagnostic, messageOf, sentencesOf, TerraformError } from "./messages";
import { commandOf, Interrupted, initialise, ran, terraform } from "./program";
import { veilOf } from "./secrets";

/** How far a plan is. */
export type PlanEvent =
  | { readonly is: "init" | "planning" | "done" }
  /** So many objects were asked for, this one last. */
  | { readonly is: "refreshing"; readonly count: number; readonly address: string };

export interface PlanOptions {
  /** Only what changed outside: for drift. */
  readonly refreshOnly?: boolean;
  readonly onEvent?: (event: PlanEvent) => void;
}

/** The plan that Terraform wrote into a stack's folder. It holds secrets. */
const PLAN = "plan";

/** What changed outside is no plan to be applied, and does not take its place. */
const DRIFT = "plan.drift";

/**
 * Plans the stack in a folder, takes no lock, and gives the plan's JSON: nothing in it is hidden. The plan stays in
 * the folder, for its owner alone. A TerraformError with all that Terraform says if it fails.
 */
export async function planStack(
  folder: string,
  variables: Variables,
  options: PlanOptions = {},
): Promise<unknown> {
  await writePlan(folder, variables, options);
  const file = options.refreshOnly ? DRIFT : PLAN;
  const json = await showPlan(folder, variables, file);
  if (options.refreshOnly) rmSync(join(folder, file), { force: true });
  options.onEvent?.({ is: "done" });
  return json;
}

/** The same without reading it. */
export async function writePlan(
  folder: string,
  variables: Variables,
  options: PlanOptions = {},
): Promise<void> {
  const tell = options.onEvent ?? (() => {});
  tell({ is: "init" });
  await initialise(folder, variables);
  const file = options.refreshOnly ? DRIFT : PLAN;
  // One that is there may be readable by others, and keeps its mode when it is written over.
  rmSync(join(folder, file), { force: true });
  const diagnostics: Diagnostic[] = [];
  let [count, isPlanning] = [0, false];
  const onLine = (line: string) => {
    const message = messageOf(line);
    if (message?.diagnostic) diagnostics.push(message.diagnostic);
    if (message?.type === "refresh_complete" && message.hook)
      tell({ is: "refreshing", count: ++count, address: message.hook.resource.addr });
    if (message?.type !== "planned_change" || isPlanning) return;
    isPlanning = true;
    tell({ is: "planning" });
  };
  const mode = options.refreshOnly ? ["-refresh-only"] : [];
  const args = ["plan", "-json", "-input=false", "-lock=false", `-out=${file}`, ...mode];
  const run = { folder, variables, args, onLine, isPrivate: true };
  const { code, stderr } = await ran(run);
  if (code === 0) return;
  if (interruptions() > 0) throw new Interrupted(`${commandOf(run)} was interrupted`);
  throw failureOf(run, diagnostics, stderr);
}

/** The JSON of a plan in a folder that was readied; a WorldError where it cannot be read. */
export async function showPlan(folder: string, variables: Variables, file = PLAN): Promise<unknown> {
  const json = jsonOf(await shown(folder, variables, file));
  const parsed = versioned.safeParse(json);
  if (!parsed.success) throw new WorldError(`the plan in ${folder} has no JSON that is known`);
  if (!parsed.data.format_version.startsWith("1."))
    throw new WorldError(
      `the plan's format is ${parsed.data.format_version}; only 1.x is known: use an older Terraform, or a newer cloud-entities`,
    );
  return json;
}

/**
 * A copy of the plan in a folder that is this process's own, so that what is read is what is applied, whoever plans there
 * meanwhile. Undefined: there is none. Copies of processes that have ended go.
 */
export function takePlan(folder: string): string | undefined {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [, pid] = COPY.exec(name) ?? [];
    if (pid !== undefined && !existsProcess(Number(pid))) rmSync(join(folder, name), { force: true });
  }
  const copy = `plan.${process.pid}`;
  dropPlan(folder, copy);
  if (!existsSync(join(folder, PLAN))) return undefined;
  const text = readFileSync(join(folder, PLAN));
  writeFileSync(join(folder, copy), text, { mode: 0o600, flag: "wx" });
  return copy;
}

/** Removes such a copy. */
export function dropPlan(folder: string, copy: string): void {
  rmSync(join(folder, copy), { force: true });
}

const COPY = /^plan\.(\d+)$/;

function existsProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return typeof error === "object" && error !== null && "code" in error && error.code === "EPERM";
  }
}

const versioned = z.object({ format_version: z.string() });

async function shown(folder: string, variables: Variables, file: string): Promise<string> {
  const show = (word: string) => terraform({ folder, variables, args: ["show", "-json", "-no-color", word] });
  try {
    return await show(file);
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof WorldError)) throw error;
    // OpenTofu takes the file by an option, and need not take it by its place for ever.
    return show(`-plan=${file}`).catch(() => Promise.reject(error));
  }
}

function failureOf(
  run: { variables: Variables; args: readonly string[] },
  diagnostics: readonly Diagnostic[],
  stderr: string,
): WorldError {
  const veil = veilOf(run.variables);
  const sentences = sentencesOf(diagnostics, veil);
  if (sentences.length > 0) return new TerraformError(sentences);
  return new WorldError(veil(`${commandOf(run)} failed: ${stderr}`));
}

/** Does work for each of many, beside each other but at most so many at once, and gives the results in order. */
export async function besideEachOther<In, Out>(
  many: readonly In[],
  jobs: number,
  work: (one: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  const waiting = [...many.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, many.length) }, worker));
  return results;
}

/** Plans that are made at once. */
export const JOBS = 4;
