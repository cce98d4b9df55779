/** How values and changes are said: the same words in every print. */
import { plural } from "../kinds/names";
import type { Counts, EntityChange, EntityName, Json, Seen, ValueChange } from "./model";
import { isPlain, printable } from "./printable";

/** Larger units that a number of a base unit is shown in, where that is exact: the factor to the one before. */
const LARGER: Readonly<Record<string, readonly string[]>> = {
  MiB: ["GiB", "TiB", "PiB"],
  GiB: ["TiB", "PiB"],
  bytes: ["KiB", "MiB", "GiB", "TiB"],
  "bytes/s": ["KiB/s", "MiB/s", "GiB/s"],
  "KiB/s": ["MiB/s", "GiB/s", "TiB/s"],
};

/** `65536` of MiB is `64 GiB`; what is not whole in a larger unit stays: `1500 MiB`. */
export function quantity(count: number, unit: string): string {
  let [number, shown] = [count, unit];
  for (const larger of LARGER[unit] ?? []) {
    if (number === 0 || number % 1024 !== 0) break;
    [number, shown] = [number / 1024, larger];
  }
  return `${number} ${shown}`;
}

/** Plain words: nothing at their ends or within that only quotes would show. */
const PLAIN = /^[^\s"'](?:[^"]*[^\s"'])?$/;

/** Texts that would be taken for another value: `true`, `5`, and what is said where there is none. */
const AMBIGUOUS = /^(true|false|null|none|unlimited|\(.*\)|[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?)$/i;

/** A value as a line of text: texts that are plain words stand without quotes. */
export function valueText(value: Json, { path, unit }: Pick<ValueChange, "path" | "unit">): string {
  if (value === -1 && path.startsWith("quota.")) return "unlimited";
  if (typeof value === "number" && unit !== undefined) return quantity(value, unit);
  if (typeof value === "string" && PLAIN.test(value) && !AMBIGUOUS.test(value) && isPlain(value))
    return value;
  return printable(JSON.stringify(value));
}

/** A side of a change, as a line of text. */
export function seenText(seen: Seen | undefined, value: Pick<ValueChange, "path" | "unit">): string {
  if (seen === undefined) return "none";
  if ("secret" in seen) return "(secret)";
  if ("unknown" in seen) return "(known after apply)";
  return valueText(seen.value, value);
}

/** `project einfra_cz/courses`; an object of no known entity by its address. */
export function nameText({ kind, key }: EntityName): string {
  return kind === "terraform" ? key : `${kind} ${key}`;
}

/** Why an entity gets a line that keeps the resource of another; `code` marks names. */
export function keepText(
  kind: string,
  { from, below }: NonNullable<EntityChange["keep"]>,
  code: (name: string) => string = (name) => name,
): string {
  const where = below === undefined ? "" : ` below ${code(`${below}:`)}`;
  return `it looks like ${code(nameText({ kind, key: from }))} under a new name; to keep its resource, write${where}`;
}

/** What some entities of a kind are called, with their number. */
export function countedKind(count: number, kind: string): string {
  return plural(count, kind === "terraform" ? "other object" : kind);
}

/** What happens to an entity, as a verb before its name. */
export const IS: Readonly<Record<EntityChange["is"], string>> = {
  removed: "remove",
  replaced: "replace",
  added: "add",
  changed: "change",
  imported: "import",
  moved: "move",
  forgotten: "forget",
};

/** The sign before it: Terraform's own, which reviewers know. */
export const SIGN: Readonly<Record<EntityChange["is"], string>> = {
  removed: "-",
  replaced: "±",
  added: "+",
  changed: "~",
  imported: "→",
  moved: "»",
  forgotten: "∅",
};

/** What is lost: always told first and in full. That a project loses an access or a quota is a narrowing, not a loss. */
export function isDestructive(change: EntityChange): boolean {
  return destroys(change) || replaces(change);
}

/** Is an entity gone after it? */
export function destroys({ is, objects }: EntityChange): boolean {
  return is === "removed" || objects.some((one) => one.entity && one.does === "destroy");
}

/** Is an entity made anew by it? */
export function replaces({ is, objects }: EntityChange): boolean {
  return is === "replaced" || objects.some((one) => one.entity && one.does === "replace");
}

/** Does it give somebody more than before? */
export function widens({ values }: EntityChange): boolean {
  return values.some(({ access }) => access === "wider");
}

/** `2 projects removed, 1 flavor replaced, 3 changed` — the entities of a review, the destructive ones first. */
export function entitiesText(changes: readonly EntityChange[]): string {
  const parts = (["removed", "replaced", "added", "changed", "imported", "moved", "forgotten"] as const).map(
    (is) => {
      const those = changes.filter((change) => change.is === is);
      if (those.length === 0) return "";
      const touched = kindsText(
        those.flatMap(({ touches = [] }) => touches),
        2,
      );
      return `${kindsText(those, 2)} ${is}${touched === "" ? "" : ` (with ${touched})`}`;
    },
  );
  return parts.filter((part) => part !== "").join(", ");
}

/** `2 projects and 1 router`; more kinds than `most` are entities. */
function kindsText(entities: readonly EntityName[], most: number): string {
  const counts = new Map<string, number>();
  for (const { kind } of entities) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (counts.size > most) return plural(entities.length, "entity");
  return [...counts].map(([kind, count]) => countedKind(count, kind)).join(" and ");
}

/** `3 to create, 1 to destroy` — the Terraform objects. */
export function countsText(counts: Counts): string {
  const words = ["destroy", "replace", "create", "update", "import", "move", "forget"] as const;
  const parts = words.filter((word) => counts[word] > 0).map((word) => `${counts[word]} to ${word}`);
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}
