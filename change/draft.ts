import type { AnyKind } from "../catalog/document";
import { dataOf, Source } from "../catalog/node";
import { isFault, readYaml } from "../catalog/yaml";
import type { Path } from "../kinds/kind";
import { nearest, withArticle } from "../kinds/names";
import { type FieldFault, faultOf, fieldOf } from "./fields";
import { type FormField, fieldsOf } from "./form";
import { type Written, yamlOf } from "./yaml-text";

/** A value that cannot be taken, and what would be right. */
export interface NotTaken {
  readonly fault: string;
}

export function isNotTaken(result: object | undefined): result is NotTaken {
  return result !== undefined && "fault" in result;
}

/** A new entity while it is being written. */
export class Draft {
  readonly fields: readonly FormField[];
  private readonly tree: { [key: string]: Written } = {};

  constructor(readonly kind: AnyKind) {
    this.fields = fieldsOf(kind);
  }

  /** The path that a person means: the block of the kind may be left out, `\.` is a dot within a key. */
  pathOf(text: string): Path | NotTaken {
    const steps = text.split(/(?<!\\)\./).map((step) => step.replaceAll("\\.", "."));
    const isTop = this.fields.some(({ path }) => path[0] === steps[0]);
    const path = isTop || this.kind.nulled !== undefined ? steps : [this.kind.name, ...steps];
    if (this.isKnown(path)) return path;
    const known = this.fields.map((field) => this.nameOf(field.path));
    const near = nearest(text, known);
    return {
      fault: `${withArticle(this.kind.name)} has no field \`${text}\`${near ? `; did you mean \`${near}\`?` : `; its fields: ${known.join(", ")}`}`,
    };
  }

  /** A field's path as a person writes it. */
  nameOf(path: Path): string {
    const steps = path[0] === this.kind.name && path.length > 1 ? path.slice(1) : path;
    const isSame = this.fields.some((field) => field.path[0] === steps[0]);
    return (isSame ? path : steps).map((step) => String(step).replaceAll(".", "\\.")).join(".");
  }

  /** Takes the text of a value: as YAML if the field takes that, else as it stands; a list may be written with commas. */
  set(path: Path, text: string): NotTaken | undefined {
    const field = fieldOf(this.kind, path);
    const isList = this.fields.some((one) => one.isList && one.path.join("\0") === path.join("\0"));
    const values = candidates(text, isList);
    const found = field ? values.find((value) => !faultOf(field, value)) : values[0];
    if (found === undefined) {
      const fault = field && faultOf(field, values[0]);
      return notTaken(fault ?? { message: "this value does not fit", help: undefined });
    }
    this.put(path, found);
    return undefined;
  }

  /** Takes a text as it stands. */
  setText(path: Path, text: string): NotTaken | undefined {
    const field = fieldOf(this.kind, path);
    const fault = field && faultOf(field, text);
    if (fault) return notTaken(fault);
    this.put(path, text);
    return undefined;
  }

  /** The value at a path, if one was taken. */
  at(path: Path): Written | undefined {
    return path.reduce<Written | undefined>(
      (inner, step) => (isBlock(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined),
      this.tree,
    );
  }

  /** Puts an earlier value back. */
  restore(path: Path, earlier: Written | undefined): void {
    const block = this.at(path.slice(0, -1));
    if (earlier !== undefined) this.put(path, earlier);
    else if (isBlock(block)) delete block[String(path.at(-1))];
  }

  /** Required fields without a value. */
  missing(): readonly FormField[] {
    return this.fields.filter(
      ({ path, isRequired, isBlock }) => isRequired && !isBlock && this.at(path) === undefined,
    );
  }

  /** The text of the file. */
  text(firstLine: string | undefined): string {
    for (const { path, isRequired, isBlock: isBare } of this.fields)
      if (isRequired && isBare && this.at(path) === undefined) this.put(path, {});
    const modeline = firstLine === undefined ? "" : `${firstLine}\n`;
    return modeline + yamlOf(this.tree, this.fields);
  }

  private put(path: Path, value: Written): void {
    let block = this.tree;
    for (const step of path.slice(0, -1)) {
      const next = Object.hasOwn(block, step) ? block[step] : undefined;
      const inner = isBlock(next) ? next : {};
      block[step] = inner;
      block = inner;
    }
    block[String(path.at(-1))] = value;
  }

  /** Is there such a field, or a free map or value around it? */
  private isKnown(path: Path): boolean {
    if (fieldOf(this.kind, path)) return true;
    return this.fields.some(
      (field) => field.path.length < path.length && field.path.every((step, index) => step === path[index]),
    );
  }
}

function notTaken({ message, help }: FieldFault): NotTaken {
  return { fault: help === undefined ? message : `${message}; ${help}` };
}

function isBlock(value: Written | undefined): value is { [key: string]: Written } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a text may stand for, the likeliest first. */
function candidates(text: string, isList: boolean): Written[] {
  const node = readYaml(new Source("", text));
  const parsed = isFault(node) ? undefined : writtenOf(dataOf(node));
  if (isList) return [Array.isArray(parsed) ? parsed : text.split(",").flatMap((one) => one.trim() || [])];
  // What a person types behind a `#` belongs to the text, unless quotes say where the text ends.
  const isPlain = typeof parsed === "string" && !/^\s*["']/.test(text);
  return parsed === undefined || parsed === null || isPlain ? [text] : [parsed, text];
}

/** Data of YAML, which is texts, numbers, truth values, lists and maps. */
function writtenOf(value: unknown): Written | undefined {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.map((one) => writtenOf(one) ?? null);
  if (typeof value !== "object") return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, writtenOf(one) ?? null]));
}
