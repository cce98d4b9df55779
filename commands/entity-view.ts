import type { Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";

/** What stands under `metadata`, absent and empty parts left out, and what counts where nothing is written. */
export function metadataOf(kind: AnyKind, { metadata }: Located): Readonly<Record<string, unknown>> {
  const written = Object.entries(metadata).filter(([, value]) => !isEmpty(value));
  return { ...Object.fromEntries(written), protected: metadata.protected ?? kind.protected ?? false };
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}

/** The value at a dotted path of an entity: of its spec, its metadata, or its file as it is checked; undefined: none. */
export function valueAt(kind: AnyKind, entity: Located, path: string): unknown {
  const metadata = metadataOf(kind, entity);
  const places = [entity.spec, { metadata }, metadata, entity.document[kind.name], entity.document];
  for (const place of places) {
    const found = inside(place, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Keys may hold dots themselves, so the longest key that is there counts. */
function inside(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.hasOwn(value, path)) return Object.getOwnPropertyDescriptor(value, path)?.value;
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(value, key)) continue;
    const found = inside(Object.getOwnPropertyDescriptor(value, key)?.value, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
