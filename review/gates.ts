/** What must not be applied as it is: whoever wants it says so in a line that is reviewed itself. */
import { PLACEHOLDERS } from "../catalog/acknowledged";
import type { Catalog } from "../catalog/catalog";
import { wholeFile } from "../catalog/problem";
import { many, plural } from "../kinds/names";
import type { EntityChange, Gate } from "./model";
import { isDestructive, nameText } from "./words";

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
  // Whatever it is called, an entity whose own resource goes is lost.
  const replacements = changes.filter((change) => change.is !== "removed" && isDestructive(change));
  return [
    ...[...removals, ...replacements]
      .filter((change) => change.protected && !catalog.isRemovalAcknowledged(change.kind, change.key))
      .map((change) => unacknowledged(catalog, change, removalsFile)),
    ...tooMany(catalog, { removals, replacements }),
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

type Counted = "removals" | "replacements";

function tooMany(catalog: Catalog, all: Readonly<Record<Counted, readonly EntityChange[]>>): Gate[] {
  const codes = (["removals", "replacements"] as const).filter(
    (code) => all[code].length > catalog.environment.lifecycle[`max-${code}`],
  );
  // All that is over its limit is raised by the same lines: two blocks of one name could not both be written.
  const limits = new Map(codes.map((code) => [`max-${code}`, all[code].length]));
  return codes.map((code) => {
    const setting = `max-${code}` as const;
    const does = code === "removals" ? "removed" : "destroyed and made anew";
    const kinds = [...new Set(all[code].map(({ kind }) => kind))].map(many).join(", ");
    const most = catalog.environment.lifecycle[setting];
    return {
      ...{ code, environment: catalog.environment.name },
      place: catalog.environmentPlace(["environment", "lifecycle", setting]),
      message: `${plural(all[code].length, "entity")} would be ${does} (${kinds}); the limit here is ${most}`,
      help: `make smaller changes one after another, or raise \`lifecycle: {${setting}: …}\` in the same change, in place of what is written, so that it is reviewed`,
      add: { file: environmentFile(catalog), lines: lifecycleWith(catalog, limits) },
    };
  });
}

/** The lines that set limits, as the block is written: in lines of its own, or whole where it is in braces. */
function lifecycleWith(catalog: Catalog, limits: ReadonlyMap<string, number>): string {
  const node = catalog.environmentNode(["environment", "lifecycle"]);
  const own = [...limits].map(([setting, limit]) => `    ${setting}: ${limit}`).join("\n");
  if (node?.type !== "map") return `  lifecycle:\n${own}`;
  if (node.source.text[node.offset] !== "{") return own;
  const written: Readonly<Record<string, unknown>> = catalog.environment.lifecycle;
  const settings = [...node.entries.keys()].filter((key) => !limits.has(key));
  const all = [...settings.map((key) => [key, written[key]]), ...limits];
  return `  lifecycle: {${all.map(([key, value]) => `${key}: ${value}`).join(", ")}}`;
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
