/** What a schema says of the places within it. */
import { z } from "zod";
import type { Path } from "../kinds/kind";

/** What a schema says of itself, through what is wrapped around it. */
export function metaOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, unknown>> {
  if (!(schema instanceof z.ZodType)) return {};
  const own = schema.meta();
  if (own) return own;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return metaOf(schema.def.innerType);
  return schema instanceof z.ZodPipe ? metaOf(schema.def.in) : {};
}

export function requiredKeys(schema: z.core.$ZodType): string[] {
  const object = unwrap(schema);
  if (!(object instanceof z.ZodObject)) return [];
  return Object.entries(object.shape).flatMap(([key, field]) =>
    field instanceof z.ZodType && field.safeParse(undefined).success ? [] : [key],
  );
}

/** The keys of the strict object that a schema has at a path. */
export function knownKeys(schema: z.ZodType, path: Path): string[] {
  const inner = schemaAt(schema, path);
  const object = inner && unwrap(inner);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** The schema of what stands at a path. */
export function schemaAt(schema: z.ZodType, path: Path): z.core.$ZodType | undefined {
  let inner: z.core.$ZodType | undefined = schema;
  for (const step of path) {
    const outer: z.core.$ZodType | undefined = inner && unwrap(inner);
    if (outer instanceof z.ZodObject)
      inner = Object.hasOwn(outer.shape, step) ? outer.shape[String(step)] : outer.def.catchall;
    else if (outer instanceof z.ZodArray) inner = outer.def.element;
    else if (outer instanceof z.ZodRecord) inner = outer.def.valueType;
    else return undefined;
  }
  return inner;
}

export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  ) {
    return unwrap(schema.def.innerType);
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.def.in) : schema;
}

/** The paths of all blocks of a schema, the outermost first; what stands in lists and free maps apart. */
export function blocksOf(schema: z.core.$ZodType, path: Path = []): Path[] {
  const object = unwrap(schema);
  if (!(object instanceof z.ZodObject)) return [];
  const inner = Object.entries(object.shape).flatMap(([key, field]) =>
    field instanceof z.ZodType ? blocksOf(field, [...path, key]) : [],
  );
  return [path, ...inner];
}
