import { z } from "zod";
import type { AnyKind } from "../catalog/document";
import { documentSchema } from "../catalog/schema";
import { unwrap } from "../catalog/schema-paths";
import type { Path } from "../kinds/kind";

/** A field of a kind's files, as a form asks for it. */
export interface FormField {
  readonly path: Path;
  readonly field: z.ZodType;
  readonly isRequired: boolean;
  readonly isList: boolean;
  /** A block that must be there and needs nothing in it. */
  readonly isBlock: boolean;
  readonly description: string;
  readonly examples: readonly unknown[];
  /** The kind of the entity that it names. */
  readonly of: string | undefined;
  /** The values of a closed list. */
  readonly choices: readonly string[];
  /** The base unit of plain numbers. */
  readonly unit: string | undefined;
}

/** Every field that a file of a kind may have, in the order in which it is written: `metadata` first. */
export function fieldsOf(kind: AnyKind): readonly FormField[] {
  const top = unwrap(documentSchema(kind));
  if (!(top instanceof z.ZodObject)) return [];
  const keys = Object.keys(top.shape).sort((a, b) => Number(b === "metadata") - Number(a === "metadata"));
  return keys
    .flatMap((key) => below(top.shape[key], [key], true))
    .filter(({ path }) => !NEVER.has(path.join(".")));
}

/** What no new entity is born with. */
const NEVER = new Set(["metadata.remove"]);

function below(schema: unknown, path: Path, isRequired: boolean): FormField[] {
  if (!(schema instanceof z.ZodType)) return [];
  const required = isRequired && !schema.safeParse(undefined).success;
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [formField(schema, path, required, false)];
  const fields = Object.entries(inner.shape).flatMap(([key, one]) => below(one, [...path, key], required));
  const isBare = required && !fields.some((one) => one.isRequired);
  return isBare ? [formField(schema, path, true, true), ...fields] : fields;
}

function formField(field: z.ZodType, path: Path, isRequired: boolean, isBlock: boolean): FormField {
  const about = aboutOf(field);
  const inner = unwrap(field);
  const isList = inner instanceof z.ZodArray;
  const item = isList && inner.def.element instanceof z.ZodType ? aboutOf(inner.def.element) : about;
  const description = typeof about["description"] === "string" ? about["description"] : "";
  return {
    ...{ path, field, isRequired, isList, isBlock, description },
    examples: listOf(about["examples"]),
    of: typeof item["of"] === "string" ? item["of"] : undefined,
    choices: listOf(enumOf(item["json"])).map(String),
    unit: /Base unit (\S+)\.$/.exec(description)?.[1],
  };
}

/** What a field says of itself, through what is wrapped around it. */
function aboutOf(schema: z.core.$ZodType): Readonly<Record<string, unknown>> {
  if (!(schema instanceof z.ZodType)) return {};
  const about = schema.meta();
  if (about) return about;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return aboutOf(schema.def.innerType);
  return schema instanceof z.ZodPipe ? aboutOf(schema.def.in) : {};
}

function enumOf(json: unknown): unknown {
  return typeof json === "object" && json !== null && "enum" in json ? json.enum : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
