/** What may be written, spelled for people. */
import { many } from "../kinds/names";
import type { Shape } from "./shape";

/** How a kind is named in a text: plain, or as a link. */
export type Naming = (kind: string) => string;

/** What may be written, in a few words: `list of names of a flavor`, `quantity in MiB, such as 30 GiB`. */
export function typeWords(shape: Shape, naming: Naming): string {
  if (shape.type === "block") return "block";
  if (shape.type === "list") return `list of ${plurals(typeWords(shape.of, naming))}`;
  if (shape.type === "map") return `map of ${plurals(typeWords(shape.of, naming))}`;
  const { about, json } = shape;
  const words = about.words ?? WORDS.get(String(json["type"])) ?? String(json["type"]);
  return about.of === undefined ? words : `${words} of ${article(about.of)} ${naming(about.of)}`;
}

const WORDS = new Map([
  ["string", "text"],
  ["object", "map"],
  ["undefined", "block"],
]);

/** The default, where there is one worth telling. */
export function fallbackWords({ fallback }: Shape): string | undefined {
  if (fallback === undefined) return undefined;
  const isEmpty = typeof fallback === "object" && fallback !== null && Object.keys(fallback).length === 0;
  if (isEmpty) return undefined;
  return typeof fallback === "string" ? fallback : JSON.stringify(fallback);
}

function article(noun: string): string {
  return /^[aeio]/.test(noun) ? "an" : "a";
}

/** The same words of several: `texts`, `names of a flavor`. */
function plurals(words: string): string {
  return words.replace(/^(block|key|list|map|name|quantity|text)\b/, many);
}
