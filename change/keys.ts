import type { AnyKind } from "../catalog/document";

/** The kind that entities of a kind live in, by their keys: a project in its domain, a config map in its namespace. */
export function containerOf(kind: AnyKind): string | undefined {
  return kind.identity.length > 1 ? String(kind.identity[0]?.at(-1)) : undefined;
}

/** The name of a key: its last part. */
export function nameOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** The domain or namespace of a key. */
export function groupOf(key: string): string | undefined {
  return key.includes("/") ? key.slice(0, key.indexOf("/")) : undefined;
}

/** A new key for an entity, and so for all that lives in it. */
export class Renaming {
  constructor(
    readonly kind: AnyKind,
    readonly from: string,
    readonly to: string,
    private readonly kinds: readonly AnyKind[],
  ) {}

  /** The new key of an entity, or undefined if it keeps its key. */
  keyOf(kindName: string, key: string): string | undefined {
    if (kindName === this.kind.name) return key === this.from ? this.to : undefined;
    const kind = this.kinds.find(({ name }) => name === kindName);
    const isWithin = kind !== undefined && containerOf(kind) === this.kind.name && groupOf(key) === this.from;
    return isWithin ? `${this.to}/${nameOf(key)}` : undefined;
  }
}

/** What is asked of a change of keys: the new key of an entity, or undefined if it keeps its key. */
export type NewKeys = Pick<Renaming, "keyOf">;
