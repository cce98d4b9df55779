import { createHash } from "node:crypto";
import type { Difference } from "./marked";
import { textOf } from "./marked";
import type { ObjectChange, StackReview } from "./model";

/** What a plan does to one object, and every argument that differs. */
export interface Digested {
  readonly object: ObjectChange;
  readonly differences: readonly Difference[];
  /** What is imported: its id. */
  readonly importId?: string | undefined;
}

/**
 * Of what a plan does: equal for plans that do the same to the same objects. Values that are secret count only as
 * changed or not: a digest of them, shown in public, would let anybody try what they are.
 */
export function digestOf(all: readonly Digested[]): string {
  const lines = all.map(({ object, differences, importId }) =>
    textOf([
      object.address,
      object.does,
      object.movedFrom,
      object.deposed,
      object.forcedBy,
      importId,
      differences,
    ]),
  );
  return sha256(lines.sort().join("\n"));
}

/** Of several stacks together. */
export function digestOfStacks(stacks: readonly StackReview[]): string | undefined {
  if (stacks.length === 0 || stacks.some(({ digest }) => digest === undefined)) return undefined;
  return sha256(
    stacks
      .map(({ name, digest }) => `${name} ${digest}`)
      .sort()
      .join("\n"),
  );
}

function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
