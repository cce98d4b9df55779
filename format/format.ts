import type { z } from "zod";
import type { AnyKind } from "../catalog/document";
import { moveUp } from "../catalog/document";
import { type MapNode, nodeAt, type Origin } from "../catalog/node";
import { metadataFields } from "../kinds/metadata";
import { arranged } from "./arrange";
import { layoutOf } from "./layout";
import { fileOrder } from "./order";
import { printed } from "./print";
import { saysTheSame } from "./proof";
import { syntaxOf } from "./syntax";

/** What a file holds: an entity of a kind, or one of an environment's own files. */
export interface Subject {
  readonly kind: AnyKind | undefined;
  readonly document: z.ZodType;
}

/** A file in canonical form, and what was done to it besides white space. */
export interface Formatted {
  readonly text: string;
  readonly changes: readonly string[];
}

/** A file that is left as it is, and what a person must do instead. */
export interface Unformatted {
  readonly at: Origin;
  readonly message: string;
  readonly help: string;
}

/** Brings the text of a file into canonical form. What it says, comments included, stays the same, or it is left alone. */
export function formatted(written: MapNode, subject: Subject): Formatted | Unformatted {
  const { kind, document } = subject;
  const syntax = syntaxOf(written.source.text.replace(/\r\n?/g, "\n"));
  const nested = kind && isMoved(written) ? (kind.nested ?? {}) : {};
  const layout = layoutOf(syntax, nested);
  const order = fileOrder(document, Object.keys({ ...metadataFields, ...kind?.metadata }));
  const wish = { order, nested, hasBlocks: kind?.nulled === undefined };
  const { block, changes, moved } = layout.block
    ? arranged(layout.block, wish)
    : { block: undefined, changes: [], moved: 0 };
  const text = printed({ ...layout, block });
  if (!syntax.sound || !saysTheSame(written, text, subject)) return unsafe(written);
  return (kind && isMoved(written) && stuck(written, moved, kind)) || { text, changes };
}

/** Whoever accepted the older layout wants it to stay. */
function isMoved(root: MapNode): boolean {
  return nodeAt(root, ["metadata", "accept", "nested-project"]) === undefined;
}

function unsafe(at: MapNode): Unformatted {
  const message = "this file cannot be formatted without a change of what it says";
  return { at, message, help: "simplify the YAML by hand: anchors, tags and `?` keys are the usual causes" };
}

/** Blocks that our reader moves up and the text does not: they come from an alias or stand among comments in brackets. */
function stuck(written: MapNode, count: number, kind: AnyKind): Unformatted | undefined {
  const { moved, at } = moveUp(written, kind);
  if (moved.length === count) return undefined;
  const message = `${moved.join(", ")}: this cannot be moved up by a program`;
  return {
    at,
    message,
    help: "move it by hand: it comes from an alias, or comments stand between its brackets",
  };
}
