import { z } from "zod";

/** What Terraform does with one object, in its own words and order: `create`; of a replacement `delete`, `create`. */
export interface Step {
  readonly address: string;
  /** Empty: an import, a move or an object that is let go, of which Terraform says nothing. */
  readonly does: readonly string[];
}

const planJson = z.object({
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        mode: z.string().default("managed"),
        previous_address: z.string().optional(),
        change: z.object({ actions: z.array(z.string()), importing: z.unknown().optional() }),
      }),
    )
    .default([]),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).default({}),
});

/** What a plan does to the objects of a stack; empty: nothing is to be applied. */
export function stepsOf(json: unknown): readonly Step[] {
  const steps = new Map<string, string[]>();
  for (const { address, mode, previous_address, change } of planJson.parse(json).resource_changes) {
    if (mode !== "managed") continue;
    const said = change.actions.filter((action) => ["create", "update", "delete"].includes(action));
    const isSilent =
      change.actions.includes("forget") || previous_address !== undefined || !!change.importing;
    // What an earlier replacement left behind has the address of what took its place.
    if (said.length > 0 || isSilent) steps.set(address, [...(steps.get(address) ?? []), ...said]);
  }
  return [...steps].map(([address, does]) => ({ address, does }));
}

/** Is there anything to apply: an object, or only an output? */
export function isEmptyPlan(json: unknown): boolean {
  const outputs = Object.values(planJson.parse(json).output_changes);
  return (
    stepsOf(json).length === 0 && outputs.every(({ actions }) => actions.every((one) => one === "no-op"))
  );
}

/** What was heard of one action of an object. */
export interface Heard {
  readonly is: "begun" | "done" | "failed";
  readonly address: string;
  readonly action: string;
}

/** The objects of a plan, by what became of them. */
export interface Outcome {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Begun, and nobody knows how it ended. */
  readonly cutOff: readonly string[];
  readonly notBegun: readonly string[];
  /** Imports and moves of a run that did not come to its end: Terraform does not say. */
  readonly unsaid: readonly string[];
}

/** What became of a plan's objects, from what was heard so far. */
export function outcomeOf(steps: readonly Step[], heard: readonly Heard[], isComplete: boolean): Outcome {
  const of = {
    done: [] as string[],
    failed: [] as string[],
    cutOff: [] as string[],
    notBegun: [] as string[],
    unsaid: [] as string[],
  };
  const about = new Map<string, Heard[]>();
  for (const one of heard) about.set(one.address, [...(about.get(one.address) ?? []), one]);
  for (const { address, does } of steps) of[fateOf(does, about.get(address) ?? [], isComplete)].push(address);
  return of;
}

function fateOf(does: readonly string[], heard: readonly Heard[], isComplete: boolean): keyof Outcome {
  if (heard.some(({ is }) => is === "failed")) return "failed";
  if (isComplete) return "done";
  if (does.length === 0) return "unsaid";
  if (heard.length === 0) return "notBegun";
  return heard.filter(({ is }) => is === "done").length >= does.length ? "done" : "cutOff";
}
