/** What is known of an entity's values, for people and for programs. */
import type { Argument } from "./arguments";
import { type Asked, counts, type Given } from "./given";
import { cut, printable } from "./terminal-text";
import type { Story, Value } from "./value-story";
import type { Streams } from "./verb";

interface Told extends Value, Story {
  readonly becomes: readonly Argument[];
  /** The resources that the entity becomes. */
  readonly addresses: readonly string[];
}

/** Values of one entity in one environment. */
export interface Explained {
  readonly asked: Asked;
  readonly values: readonly Told[];
  /** A single value was asked for, and all that is known of it. */
  readonly isStory: boolean;
}

/** A value a line, with the place that gave it. */
export function tableAsText({ asked, values }: Explained, streams: Streams): string {
  const most = streams.isTerminal ? 60 : Number.POSITIVE_INFINITY;
  const rows = values.map((value) => ({
    left: cut(printable(`${value.path.join(".")}: ${valueText(value.value)}`), most),
    from: fromOf(value),
  }));
  const width = Math.min(60, Math.max(...rows.map(({ left }) => left.length)));
  const lines = rows.map(({ left, from }) => `  ${left.padEnd(width)}  ${from}`);
  const isTooWide = streams.isTerminal && lines.some((line) => line.length > streams.columns);
  // Places are for copying: none is cut or broken.
  const fitting = isTooWide ? rows.flatMap(({ left, from }) => [`  ${left}`, `      ${from}`]) : lines;
  return `${titleOf(asked)}\n${fitting.join("\n")}\n`;
}

function fromOf({ given, sources }: Told): string {
  const [first] = given;
  if (!counts(first)) return nobody(sources.length);
  return first.place ? placeText(first.place) : `default: ${first.by}`;
}

/** Where nobody wrote a value: the field's default, or no field of the file at all. */
function nobody(sources: number): string {
  return sources > 0 ? "default" : "follows from other values";
}

/** All that is known of single values. */
export function storyAsText({ asked, values }: Explained): string {
  return `${titleOf(asked)}\n${values.map((value) => one(asked, value)).join("\n")}`;
}

/** The width of the words at the left of a story. */
const WORDS = 10;

/** The columns that a story fits into, places and addresses apart: they are for copying. */
const COLUMNS = 80;

function one(asked: Asked, value: Told): string {
  const { path, description, unit, given, sources, names } = value;
  const isThere = value.value !== undefined;
  const head = `${path.join(".")}${isThere ? ` = ${inUnit(value.value, unit)}` : ": nothing gives it"}`;
  const [first, ...others] = given;
  const origin = counts(first) ? first : undefined;
  const lost = origin ? others : given;
  const lines = [
    printable(head),
    ...(description === undefined ? [] : wrapped(description).map((line) => `  ${line}`)),
    ...(origin ? givenLines("given by", origin, unit) : []),
    ...(isThere && !origin ? [line("given by", `nobody: ${nobody(sources.length)}`)] : []),
    ...lost.flatMap((other) => givenLines(wordOf(other), other, unit)),
    ...(names ? [line("names", `${names.kind} ${names.key}`), ...namedPlace(asked, names)] : []),
    ...(isThere ? becomesLines(value) : []),
  ];
  return `${lines.join("\n")}\n`;
}

function wordOf({ removes, removed }: Given): string {
  return removes ? "removed by" : removed ? "removed" : "over";
}

function givenLines(word: string, given: Given, unit: string | undefined): string[] {
  const { by, place, removes } = given;
  const written = removes ? "" : `: ${writtenText(given, unit)}`;
  return [
    line(word, cut(printable(by + written), COLUMNS - WORDS - 4)),
    ...(place ? [line("", placeText(place))] : []),
  ];
}

function writtenText({ written, value }: Given, unit: string | undefined): string {
  if (written === undefined) return "a value that is not shown";
  const text = typeof written === "string" && value !== undefined ? written : inUnit(written, unit);
  const inBase = value === undefined ? text : inUnit(value, unit);
  return inBase === text ? text : `${text} = ${inBase}`;
}

function namedPlace({ catalog }: Asked, { kind: name, key }: NonNullable<Value["names"]>): string[] {
  const kind = catalog.kinds.find((one) => one.name === name);
  const entity = kind && catalog.located(kind).get(key);
  if (entity) return [line("", placeText(entity.place([])))];
  if (!kind || !catalog.isUnmanaged(kind, key)) return [];
  const index = catalog.unmanaged(kind).indexOf(key);
  if (index < 0) return [line("", "it is always there")];
  const list = ["environment", kind.provider, "unmanaged", kind.unmanaged ?? "", index];
  return [
    line("", "unmanaged: read by its name, never changed"),
    line("", placeText(catalog.environmentPlace(list))),
  ];
}

/** The most resources that are named where no argument is known. */
const MOST = 4;

function becomesLines({ path, becomes, addresses }: Told): string[] {
  if (becomes.length > 0) {
    return becomes.flatMap(({ address, argument, value }, index) => [
      ...(becomes[index - 1]?.address === address ? [] : [line(index === 0 ? "becomes" : "", address)]),
      line("", `  ${argument} = ${argumentText(value)}`),
    ]);
  }
  if (addresses.length === 0) return [line("becomes", "no resource of its own")];
  if (path[0] === "metadata") return [line("becomes", "no Terraform argument")];
  const more = addresses.length > MOST ? [line("", `and ${addresses.length - MOST} more`)] : [];
  return [
    line("becomes", "no argument of that name and value; its resources are"),
    ...addresses.slice(0, MOST).map((address) => line("", `  ${address}`)),
    ...more,
  ];
}

/** An expression is for copying; long data is known from above. */
function argumentText(value: unknown): string {
  const text = printable(valueText(value));
  return text.includes("${") ? text : cut(text, COLUMNS - WORDS - 20);
}

function line(word: string, text: string): string {
  return `  ${word.padEnd(WORDS)}  ${text}`;
}

function titleOf({ kind, entity, catalog }: Asked): string {
  return `${kind.name} ${entity.key} in ${catalog.environment.name}`;
}

function valueText(value: unknown): string {
  return JSON.stringify(value);
}

function inUnit(value: unknown, unit: string | undefined): string {
  return typeof value === "number" && unit !== undefined && value >= 0
    ? `${value} ${unit}`
    : valueText(value);
}

function placeText({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${printable(file)}:${line}:${column}`;
}

/** Words in lines that a story fits into. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= COLUMNS - 2)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The same for programs. */
export function explainedAsJson({ asked: { catalog, kind, entity }, values }: Explained): unknown {
  return {
    environment: catalog.environment.name,
    kind: kind.name,
    key: entity.key,
    values: values.map(({ path, value, unit, description, given, names, becomes }) => ({
      path: path.join("."),
      value,
      unit,
      description,
      given: given.map(({ place, of: _, ...rest }) => ({ ...rest, ...place })),
      names: names && { kind: names.kind, key: names.key },
      becomes,
    })),
  };
}
