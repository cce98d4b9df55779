/** The difference of two values of a plan, without the values that are marked as secret. */
import type { Json, Seen } from "./model";

/** One argument that differs. */
export interface Difference {
  readonly path: readonly (string | number)[];
  readonly before?: Seen;
  readonly after?: Seen;
  /** Of lists of plain values. */
  readonly items?: { readonly added: Json[]; readonly removed: Json[] };
}

/** Two values and the marks beside them. */
export interface Compared {
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
  readonly secretBefore: unknown;
  readonly secretAfter: unknown;
}

/** Reads a text that holds a document, such as the values of a release; undefined: it holds none. */
export type Opener = (path: readonly (string | number)[], text: string) => unknown;

/** Every argument that differs, in the order of the keys. */
export function differencesIn(both: Compared, open: Opener, path: Difference["path"] = []): Difference[] {
  if (both.secretBefore === true || both.secretAfter === true) return secretDifference(both, path);
  if (both.unknown === true) {
    const before = seenOf(both.before);
    return [{ path, ...(before ? { before } : {}), after: { unknown: true } }];
  }
  const [before, after] = [opened(both.before, path, open), opened(both.after, path, open)];
  if (isMap(before) || isMap(after)) {
    const isOne = (isMap(before) || isNothing(before)) && (isMap(after) || isNothing(after));
    if (isOne) return inMaps({ ...both, before, after }, open, path);
  }
  if (Array.isArray(before) || Array.isArray(after)) return inLists({ ...both, before, after }, open, path);
  return plainDifference(before, after, path);
}

function inMaps(both: Compared, open: Opener, path: Difference["path"]): Difference[] {
  const keys = new Set(
    [both.before, both.after, both.unknown].flatMap((one) => (isMap(one) ? Object.keys(one) : [])),
  );
  return [...keys].sort().flatMap((key) => differencesIn(at(both, key), open, [...path, key]));
}

function inLists(both: Compared, open: Opener, path: Difference["path"]): Difference[] {
  const [was, is] = [listOf(both.before), listOf(both.after)];
  if (textOf(was) === textOf(is) && !hasMark(both.unknown)) return [];
  // A block that may stand once: its arguments are what people look for.
  const isBlock =
    Math.max(was.length, is.length) === 1 && [...was, ...is].some((one) => isMap(one) || isText(one));
  if (isBlock) return differencesIn(at(both, 0), open, [...path, 0]);
  if (hasMark(both.secretBefore) || hasMark(both.secretAfter)) return secretDifference(both, path);
  if (hasMark(both.unknown)) {
    const before = seenOf(both.before);
    return [{ path, ...(before ? { before } : {}), after: { unknown: true } }];
  }
  const [old, fresh] = [new Set(was.map(textOf)), new Set(is.map(textOf))];
  const added = is.filter((one) => !old.has(textOf(one))).map(jsonOf);
  const removed = was.filter((one) => !fresh.has(textOf(one))).map(jsonOf);
  if (added.length + removed.length > 0) return [{ path, items: { added, removed } }];
  return [{ path, before: { value: jsonOf(was) }, after: { value: jsonOf(is) } }];
}

function plainDifference(before: unknown, after: unknown, path: Difference["path"]): Difference[] {
  if (textOf(before) === textOf(after)) return [];
  const [was, is] = [seenOf(before), seenOf(after)];
  return [{ path, ...(was ? { before: was } : {}), ...(is ? { after: is } : {}) }];
}

function secretDifference({ before, after, unknown }: Compared, path: Difference["path"]): Difference[] {
  if (textOf(before) === textOf(after) && !hasMark(unknown)) return [];
  const secret = { secret: true } as const;
  return [
    {
      path,
      ...(isNothing(before) ? {} : { before: secret }),
      ...(isNothing(after) && !hasMark(unknown) ? {} : { after: secret }),
    },
  ];
}

function at(both: Compared, key: string | number): Compared {
  return {
    before: inside(both.before, key),
    after: inside(both.after, key),
    unknown: inside(both.unknown, key),
    secretBefore: inside(both.secretBefore, key),
    secretAfter: inside(both.secretAfter, key),
  };
}

/** What stands in a map or a list; in a tree of marks a mark of the whole counts for all in it. */
export function inside(value: unknown, key: string | number): unknown {
  if (value === true) return true;
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}

function opened(value: unknown, path: Difference["path"], open: Opener): unknown {
  return typeof value === "string" ? (open(path, value) ?? value) : value;
}

/** Every text that a tree of marks marks as secret. */
export function* secretsIn(value: unknown, mark: unknown): Generator<string> {
  if (mark === true) yield* textsIn(value);
  else if (Array.isArray(mark))
    for (const [index, inner] of mark.entries()) yield* secretsIn(inside(value, index), inner);
  else if (isMap(mark))
    for (const [key, inner] of Object.entries(mark)) yield* secretsIn(inside(value, key), inner);
}

/** Every text in a value. */
export function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) yield* textsIn(inner);
}

function hasMark(tree: unknown): boolean {
  if (tree === true) return true;
  return typeof tree === "object" && tree !== null && Object.values(tree).some(hasMark);
}

function seenOf(value: unknown): Seen | undefined {
  return isNothing(value) ? undefined : { value: jsonOf(value) };
}

/** Absent and null are one to Terraform. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.includes("\n");
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isNothing(value) ? [] : [value];
}

function jsonOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** A value as text in one form: keys of maps in order. */
export function textOf(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
