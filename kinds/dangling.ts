import type { Kind, Look } from "./kind";

type AnyKind = Kind<unknown, unknown>;

/** Does an entity of one kind name one of another that is not there? That is told, and it may mean any. */
export function someNamesNothing(by: AnyKind, kind: AnyKind, look: Look): boolean {
  const declared = new Set(look.declared(kind));
  return [...look.named(by, kind)].some((key) => !declared.has(key) && !look.isUnmanaged(kind, key));
}
