/** How messages name the places and values of a document. */
import type { Path } from "../kinds/kind";
import { nearest } from "../kinds/names";
import { OLD_SPELLINGS } from "../kinds/old-spellings";

/** A field: its key, or which entry of a list it is. */
export function fieldAt(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  return typeof last === "number" ? `entry ${last + 1} of \`${path.at(-2)}\`` : `\`${last}\``;
}

/** A block: its path, or within a list which entry it is. */
export function blockAt(path: Path): string {
  const index = path.findLastIndex((step) => typeof step === "number");
  return index === path.length - 1 ? fieldAt(path) : `\`${path.slice(index + 1).join(".")}\``;
}

/** A value as it may be written in YAML, on one line. */
export function inYaml(value: unknown): string {
  if (typeof value === "string") return /^[\w.@+-][\w.@+:/ -]*$/.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inYaml).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([key, inner]) => `${inYaml(key)}: ${inYaml(inner)}`);
  return `{${entries.join(", ")}}`;
}

/** A key in which what looks like nothing, or like a space, is spelled out. */
export function visible(key: string): string {
  return key.replace(/(?! )[\p{Cf}\p{Zs}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

/** Lists of keys up to this length are shown whole. */
const FEW = 16;

/** Some keys, the first ones of many. */
export function shortList(keys: readonly string[]): string {
  const few = keys.slice(0, FEW).map((key) => `\`${key}\``);
  return `${few.join(", ")}${keys.length > FEW ? " …" : ""}`;
}

/** The key that an unknown one was meant to be: an old spelling of it, or one that is spelled alike. */
export function meantKey(key: string, known: readonly string[]): string | undefined {
  const elsewhere = Object.hasOwn(OLD_SPELLINGS, key) ? OLD_SPELLINGS[key] : undefined;
  return elsewhere?.find((one) => known.includes(one)) ?? nearest(key, known);
}

/** What may be written instead of an unknown key: what was meant, if that is known; all keys, if they are few. */
export function knownKeysText(known: readonly string[], meant?: string): string {
  if (known.length === 0) return "remove it";
  const guess = meant === undefined ? "" : `did you mean \`${meant}\`? `;
  if (known.length <= FEW) return `${guess}${guess === "" ? "known" : "Known"} here: ${known.join(", ")}`;
  if (guess !== "")
    return `${guess}The page docs/kinds.md lists the ${known.length} keys that are known here`;
  return `known here are ${shortList(known)}; docs/kinds.md lists all ${known.length}`;
}
