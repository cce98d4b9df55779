import { z } from "zod";
import type { AnyKind } from "../catalog/document";
import { documentSchema } from "../catalog/schema";
import { schemaAt } from "../catalog/schema-paths";
import type { Path } from "../kinds/kind";

/** What a field says of a value that it refuses. */
export interface FieldFault {
  readonly message: string;
  readonly help: string | undefined;
}

/** The field at a path of a kind's files. */
export function fieldOf(kind: AnyKind, path: Path): z.ZodType | undefined {
  const field = schemaAt(documentSchema(kind), path);
  return field instanceof z.ZodType && !(field instanceof z.ZodNever) ? field : undefined;
}

const WANTED: Readonly<Record<string, string>> = { object: "a map", record: "a map", array: "a list" };

/** What a field says of a value; undefined: it takes it. */
export function faultOf(field: z.ZodType, value: unknown): FieldFault | undefined {
  const issue = field.safeParse(value).error?.issues[0];
  if (!issue) return undefined;
  if (issue.code === "invalid_type")
    return { message: `${WANTED[issue.expected] ?? issue.expected} is wanted here`, help: undefined };
  if (issue.code === "too_small")
    return { message: `at least ${issue.minimum} is wanted here`, help: undefined };
  const help: unknown = issue.code === "custom" ? issue.params?.["help"] : undefined;
  return { message: issue.message, help: typeof help === "string" ? help : undefined };
}
