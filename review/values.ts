import type { Seen, ValueChange } from "./model";
import type { Told } from "./stories";

/** What differs between the values of an entity in two revisions, in the order of the paths. */
export function changedValues(before: readonly Told[], after: readonly Told[]): ValueChange[] {
  const [was, is] = [byPath(before), byPath(after)];
  const paths = [...new Set([...was.keys(), ...is.keys()])].sort();
  return paths.flatMap((path) => changeAt(path, was.get(path) ?? [], is.get(path) ?? []));
}

function changeAt(path: string, was: readonly Told[], is: readonly Told[]): ValueChange[] {
  const [old, fresh] = [was.map(textOf), is.map(textOf)];
  if (JSON.stringify(old) === JSON.stringify(fresh)) return [];
  const isList = was.length > 1 || is.length > 1 || [...was, ...is].some(({ isItem }) => isItem);
  if (isList) return listChange(path, was, is);
  const [one, other] = [was[0], is[0]];
  const teller = other ?? one;
  // What nobody wrote follows from something else that is told.
  if (!isWritten(one) && !isWritten(other)) return [];
  const seen = { ...(one ? { before: seenOf(one) } : {}), ...(other ? { after: seenOf(other) } : {}) };
  return [{ path, ...seen, ...aboutOf(teller?.place ? teller : (one ?? teller)) }];
}

function listChange(path: string, was: readonly Told[], is: readonly Told[]): ValueChange[] {
  const [added, removed] = [lacking(is, was, textOf), lacking(was, is, textOf)];
  const teller = added[0] ?? removed[0] ?? is[0];
  if (added.length === 0 && removed.length === 0) {
    // The same items in another order.
    const [before, after] = [was, is].map((some) => ({ value: some.map(({ value }) => value) }));
    return before && after && teller ? [{ path, before, after, ...aboutOf(teller) }] : [];
  }
  if ([...added, ...removed].every((one) => !isWritten(one))) return [];
  const items = { added: added.map(({ value }) => value), removed: removed.map(({ value }) => value) };
  return [{ path, items, ...aboutOf(teller) }];
}

/** Those of some that are not among others, by their texts. */
export function lacking<T>(
  some: readonly T[],
  others: readonly T[],
  textOf: (one: T) => string | undefined,
): T[] {
  const known = new Set(others.map(textOf));
  return some.filter((one) => !known.has(textOf(one)));
}

function isWritten(told: Told | undefined): boolean {
  return told?.place !== undefined;
}

function textOf({ value }: Told): string {
  return JSON.stringify(value);
}

function seenOf({ value }: Told): Seen {
  return { value };
}

function aboutOf(told: Told | undefined): Pick<ValueChange, "unit" | "place" | "by"> {
  if (!told) return {};
  const { unit, place, by } = told;
  return { ...(unit ? { unit } : {}), ...(place ? { place } : {}), ...(by ? { by } : {}) };
}

function byPath(told: readonly Told[]): ReadonlyMap<string, readonly Told[]> {
  const found = new Map<string, Told[]>();
  for (const one of told) found.set(one.path, [...(found.get(one.path) ?? []), one]);
  return found;
}
