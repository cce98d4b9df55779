/** The values of entities as reviews tell them. */
import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import type { Files } from "../catalog/files";
import { dataOf } from "../catalog/node";
import { wholeFile } from "../catalog/problem";
import type { Path } from "../kinds/kind";
import { ACKNOWLEDGED } from "../review/diff";
import type { Json } from "../review/model";
import type { Told } from "../review/stories";
import { type Asked, counts, type Given } from "./given";
import { leaves, secretOf, storyOf, type Value, valuesOf } from "./value-story";

/** The values of an entity, with who gave each. */
export function toldOf(catalog: Catalog, files: Files, kind: AnyKind, entity: Located): readonly Told[] {
  const asked = { catalog, files, kind, entity };
  return itemsJoined(valuesOf(asked)).flatMap((value) => toldOfValue(asked, value) ?? []);
}

/** One value; undefined: it says nothing. An empty list is a list without items, an empty map says no more. */
export function toldOfValue(asked: Asked, value: Value): Told | undefined {
  const list = value.path.findIndex((step) => typeof step === "number");
  const path = (list < 0 ? value.path : value.path.slice(0, list)).join(".");
  if (value.value === undefined || (isContainer(value.value) && Object.keys(value.value).length === 0))
    return undefined;
  const secret = secretOf(value);
  const shown = secret === undefined ? plain(value.value) : `secret ${secret}`;
  // Who gave it is asked of the few values that changed, out of a hundred thousand.
  let known: Pick<Told, "unit" | "place" | "by"> | undefined;
  const about = () => {
    known ??= aboutValue(asked, value);
    return known;
  };
  return {
    ...{ path, value: shown, isItem: list >= 0 },
    get unit() {
      return about().unit;
    },
    get place() {
      return about().place;
    },
    get by() {
      return about().by;
    },
  };
}

function aboutValue(asked: Asked, value: Value): Pick<Told, "unit" | "place" | "by"> {
  const { unit, given } = storyOf(asked, value);
  const teller = given.find(counts);
  return { unit, place: teller?.place, by: teller && giverOf(teller, asked) };
}

/** The other entity that gives a value; the environment itself, where its own file does. */
function giverOf({ of, place }: Given, { catalog }: Asked): Told["by"] {
  if (of) return of;
  const { name } = catalog.environment;
  const isEnvironment = place?.file === `environments/${name}/environment.yaml`;
  return isEnvironment ? { kind: "environment", key: name } : undefined;
}

/** Entries of lists that are maps or lists themselves are told whole. */
function itemsJoined(values: readonly Value[]): Value[] {
  const joined: Value[] = [];
  const whole = new Map<string, { at: number; leaves: Value[]; item: Path }>();
  for (const value of values) {
    const list = value.path.findIndex((step) => typeof step === "number");
    if (list < 0 || list === value.path.length - 1) {
      joined.push(value);
      continue;
    }
    const item = value.path.slice(0, list + 1);
    const mark = JSON.stringify(item);
    const earlier = whole.get(mark);
    if (earlier) earlier.leaves.push(value);
    else {
      whole.set(mark, { at: joined.length, leaves: [value], item });
      joined.push(value);
    }
  }
  for (const { at, leaves, item } of whole.values()) {
    const [first] = leaves;
    if (first) joined[at] = { ...first, path: item, value: assembled(leaves, item.length) };
  }
  return joined;
}

/** The map or list whose leaves these are. */
function assembled(leaves: readonly Value[], depth: number): unknown {
  const [first] = leaves;
  if (first && leaves.length === 1 && first.path.length === depth) return first.value;
  const steps = new Map<string | number, Value[]>();
  for (const leaf of leaves) {
    const step = leaf.path[depth] ?? "";
    steps.set(step, [...(steps.get(step) ?? []), leaf]);
  }
  const parts = [...steps].map(([step, some]) => [step, assembled(some, depth + 1)] as const);
  return parts.every(([step]) => typeof step === "number")
    ? parts.map(([, part]) => part)
    : Object.fromEntries(parts);
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

/** What `environment.yaml` says, what `removals.yaml` and `drift.yaml` acknowledge, as values. */
export function settingsTold(catalog: Catalog): readonly Told[] {
  const top: Path = ["environment"];
  const node = catalog.environmentNode(top);
  const listed = (name: string, values: readonly string[]) => {
    const place = wholeFile(`environments/${catalog.environment.name}/${name}`);
    return values.map((value) => ({ path: name, value, isItem: true, place }));
  };
  const ignored = catalog.ignoredDrift.map(({ kind, key = "(all)", path = "" }) =>
    `${kind} ${key} ${path}`.trimEnd(),
  );
  const settings = [...leaves(node && dataOf(node), [])].flatMap(({ path, value }) => {
    if (isContainer(value)) return [];
    const list = path.findIndex((step) => typeof step === "number");
    const place = catalog.environmentPlace([...top, ...path]);
    const shown = (list < 0 ? path : path.slice(0, list)).join(".");
    return [{ path: shown, value: plain(value), isItem: list >= 0, place }];
  });
  return [
    ...settings,
    ...listed(ACKNOWLEDGED, catalog.acknowledgedRemovals()),
    ...listed("drift.yaml", ignored),
  ];
}
