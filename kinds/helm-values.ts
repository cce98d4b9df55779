/** Helm values: merging as Helm does, and values at dotted paths. */

export type HelmValues = { readonly [key: string]: unknown };

/** Lays values over each other as Helm does: maps merge, anything else replaces, `null` stays. */
export function mergeValues(base: HelmValues, over: HelmValues): HelmValues {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const earlier = Object.hasOwn(base, key) ? base[key] : undefined;
    merged[key] = isMap(earlier) && isMap(value) ? mergeValues(earlier, value) : value;
  }
  return merged;
}

export function isMap(value: unknown): value is HelmValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The keys of a dotted path; `\.` is a dot within a key. Undefined: no path. */
export function valuePath(written: string): string[] | undefined {
  const keys = written.match(/(?:\\\.|[^.])+/g)?.map((key) => key.replaceAll("\\.", ".")) ?? [];
  const dots = written.replaceAll("\\.", "").split(".").length;
  // It would reach into every object of the program.
  if (keys.includes("__proto__")) return undefined;
  return keys.length === dots && keys.length > 0 ? keys : undefined;
}

/** Whether a path means to Helm's command line what it says: no key holds a mark that would have to be escaped there. */
export function isPlainPath(keys: readonly string[]): boolean {
  return keys.every((key) => /^[^\\.,=[]+$/.test(key));
}

/** Values with a map wherever `null` stands on the way to a path. */
export function openedAt(values: HelmValues, keys: readonly string[]): HelmValues {
  const [first, ...rest] = keys;
  if (first === undefined || rest.length === 0 || !Object.hasOwn(values, first)) return values;
  const inner = values[first] ?? {};
  return isMap(inner) ? { ...values, [first]: openedAt(inner, rest) } : values;
}

/** A nested map with one value at a path. */
export function valueAtPath(keys: readonly string[], value: unknown): HelmValues {
  const [first, ...rest] = keys;
  if (first === undefined) throw new Error("a path has at least one key");
  return { [first]: rest.length === 0 ? value : valueAtPath(rest, value) };
}

/** The first part of a path that values hold something else than a map at; undefined if the path is free. */
export function blockedAt(values: HelmValues, keys: readonly string[]): string | undefined {
  let inner: unknown = values;
  for (const [index, key] of keys.slice(0, -1).entries()) {
    inner = isMap(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
    if (inner === undefined || inner === null) return undefined;
    if (!isMap(inner)) return keys.slice(0, index + 1).join(".");
  }
  return undefined;
}
