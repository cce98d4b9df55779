/** What a review holds otherwise than another one: what a person looked at, and what would be done now. */

import { changeIn } from "./assemble";
import { textOf } from "./marked";
import type { EntityChange, Review, ValueChange } from "./model";
import { IS, nameText, SIGN, seenText } from "./words";

/** The changes of entities that are not the same in two reviews, each in one environment. */
export interface Differences {
  /** What would happen now, and was not reviewed. */
  readonly fresh: readonly EntityChange[];
  /** What was reviewed, and would not happen now. */
  readonly gone: readonly EntityChange[];
  readonly other: readonly { readonly reviewed: EntityChange; readonly now: EntityChange }[];
}

/** Compares what happens to entities; where their lines stand counts for nothing. */
export function differencesOf(reviewed: Review, now: Review): Differences {
  const [before, after] = [apart(reviewed), apart(now)];
  const both = [...after].flatMap(([name, change]) => {
    const earlier = before.get(name);
    return earlier ? [{ reviewed: earlier, now: change }] : [];
  });
  return {
    fresh: [...after].flatMap(([name, change]) => (before.has(name) ? [] : [change])),
    gone: [...before].flatMap(([name, change]) => (after.has(name) ? [] : [change])),
    other: both.filter((pair) => essence(pair.reviewed) !== essence(pair.now)),
  };
}

/** A change that happens in several environments is one in each of them. */
function apart({ changes }: Review): Map<string, EntityChange> {
  const each = changes.flatMap((change) =>
    change.environments.flatMap((environment) => changeIn(change, environment) ?? []),
  );
  return new Map(
    each.map((change) => [[...change.environments, change.kind, change.key].join("\0"), change]),
  );
}

function essence({ is, values, objects }: EntityChange): string {
  const own = values.map(({ place: _, ...value }) => textOf(value)).sort();
  return textOf([is, own, objects.map((object) => textOf(object)).sort()]);
}

/** The differences for a person, a line each; those of other kinds of values below their entity. */
export function differencesAsLines({ fresh, gone, other }: Differences): string[] {
  return [
    ...section("not reviewed, would happen now:", fresh.map(lineOf)),
    ...section("reviewed, would not happen now:", gone.map(lineOf)),
    ...section(
      "reviewed, would happen otherwise now:",
      other.flatMap(({ reviewed, now }) => [lineOf(now), ...detailsOf(reviewed, now)]),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function lineOf(change: EntityChange): string {
  return `${SIGN[change.is]} ${IS[change.is]} ${nameText(change)} (${change.environments.join(", ")})`;
}

function detailsOf(reviewed: EntityChange, now: EntityChange): string[] {
  const lines = reviewed.is === now.is ? [] : [`  reviewed was: ${IS[reviewed.is]}`];
  const [before, after] = [reviewed, now].map(
    ({ values }) => new Map(values.map((one) => [nameOf(one), one])),
  );
  for (const [name, value] of after ?? []) {
    const [was, is] = [before?.get(name), value].map((one) => one && valueText(one));
    if (was !== is) lines.push(`  ${value.path}: ${is}; reviewed was: ${was ?? "no change"}`);
  }
  for (const [name, value] of before ?? [])
    if (!after?.has(name)) lines.push(`  ${value.path}: no change; reviewed was: ${valueText(value)}`);
  if (lines.length > 0) return lines;
  const [did, does] = [reviewed, now].map(({ objects }) =>
    objects.map((one) => `${one.does} ${one.address}`),
  );
  const [fresh, gone] = [
    does?.filter((one) => !did?.includes(one)),
    did?.filter((one) => !does?.includes(one)),
  ];
  return [
    ...(fresh ?? []).map((one) => `  ${one}; that was not reviewed`),
    ...(gone ?? []).map((one) => `  reviewed was: ${one}`),
  ];
}

function nameOf({ path, object, argument }: ValueChange): string {
  return [path, object, argument].join("\0");
}

function valueText(value: ValueChange): string {
  const { before, after, items } = value;
  if (!items) return `${seenText(before, value)} → ${seenText(after, value)}`;
  const texts = (sign: string, some: typeof items.added) =>
    some.map((one) => `${sign}${seenText({ value: one }, value)}`);
  return [...texts("+", items.added), ...texts("-", items.removed)].join(" ");
}
