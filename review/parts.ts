/** What a review says first, and what after it: the same parts, in the same order, in every print. */
import { plural } from "../kinds/names";
import type { Does, EntityChange, Gate, ObjectChange, Review, StackReview, ValueChange } from "./model";
import { destroys, isDestructive, replaces } from "./words";

/** What a review is in words: all that apply, the worst first. */
export type Verdict =
  | "failed"
  | "refused"
  | "destroys"
  | "replaces"
  | "widens"
  | "drifted"
  | "changes"
  | "nothing";

/** Everything that a review is, the worst first; at least one. */
export function verdictsOf(review: Review): readonly [Verdict, ...Verdict[]] {
  const { changes, gates, drift } = review;
  const found: readonly [Verdict, boolean][] = [
    ["failed", failedIn(review).length > 0],
    ["refused", gates.length > 0],
    ["destroys", changes.some(destroys)],
    ["replaces", changes.some(replaces)],
    ["widens", wideningsIn(changes).length > 0],
    ["drifted", drift.length > 0],
  ];
  const [first, ...more] = found.filter(([, applies]) => applies).map(([word]) => word);
  if (first === undefined) return [changes.length > 0 ? "changes" : "nothing"];
  const isOnlyDrift = first === "drifted" && changes.length > 0;
  return isOnlyDrift ? ["changes", "drifted"] : [first, ...more];
}

/** A stack that could not be planned, with its environment. */
export interface Failed {
  readonly environment: string;
  readonly stack: StackReview;
}

/** The stacks that could not be planned. */
export function failedIn({ environments }: Review): Failed[] {
  return environments.flatMap(({ name, stacks }) =>
    stacks.flatMap((stack) => (stack.is === "failed" ? [{ environment: name, stack }] : [])),
  );
}

/** What is lost and what is not, each in the order of the review. */
export function splitByLoss(changes: readonly EntityChange[]): {
  readonly lost: EntityChange[];
  readonly others: EntityChange[];
} {
  const lost = changes.filter(isDestructive);
  const isLost = new Set(lost);
  return { lost, others: changes.filter((change) => !isLost.has(change)) };
}

/** A value that gives more than before, with the entity it is given to. */
export interface Widening {
  readonly change: EntityChange;
  readonly value: ValueChange;
}

/** The values that give somebody more than before. */
export function wideningsIn(changes: readonly EntityChange[]): Widening[] {
  return changes.flatMap((change) =>
    change.values.flatMap((value) => (value.access === "wider" ? [{ change, value }] : [])),
  );
}

/** From so many equal changes on they are told as one. */
const FEW = 3;

/** Changes in groups: many entities of a kind that change in the same way are one group, any other is alone. */
export function alike(changes: readonly EntityChange[]): (readonly EntityChange[])[] {
  const groups = groupedBy(changes, (change) => {
    const { environments, kind, is, objects, notes, touches, keep } = change;
    if (keep || touches || is === "added") return JSON.stringify([kind, change.key, environments, is]);
    const values = change.values.map(({ place: _, object: __, ...value }) => value);
    const does = objects.map((one) => `${one.does} ${typeOf(one.address)}`).sort();
    return JSON.stringify([environments, kind, is, values, does, notes]);
  });
  return [...groups.values()].flatMap((some) => (some.length < FEW ? some.map((one) => [one]) : [some]));
}

/** The environments that something happens in, in the order of the review. */
export function touchedEnvironments(review: Review): string[] {
  const { environments, changes, gates, drift } = review;
  const named = new Set([
    ...changes.flatMap((change) => change.environments),
    ...drift.flatMap((change) => change.environments),
    ...gates.map(({ environment }) => environment),
    ...failedIn(review).map(({ environment }) => environment),
  ]);
  const known = environments.map(({ name }) => name).filter((name) => named.has(name));
  return [...known, ...[...named].filter((name) => !known.includes(name))];
}

/** What no change touches: environments as a whole, else stacks by their names. */
export function unchangedIn({ environments }: Review): string[] {
  return environments.flatMap(({ name, stacks }) => {
    const unchanged = stacks.filter(({ is }) => is === "unchanged").map((stack) => stack.name);
    return stacks.length > 1 && unchanged.length === stacks.length ? [name] : unchanged;
  });
}

/** Where a change happens, if the review is of several environments; many of them are counted. */
export function whereText(environments: readonly string[], review: Pick<Review, "environments">): string {
  const all = review.environments.length;
  if (all < 2 && environments.length < 2) return "";
  if (environments.length === all && all > 2) return `all ${all} environments`;
  return someText(environments, 4);
}

/** The first few names, and how many there are besides. */
export function someText(names: readonly string[], most: number): string {
  if (names.length <= most + 1) return names.join(", ");
  return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}

/** What happens to a change's objects: those of one type counted, a single one by its address. */
export function objectTexts(
  objects: readonly ObjectChange[],
): { readonly does: Does; readonly what: string[] }[] {
  const order = ["destroy", "replace", "forget", "create", "update", "import", "move", "read"] as const;
  return order.flatMap((does) => {
    const those = objects.filter((one) => one.does === does);
    const byType = groupedBy(those, (one) => `${typeOf(one.address)}${one.deposed ? " (deposed)" : ""}`);
    const what = [...byType].map(([type, some]) => {
      const [only, another] = some;
      return only && !another
        ? `${only.address}${only.deposed ? " (deposed)" : ""}`
        : `${some.length} ${type}`;
    });
    return what.length === 0 ? [] : [{ does, what }];
  });
}

