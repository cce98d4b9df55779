import { z } from "zod";
import type { Metadata } from "../kinds/kind";
import { metadataFields } from "../kinds/metadata";
import type { AnyKind } from "./document";

type Document = Readonly<Record<string, unknown>> & { readonly metadata: Metadata };

const known = new WeakMap<AnyKind, z.ZodType<Document>>();

/** The schema of a whole file of a kind: its blocks, and `metadata` beside them. */
export function documentSchema(kind: AnyKind): z.ZodType<Document> {
  const schema = known.get(kind) ?? makeSchema(kind);
  known.set(kind, schema);
  return schema;
}

function makeSchema(kind: AnyKind): z.ZodType<Document> {
  if (!(kind.document instanceof z.ZodObject))
    throw new Error(`the document of ${kind.name} must be a strict object`);
  const required = Object.values(kind.metadata ?? {}).some((field) => !field.safeParse(undefined).success);
  const fields = z.strictObject({ ...metadataFields, ...kind.metadata });
  const metadata = fields.meta({ description: "About the entity; emits nothing but addresses." });
  return kind.document
    .extend({ metadata: required ? metadata : metadata.optional() })
    .transform(
      (value: Record<string, unknown>): Document => ({ ...value, metadata: complete(value["metadata"]) }),
    );
}

function complete(written: unknown): Metadata {
  return { contacts: [], addresses: {}, accept: {}, ...(typeof written === "object" ? written : {}) };
}
