// Reading the schemas of kinds: what the reference of kinds and the page of proofs are made from.

const WRAPPERS = ["optional", "default", "prefault", "nullable"];

/** The schema within optional and default, whether it must be written, and its default. */
export function unwrap(schema, found = { required: true, fallback: undefined }) {
  const { type } = schema.def;
  if (WRAPPERS.includes(type)) {
    const fallback = type === "default" ? JSON.stringify(schema.def.defaultValue) : found.fallback;
    return unwrap(schema.def.innerType, {
      ...found,
      required: false,
      fallback,
      meta: found.meta ?? schema.meta(),
    });
  }
  const meta = found.meta ?? schema.meta() ?? (type === "pipe" ? schema.def.in.meta?.() : undefined);
  return {
    ...found,
    schema: type === "pipe" && schema.def.in.def.type !== "unknown" ? schema.def.in : schema,
    meta,
  };
}

/** The dotted paths of the fields of a kind's files; a list or a free map is one field. */
export function fieldsOf(schema, path = []) {
  return Object.entries(unwrap(schema).schema.shape).flatMap(([key, field]) => {
    const inner = unwrap(field).schema;
    const isBlock = inner.def.type === "object" && Object.keys(inner.shape).length > 0;
    return isBlock ? fieldsOf(inner, [...path, key]) : [[...path, key].join(".")];
  });
}