/** What happens to the objects of a change that loses no entity: moves, losses, and what no value shows. */
export function objectsInShort({ objects, values }: EntityChange): string[] {
  const moves = objects.flatMap(({ movedFrom, address }) =>
    movedFrom === undefined ? [] : [`${movedFrom} → ${address}`],
  );
  const isShown = values.length > 0 || moves.length > 0;
  const told = objectTexts(objects).filter(({ does }) => !isShown || LOSSES.includes(does));
  return [...moves, ...told.map(({ does, what }) => `${DOES[does]} ${what.join(", ")}`)];
}

const LOSSES: readonly Does[] = ["destroy", "replace", "forget"];

/** `openstack_networking_subnet_v2` of an address, also within modules and of data. */
function typeOf(address: string): string {
  const steps = address.replace(/\[[^\]]*\]/g, "").split(".");
  const own = steps[0] === "module" ? steps.filter((_, at) => at % 2 === 0 || at > steps.length - 3) : steps;
  const from = own.findIndex((step) => step !== "module" && step !== "data");
  return own[from] ?? address;
}

/** `destroys`, `replaces`, … */
export const DOES: Readonly<Record<Does, string>> = {
  create: "creates",
  update: "updates",
  replace: "replaces",
  destroy: "destroys",
  import: "imports",
  move: "moves",
  forget: "forgets",
  read: "reads",
};

/**
 * Why objects are destroyed or replaced, each reason once, with the objects it holds for. That what hangs on an entity goes
 * with it needs no reason.
 */
export function reasonsOf({ objects: all, values }: EntityChange): string[] {
  const entities = all.filter(({ entity, why, forcedBy }) => entity && (why !== undefined || forcedBy));
  const objects = entities.length > 0 ? entities : all;
  const told = new Set(
    values.flatMap(({ forces, argument, path }) => (forces ? [argument ?? path, path] : [])),
  );
  const reasons = objects.flatMap(({ why, forcedBy = [] }) => {
    const untold = forcedBy.filter((argument) => !told.has(argument));
    return [
      ...(why === undefined ? [] : [why]),
      ...(untold.length === 0 ? [] : [`forced by ${untold.join(", ")}`]),
    ];
  });
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => (count > 1 ? `${reason} (${count} objects)` : reason));
}

/** `31 flavors made anew: c2.1core-4ram, …` — what else an entity changes, by kind; what is lost is named in full. */
export function touchesTexts({ touches = [] }: EntityChange, most: number): string[] {
  const groups = groupedBy(touches, ({ kind, is = "" }) => `${kind}${TOUCHED[is] ?? ""}`);
  return [...groups.values()].map((some) => {
    const [{ kind = "", is = "" } = {}] = some;
    const names = some.map(({ key }) => key);
    const shown = TOUCHED[is] === undefined ? someText(names, most) : names.join(", ");
    return `${plural(some.length, kind)}${TOUCHED[is] ?? ""}: ${shown}`;
  });
}

/** How it is said of a touched entity that it is lost. */
const TOUCHED: Readonly<Record<string, string>> = { replaced: " made anew", removed: " removed" };

/** What is refused, and the environments in which it is. */
export interface Refusal extends Pick<Gate, "code" | "place" | "message" | "entity"> {
  readonly environments: readonly string[];
}

/** Gates that refuse the same in several environments are one refusal. */
export function refusalsOf(gates: readonly Gate[]): Refusal[] {
  const same = ({ code, place, message }: Gate) => JSON.stringify([code, place, message]);
  return [...groupedBy(gates, same).values()].flatMap((some) => {
    const [first] = some;
    return first
      ? [{ ...first, environments: [...new Set(some.map(({ environment }) => environment))] }]
      : [];
  });
}

/** Where something is refused, unless its file says so already. */
export function refusedWhere({ environments, place }: Refusal, review: Pick<Review, "environments">): string {
  const isSaid = environments.every((one) => place.file.startsWith(`environments/${one}/`));
  return isSaid ? "" : whereText(environments, review);
}

/** The gates of one file to add to: what they refuse, and all the lines that would let them pass. */
export interface GateGroup {
  readonly refusals: readonly Refusal[];
  /** What would let them pass, each once. */
  readonly helps: readonly string[];
  readonly add: { readonly file: string; readonly lines: readonly string[] } | undefined;
}

/** Gates by the file that would let them pass, so that its lines can be taken over at once. */
export function gateGroups(gates: readonly Gate[]): GateGroup[] {
  const groups = groupedBy(gates, ({ add }) => add?.file);
  return [...groups].map(([file, some]) => ({
    refusals: refusalsOf(some),
    helps: [...new Set(some.map(({ help }) => help))],
    add: file === undefined ? undefined : { file, lines: linesOf(some) },
  }));
}

/** The lines of some gates; what is equal is said once, and so is a key that the lines of each begin with. */
function linesOf(gates: readonly Gate[]): string[] {
  const texts = [...new Set(gates.flatMap(({ add }) => (add ? [add.lines.replace(/\n+$/, "")] : [])))];
  const lines: string[] = [];
  for (const text of texts) {
    const own = text.split("\n");
    const isRepeated = lines.length > 0 && /^\S+:$/.test(own[0] ?? "") && own[0] === lines[0];
    lines.push(...(isRepeated ? own.slice(1) : own));
  }
  return lines;
}

/** Things by what they have in common, in the order of the first of each. */
export function groupedBy<K, T>(things: readonly T[], by: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const key = by(thing);
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}

/** `file:line`. */
export function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}
