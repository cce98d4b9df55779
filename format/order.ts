import { z } from "zod";
import { tables } from "../kinds/tables";

/** The order of keys in which a file is written best: that of the kind's schema. */
export interface Order {
  /** The known keys of a map, in their order; undefined where keys are free or their order says something. */
  readonly keys: readonly string[] | undefined;
  /** The order within the value of a key of a map. */
  of(key: string): Order | undefined;
  /** The order within the items of a list. */
  readonly items: Order | undefined;
}

/** The order of a whole file: `metadata`, then the blocks of the schema. */
export function fileOrder(document: z.ZodType, metadata: readonly string[]): Order {
  const blocks = orderOf(document);
  return {
    keys: ["metadata", ...(blocks?.keys ?? [])],
    of: (key) => (key === "metadata" ? leaf(metadata) : blocks?.of(key)),
    items: undefined,
  };
}

function leaf(keys: readonly string[]): Order {
  return { keys, of: () => undefined, items: undefined };
}

function orderOf(field: z.ZodType): Order | undefined {
  const schema = unwrapped(field);
  if (schema instanceof z.ZodArray) {
    const items = schema.element;
    return {
      keys: undefined,
      of: () => undefined,
      items: items instanceof z.ZodType ? orderOf(items) : undefined,
    };
  }
  if (!(schema instanceof z.ZodObject)) return undefined;
  const shape: Readonly<Record<string, unknown>> = schema.shape;
  return {
    keys: tables.has(schema) ? undefined : Object.keys(shape),
    of: (key) => {
      const inner = Object.hasOwn(shape, key) ? shape[key] : undefined;
      return inner instanceof z.ZodType ? orderOf(inner) : undefined;
    },
    items: undefined,
  };
}

/** The schema of what is written, within defaults and conversions. */
function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = innerOf(schema);
  return inner ? unwrapped(inner) : schema;
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable;
  const found = wraps ? schema.def.innerType : schema instanceof z.ZodPipe ? pipedFrom(schema) : undefined;
  return found instanceof z.ZodType ? found : undefined;
}

/** A conversion begins with what is written, but for fields that are read first and held against a shape then. */
function pipedFrom({ def }: z.ZodPipe): unknown {
  const from = def.in instanceof z.ZodType ? unwrapped(def.in) : undefined;
  return from === undefined || from instanceof z.ZodUnknown ? def.out : from;
}
