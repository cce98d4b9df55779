import type { Path } from "../kinds/kind";
import type { FormField } from "./form";
import { scalarText } from "./scalars";

/** What YAML can say. */
export type Written = string | number | boolean | null | Written[] | { [key: string]: Written };

const WIDTH = 100;

/** A file of an entity: blocks in the order of the kind's fields, a blank line between them, units behind plain numbers. */
export function yamlOf(tree: { readonly [key: string]: Written }, fields: readonly FormField[]): string {
  const blocks = ordered(tree, [], fields).map(([key, value]) => linesOf(key, value, [key], fields));
  const isFlat = blocks.every((lines) => lines.length === 1);
  return `${blocks.map((lines) => lines.join("\n")).join(isFlat ? "\n" : "\n\n")}\n`;
}

function linesOf(key: string, value: Written, path: Path, fields: readonly FormField[]): string[] {
  const name = scalarText(key);
  if (Array.isArray(value)) {
    const line = `${name}: ${inFlow(value)}`;
    if (line.length + 2 * path.length <= WIDTH) return [line];
    return [`${name}:`, ...value.map((item) => `  - ${inFlow(item)}`)];
  }
  if (typeof value !== "object" || value === null)
    return [`${name}: ${inFlow(value)}${unitOf(value, path, fields)}`];
  const entries = ordered(value, path, fields);
  if (entries.length === 0) return [`${name}: {}`];
  const inner = entries.flatMap(([one, other]) => linesOf(one, other, [...path, one], fields));
  return [`${name}:`, ...inner.map((line) => `  ${line}`)];
}

function unitOf(value: Written, path: Path, fields: readonly FormField[]): string {
  const unit = fields.find((field) => field.path.join("\0") === path.join("\0"))?.unit;
  return typeof value === "number" && value > 0 && unit !== undefined ? `  # ${unit}` : "";
}

function inFlow(value: Written): string {
  if (typeof value === "string") return scalarText(value);
  if (Array.isArray(value)) return `[${value.map(inFlow).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${scalarText(key)}: ${inFlow(inner)}`)
    .join(", ")}}`;
}

/** The entries of a block in the order of the fields; what is in no list of fields keeps its order. */
function ordered(
  block: { readonly [key: string]: Written },
  path: Path,
  fields: readonly FormField[],
): [string, Written][] {
  const places = new Map<string, number>();
  for (const field of fields) {
    const step = field.path[path.length];
    const isBelow = path.every((one, index) => field.path[index] === one);
    if (isBelow && step !== undefined && !places.has(String(step))) places.set(String(step), places.size);
  }
  const placeOf = (key: string) => places.get(key) ?? places.size;
  return Object.entries(block).sort(([a], [b]) => placeOf(a) - placeOf(b));
}
