/** What must not be applied as it is: whoever wants it says so in a line that is reviewed itself. */
import { PLACEHOLDERS } from "../catalog/acknowledged";
import type { Catalog } from "../catalog/catalog";
import { wholeFile } from "../catalog/problem";
import { many, plural } from "../kinds/names";
import type { EntityChange, Gate } from "./model";
import { nameText } from "./words";

/** How long an acknowledgement should hold, in days: long enough for a review, short enough not to be forgotten. */
const HOLDS = 30;

/** How `removals.yaml` is written: not at all, as `[…]`, or an entry a line, below which others can be added. */
export type RemovalsFile = "none" | "in brackets" | "in lines";

/** What is refused of an environment's changes, before they are folded. */
export function gatesOf(
  catalog: Catalog,
  changes: readonly EntityChange[],
  removalsFile: RemovalsFile,
): Gate[] {
  const removals = changes.filter(({ is }) => is === "removed").filter(destroys);
  const replacements = changes.filter(({ is }) => is === "replaced");
  const { lifecycle } = catalog.environment;
  return [
    ...[...removals, ...replacements]
      .filter((change) => change.protected && !catalog.isRemovalAcknowledged(change.kind, change.key))
      .map((change) => unacknowledged(catalog, change, removalsFile)),
    ...tooMany(catalog, "removals", removals, lifecycle["max-removals"]),
    ...tooMany(catalog, "replacements", replacements, lifecycle["max-replacements"]),
  ];
}

/** Projects and others whose day has come: they go once somebody says so. */
export function dueGates(catalog: Catalog, removalsFile: RemovalsFile): Gate[] {
  const due = catalog.kinds.flatMap((kind) =>
    [...catalog.located(kind).values()]
      .filter(({ metadata }) => kind.isDue?.(metadata, catalog.asOf) === true)
      .map((entity) => ({
        kind: kind.name,
        key: entity.key,
        place: entity.place(["metadata", "removal-date"]),
      })),
  );
  return due.map(({ kind, key, place }) => ({
    ...{ code: "removal-date", environment: catalog.environment.name, entity: { kind, key }, place },
    message: `the removal-date of the ${kind} ${key} is past`,
    help: `acknowledge its removal in removals.yaml${placeIn(removalsFile)}, or give it a later removal-date`,
    add: linesFor(catalog, { kind, key }, removalsFile),
  }));
}

function destroys({ objects }: EntityChange): boolean {
  return objects.some(({ does }) => does === "destroy");
}

function unacknowledged(catalog: Catalog, change: EntityChange, removalsFile: RemovalsFile): Gate {
  const { kind, key, is, place } = change;
  const how = is === "removed" ? "is removed" : "is destroyed and made anew";
  const cure = is === "removed" ? "put its file back" : "take back what forces it";
  return {
    ...{ code: "removal", environment: catalog.environment.name, entity: { kind, key } },
    place: place ?? wholeFile(environmentFile(catalog)),
    message: `the ${nameText(change)} ${how}, and nobody acknowledged that`,
    help: `acknowledge it in removals.yaml${placeIn(removalsFile)}, or ${cure}`,
    add: linesFor(catalog, change, removalsFile),
  };
}

/** Lines cannot be added to a list in brackets. */
function placeIn(removalsFile: RemovalsFile): string {
  return removalsFile === "in brackets" ? " (its entries as lines, in place of its brackets)" : "";
}

function linesFor(
  catalog: Catalog,
  { kind, key }: Pick<EntityChange, "kind" | "key">,
  removalsFile: RemovalsFile,
): NonNullable<Gate["add"]> {
  const until = dayAfter(catalog.asOf, HOLDS);
  const head = removalsFile === "in lines" ? "" : "removals:\n";
  const lines = `${head}  - {kind: ${kind}, key: ${yamlText(key)}, who: ${PLACEHOLDERS.who}, why: ${PLACEHOLDERS.why}, until: ${until}}`;
  return { file: `environments/${catalog.environment.name}/removals.yaml`, lines };
}

function tooMany(
  catalog: Catalog,
  code: "removals" | "replacements",
  changes: readonly EntityChange[],
  most: number,
): Gate[] {
  if (changes.length <= most) return [];
  const setting = `max-${code}`;
  const kinds = [...new Set(changes.map(({ kind }) => kind))].map(many).join(", ");
  const does = code === "removals" ? "removed" : "destroyed and made anew";
  return [
    {
      ...{ code, environment: catalog.environment.name },
      place: catalog.environmentPlace(["environment", "lifecycle", setting]),
      message: `${plural(changes.length, "entity")} would be ${does} (${kinds}); the limit here is ${most}`,
      help: `make smaller changes one after another, or raise \`lifecycle: {${setting}: …}\` in the same change, in place of what is written, so that it is reviewed`,
      add: { file: environmentFile(catalog), lines: lifecycleWith(catalog, setting, changes.length) },
    },
  ];
}

/** The lines that set a limit, as the block is written: in lines of its own, or whole where it is in braces. */
function lifecycleWith(catalog: Catalog, setting: string, limit: number): string {
  const node = catalog.environmentNode(["environment", "lifecycle"]);
  const own = `    ${setting}: ${limit}`;
  if (node?.type !== "map") return `  lifecycle:\n${own}`;
  if (node.source.text[node.offset] !== "{") return own;
  const written: Readonly<Record<string, unknown>> = catalog.environment.lifecycle;
  const settings = [...node.entries.keys()].filter((key) => key !== setting);
  const all = [...settings.map((key) => `${key}: ${written[key]}`), `${setting}: ${limit}`];
  return `  lifecycle: {${all.join(", ")}}`;
}

function environmentFile(catalog: Catalog): string {
  return `environments/${catalog.environment.name}/environment.yaml`;
}

/** A day some days after another one, `YYYY-MM-DD`. */
function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function yamlText(text: string): string {
  return /^[A-Za-z_][\w./@-]*$/.test(text) ? text : JSON.stringify(text);
}
