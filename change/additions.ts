import type { Entry, MapNode, Source } from "../catalog/node";
import { compare } from "../catalog/problem";
import { scalarText } from "./scalars";

/** Entries to be added to a block: texts, and blocks of them. */
export interface Addition {
  readonly [key: string]: string | Addition;
}

/** A place at which a change cannot be made, and why. */
export interface Refusal {
  readonly offset: number;
  readonly message: string;
}

/** A stretch of a text and what comes in its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function isRefusal(result: object): result is Refusal {
  return "message" in result;
}

/** Two sets of additions as one. */
export function together(one: Addition, other: Addition): Addition {
  const result: Record<string, string | Addition> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const known = result[key];
    result[key] = typeof known === "object" && typeof value === "object" ? together(known, value) : value;
  }
  return result;
}

/** Puts entries before what stands first in a block, and into the blocks below it that are there already. */
export function insertions(source: Source, block: MapNode, added: Addition): (Replacement | Refusal)[] {
  const results: (Replacement | Refusal)[] = [];
  const fresh: Record<string, string | Addition> = {};
  for (const [key, value] of Object.entries(added)) {
    const entry = block.entries.get(key);
    if (!entry) fresh[key] = value;
    else if (typeof value === "object" && entry.value.type === "map" && isWrittenHere(entry))
      results.push(...insertions(source, entry.value, value));
    else results.push({ offset: entry.at.offset, message: `nothing can be added to this \`${key}\`` });
  }
  return Object.keys(fresh).length === 0 ? results : [...results, insertion(source, block, fresh)];
}

/** Does a value stand behind its own key, and not where an alias took it from? */
function isWrittenHere({ at, value }: Entry): boolean {
  return value.offset >= at.offset;
}

function insertion({ text }: Source, block: MapNode, entries: Addition): Replacement | Refusal {
  const offsets = [...block.entries.values()].map(({ at }) => at.offset).filter((at) => at >= block.offset);
  const first = Math.min(...offsets);
  if (text[block.offset] === "{") {
    const isEmpty = offsets.length === 0;
    const start = isEmpty ? block.offset + 1 : first;
    return { start, end: start, text: isEmpty ? inFlow(entries) : `${inFlow(entries)}, ` };
  }
  const indent = text.slice(text.lastIndexOf("\n", first - 1) + 1, first).replace("\uFEFF", "");
  if (offsets.length === 0 || !/^ *$/.test(indent))
    return { offset: block.offset, message: "no line can be added to this block" };
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = linesOf(entries).map((line, index) => (index === 0 ? line : `${indent}${line}`));
  return { start: first, end: first, text: `${lines.join(eol)}${eol}${indent}` };
}

function inFlow(entries: Addition): string {
  const one = ([key, value]: [string, string | Addition]) =>
    `${scalarText(key)}: ${typeof value === "string" ? scalarText(value) : `{${inFlow(value)}}`}`;
  return sorted(entries).map(one).join(", ");
}

function linesOf(entries: Addition): string[] {
  return sorted(entries).flatMap(([key, value]) =>
    typeof value === "string"
      ? [`${scalarText(key)}: ${scalarText(value)}`]
      : [`${scalarText(key)}:`, ...linesOf(value).map((line) => `  ${line}`)],
  );
}

function sorted(entries: Addition): [string, string | Addition][] {
  return Object.entries(entries).sort(([a], [b]) => compare(a, b));
}
