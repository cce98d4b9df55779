import type { Catalog } from "../catalog/catalog";
import { type Draft, isNotTaken } from "../change/draft";
import type { FormField } from "../change/form";
import { choicesOf, unknownName } from "../change/new-entity";
import { fitted } from "./fitted";
import type { Streams, Terminal } from "./verb";

/** Names that are listed at a question; `?` lists them all. */
const SHOWN = 12;

type Say = Pick<Streams, "err" | "columns">;

/** Asks for each required field that a draft lacks; false: the person has left. */
export async function askRequired(
  draft: Draft,
  catalogs: readonly Catalog[],
  terminal: Terminal,
  say: Say,
): Promise<boolean> {
  for (let field = nextOf(draft); field; field = nextOf(draft)) {
    introduce(field, draft, catalogs, say);
    if (!(await askOne(field, draft, catalogs, terminal, say))) return false;
  }
  return true;
}

/** What is asked for next: which one it is, before all that is said of it. */
function nextOf(draft: Draft): FormField | undefined {
  const missing = draft.missing();
  const isOfTheKey = ({ path }: FormField) =>
    draft.kind.identity.some((own) => own.join("\n") === path.join("\n"));
  return missing.find(isOfTheKey) ?? missing[0];
}

/** Asks until an answer is taken. */
async function askOne(
  field: FormField,
  draft: Draft,
  catalogs: readonly Catalog[],
  terminal: Terminal,
  say: Say,
): Promise<boolean> {
  for (;;) {
    const answer = (await terminal.ask("> "))?.trim();
    if (answer === undefined) return false;
    if (answer === "?") {
      tell(choicesOf(field, draft, catalogs)?.join(", ") ?? "any value that fits", say);
      continue;
    }
    const fault = answer === "" ? "a value is wanted here" : take(draft, field, answer, catalogs);
    if (fault === undefined) return true;
    tell(fault, say);
  }
}

/** Gives a field a value; what is wrong with it, if it was not taken. */
export function take(
  draft: Draft,
  field: FormField,
  text: string,
  catalogs: readonly Catalog[],
): string | undefined {
  const earlier = draft.at(field.path);
  const refused = draft.set(field.path, text);
  if (refused) return refused.fault;
  const unknown = unknownName(draft.at(field.path), field, draft, catalogs);
  if (unknown !== undefined) draft.restore(field.path, earlier);
  return unknown;
}

/** Takes further fields, written as `field=value`, until an empty answer; false: the person has left. */
export async function askFurther(
  draft: Draft,
  catalogs: readonly Catalog[],
  terminal: Terminal,
  say: Say,
): Promise<boolean> {
  say.err("\nFurther fields as FIELD=VALUE; ? lists them, Enter ends.\n");
  for (;;) {
    const answer = (await terminal.ask("> "))?.trim();
    if (answer === undefined) return false;
    if (answer === "") return true;
    if (answer === "?") {
      for (const field of draft.fields)
        if (!field.isBlock && draft.at(field.path) === undefined) tell(lineOf(field, draft), say);
      continue;
    }
    const fault = takeSetting(draft, answer, catalogs);
    if (fault !== undefined) tell(fault, say);
  }
}

/** Takes `field=value`; what is wrong with it, if it was not taken. */
export function takeSetting(draft: Draft, setting: string, catalogs: readonly Catalog[]): string | undefined {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (name === "") return `"${setting}" is not FIELD=VALUE`;
  const path = draft.pathOf(name.trim());
  if (isNotTaken(path)) return path.fault;
  const field = draft.fields.find((one) => one.path.join("\0") === path.join("\0"));
  const fault = field ? take(draft, field, value, catalogs) : draft.set(path, value)?.fault;
  return fault === undefined ? undefined : `${draft.nameOf(path)}: ${fault}`;
}

/** What is asked, what it means, and what may be written. */
function introduce(field: FormField, draft: Draft, catalogs: readonly Catalog[], say: Say): void {
  const choices = choicesOf(field, draft, catalogs);
  const { err, columns } = say;
  err(`\n${fitted(lineOf(field, draft), columns, "").join("\n")}\n`);
  if (!choices) return;
  const [shown, rest] = [choices.slice(0, SHOWN), choices.length - SHOWN];
  const more = rest > 0 ? `, … and ${rest} more (?)` : "";
  tell(choices.length === 0 ? `there is no ${field.of} yet` : `${shown.join(", ")}${more}`, say);
}

/** A field in a line: its name, what it means, an example. */
export function lineOf({ path, description, examples, isList }: FormField, draft: Draft): string {
  const [example] = examples;
  const shown = [example].flat().map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  const such = example === undefined ? "" : ` Such as ${shown.join(", ")}.`;
  return `${draft.nameOf(path)}: ${description}${such}${isList ? " Commas between several." : ""}`;
}

function tell(text: string, { err, columns }: Say): void {
  err(`${fitted(text, columns, "  ").join("\n")}\n`);
}
