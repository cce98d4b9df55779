/** What may be written, read off the zod schemas of `kinds/`: the one walk for JSON Schemas and the reference. */
import { z } from "zod";
import type { About } from "../kinds/fields";

/** A fragment of JSON Schema. */
export interface Json {
  readonly [keyword: string]: unknown;
}

/** What is said of a field, of whatever type it is. */
interface Said {
  readonly about: Partial<About>;
  readonly required: boolean;
  /** What holds where nothing is written. */
  readonly fallback?: unknown;
  /** What JSON Schema says of the value beyond its type. */
  readonly json: Json;
}

/** A map with known keys. */
export interface Block extends Said {
  readonly type: "block";
  readonly fields: ReadonlyMap<string, Shape>;
  /** To who writes it, it is one value: `{secret: <name>}`. */
  readonly isValue: boolean;
}

interface List extends Said {
  readonly type: "list";
  readonly of: Shape;
}

/** A map with free keys. */
interface FreeMap extends Said {
  readonly type: "map";
  readonly of: Shape;
  readonly isValue: boolean;
}

interface Value extends Said {
  readonly type: "value";
}

/** What may be written somewhere. */
export type Shape = Block | List | FreeMap | Value;

const NOTHING: Said = { about: {}, required: true, json: {} };

/** The shape of what a schema takes. */
export function shapeOf(schema: z.core.$ZodType): Shape {
  return read(schema, NOTHING, false);
}

/** The shape of a schema that must be a strict object. */
export function blockOf(schema: z.core.$ZodType): Block {
  const shape = shapeOf(schema);
  if (shape.type !== "block") throw new Error("a document is a strict object");
  return shape;
}

/** `outer` is what the wrappers around the schema said; they know better. */
function read(schema: z.core.$ZodType, outer: Said, isValue: boolean): Shape {
  const said = { ...outer, ...heard(schema, outer) };
  if (schema instanceof z.ZodDefault)
    return read(schema.def.innerType, { ...said, required: false, fallback: schema.def.defaultValue }, false);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)
    return read(schema.def.innerType, { ...said, required: false }, false);
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([key, field]) => [key, shapeOf(field)] as const);
    return { ...said, type: "block", fields: new Map(fields), isValue };
  }
  if (schema instanceof z.ZodArray) return { ...said, type: "list", of: shapeOf(schema.def.element) };
  if (schema instanceof z.ZodRecord)
    return { ...said, type: "map", of: shapeOf(schema.def.valueType), isValue };
  if (schema instanceof z.ZodUnion)
    return { ...said, type: "value", json: { type: namesOf(schema.options) } };
  if (isField(schema)) return { ...said, type: "value" };
  if (!(schema instanceof z.ZodPipe))
    throw new Error(`a schema of the type ${schema._zod.def.type} has no shape`);
  // Where a secret might stand, a field guards the schema that comes after it (`withheld`).
  const isGuarded = isField(schema.def.in);
  if (!isGuarded || schema.def.out instanceof z.ZodTransform) return read(schema.def.in, said, isValue);
  return read(schema.def.out, said, true);
}

/** What a schema says of itself, as far as nobody around it said it. */
function heard(schema: z.core.$ZodType, outer: Said): Pick<Said, "about" | "json"> {
  if (!(schema instanceof z.ZodType)) return outer;
  const { json, ...about } = schema.meta() ?? {};
  const { description, examples, of, words }: Partial<About> = about;
  const own = Object.entries({ description, examples, of, words }).filter(([, value]) => value !== undefined);
  return {
    about: { ...Object.fromEntries(own), ...outer.about },
    json: { ...(isJson(json) ? json : {}), ...outer.json },
  };
}

/** Is it a field (`kinds/fields.ts`), as it is or with a conversion behind it? */
function isField(schema: z.core.$ZodType): boolean {
  const isOne = schema instanceof z.ZodTransform || schema instanceof z.ZodPipe;
  return isOne && isJson(schema.meta()?.["json"]);
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function namesOf(options: readonly z.core.$ZodType[]): string[] {
  return options.map((option) => option._zod.def.type);
}

/** The dotted paths of the fields of a block; a list or a free map is one field. */
export function fieldPaths(block: Block, path: readonly string[] = []): string[] {
  return [...block.fields].flatMap(([key, field]) => {
    const isInner = field.type === "block" && !field.isValue && field.fields.size > 0;
    return isInner ? fieldPaths(field, [...path, key]) : [[...path, key].join(".")];
  });
}
