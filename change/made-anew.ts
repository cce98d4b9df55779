import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import type { Reference } from "../kinds/kind";
import type { NewKeys } from "./keys";

/** An entity as it is before a rename and after it. */
export interface Pair {
  readonly kind: AnyKind;
  readonly before: Located;
  readonly after: Located;
}

/** Entities of one environment, named by `markOf`. */
export interface MadeAnew {
  /** Those whose resource is destroyed and made anew. */
  readonly replaced: ReadonlySet<string>;
  /** Those whose change the service refuses: only another resource will do. */
  readonly refused: ReadonlySet<string>;
  /** The fields of each of them that make it so. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

export function markOf(kind: string, key: string): string {
  return `${kind} ${key}`;
}

/** Every entity that is there before and after. */
export function pairsOf(before: Catalog, after: Catalog, renaming: NewKeys): Pair[] {
  return before.kinds.flatMap((kind) =>
    [...before.located(kind)].flatMap(([key, entity]) => {
      const other = after.located(kind).get(renaming.keyOf(kind.name, key) ?? key);
      return other ? [{ kind, before: entity, after: other }] : [];
    }),
  );
}

/**
 * What cannot simply be changed, by what the kinds say of their fields; marks are those of the keys before. `others` are made
 * anew for another reason.
 */
export function madeAnew(
  pairs: readonly Pair[],
  catalog: Catalog,
  renaming: NewKeys,
  others: ReadonlySet<string> = new Set(),
): MadeAnew {
  const replaced = new Set(others);
  const refused = new Set<string>();
  const fields = new Map<string, string[]>();
  // What names the id of something that is made anew is made anew too, and so on.
  for (let size = -1; size < replaced.size; ) {
    size = replaced.size;
    for (const pair of pairs) {
      const mark = markOf(pair.kind.name, pair.before.key);
      if (fields.has(mark)) continue;
      for (const [field, force] of Object.entries(pair.kind.forces ?? {})) {
        if (!isAnother(pair, field, force === "value")) continue;
        (force === "never" && !others.has(mark) ? refused : replaced).add(mark);
        fields.set(mark, [...(fields.get(mark) ?? []), field]);
      }
    }
  }
  return { replaced, refused, fields };

  function isAnother(pair: Pair, field: string, isSent: boolean): boolean {
    const [one, other] = [pair.before, pair.after].map((entity) => referencesOf(pair.kind, entity, field));
    if (isSent || !one || !other || one.length === 0 || one.length !== other.length)
      return text(pair.before.spec, field) !== text(pair.after.spec, field);
    return one.some(({ kind, key }, index) => {
      const mark = markOf(kind, key);
      const isSame = (renaming.keyOf(kind, key) ?? key) === other[index]?.key;
      return !isSame || replaced.has(mark) || refused.has(mark);
    });
  }

  function referencesOf(kind: AnyKind, { document }: Located, field: string): readonly Reference[] {
    const all = kind.references?.(document, catalog.environment) ?? [];
    return all.filter(({ path }) => path[1] === field);
  }
}

function text(spec: unknown, field: string): string | undefined {
  const fields: readonly [string, unknown][] = typeof spec === "object" && spec ? Object.entries(spec) : [];
  return JSON.stringify(fields.find(([name]) => name === field)?.[1]);
}
