/** HTML that cannot be broken by what it shows: every text in it is escaped where it is put in. */
import { printable } from "./printable";

/** A piece of HTML. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | number | Markup | readonly Markup[];

const ENTITY: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** A template of HTML: texts in it are shown, pieces of HTML are put in. Attributes stand in double quotes. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const texts = strings.flatMap((string, at) => [string, textOf(parts[at] ?? "")]);
  return new Markup(texts.join(""));
}

/** Pieces one after the other. */
export function together(pieces: readonly Markup[], between = ""): Markup {
  return new Markup(pieces.map(({ text }) => text).join(between));
}

export const NOTHING = new Markup("");

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return printable(part).replace(/[&<>"'`]/g, (one) => ENTITY[one] ?? "");
  return part.map(({ text }) => text).join("");
}
