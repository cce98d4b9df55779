/** Two revisions of the data in, a review out. */
import type { Catalog } from "../catalog/catalog";
import { wholeFile } from "../catalog/problem";
import { plural } from "../kinds/names";
import { assembled } from "./assemble";
import { type Compared, compared, isUnchanged } from "./compare";
import { folded } from "./fold";
import { gatesOf, type RemovalsFile } from "./gates";
import type { EntityChange, Review, StackReview, ValueChange } from "./model";
import type { Side } from "./stories";
import { underTheirCauses } from "./touched";
import { isDestructive } from "./words";

/** One environment before and after; absent where it is not there. */
export interface Sides {
  readonly before?: Side | undefined;
  readonly after?: Side | undefined;
  /** What `environment.yaml` says otherwise. */
  readonly settings: readonly ValueChange[];
  readonly removalsFile: RemovalsFile;
}

/** Where the settings of an environment tell which removals are acknowledged. */
export const ACKNOWLEDGED = "removals.yaml";

export function reviewOfData(base: string, sides: readonly Sides[]): Review {
  const judged = sides.map((all) => {
    const own = changesOf(all);
    return { one: { ...all, settings: withoutUsed(all.settings, own) }, own };
  });
  const kinds = sides.flatMap(
    ({ before, after }) => (after ?? before)?.catalog.kinds.map(({ name }) => name) ?? [],
  );
  const changes = folded(
    judged.flatMap(({ one, own }) => underTheirCauses([...settingsOf(one), ...own])),
    kinds,
  );
  return assembled({
    of: "diff",
    base,
    environments: judged.map(({ one, own }) => ({
      name: (one.after ?? one.before)?.catalog.environment.name ?? "",
      stacks: one.after ? stacksOf(one.after.catalog, own) : [],
    })),
    changes,
    gates: judged.flatMap(({ one: { after, removalsFile }, own }) => {
      const some = own.map(({ change }) => change);
      return after ? gatesOf(after.catalog, some, removalsFile) : [];
    }),
  });
}

/** An acknowledgement of what goes in the same change is told with that; any other is news. */
function withoutUsed(settings: readonly ValueChange[], own: readonly Compared[]): ValueChange[] {
  const lost = new Set(
    own.flatMap(({ change }) => (isDestructive(change) ? [`${change.kind} ${change.key}`] : [])),
  );
  return settings.flatMap((value) => {
    if (value.path !== ACKNOWLEDGED || !value.items) return [value];
    const added = value.items.added.filter((one) => !lost.has(String(one)));
    const items = { ...value.items, added };
    return added.length + items.removed.length === 0 ? [] : [{ ...value, items }];
  });
}

function changesOf({ before, after, settings }: Sides): Compared[] {
  // An environment that comes or goes is told as one.
  if (!before || !after) return [];
  return settings.length === 0 && isUnchanged(before, after) ? [] : compared(before, after);
}

function stacksOf(catalog: Catalog, changes: readonly Compared[]): StackReview[] {
  const providerOf = new Map(catalog.kinds.map(({ name, provider }) => [name, provider]));
  return catalog.stacks().map(({ name, provider }) => {
    const own = changes.filter(({ change }) => providerOf.get(change.kind) === provider);
    const isChanged = own.some(({ change }) => change.objects.length > 0);
    return { name, is: isChanged ? "changed" : "unchanged" };
  });
}

const LEFT_ALONE = "what it has stays in the cloud, and its state where it is.";

const STATE_MOVED =
  "Terraform would start with an empty state at the new place, and make everything again: move the state first (terraform init -migrate-state).";

/** The settings that say which cloud it is. */
const CLOUDS = /^(openstack\.(cloud|region|endpoints\.)|kubernetes\.config_(path|context)$|grafana\.url$)/;

const OTHER_CLOUD =
  "If that is another cloud, Terraform finds nothing there of what its state knows, and makes everything again: give it a state of its own.";

const RENAMED = (old: string) =>
  `It was called ${old} and keeps its state: what it has no more is destroyed.`;

/** What happens to the environment itself. */
function settingsOf(sides: Sides): Compared[] {
  return ownChanges(sides).map((change) => ({ change, isOwn: true, relates: new Map() }));
}

function ownChanges({ before, after, settings }: Sides): EntityChange[] {
  const side = after ?? before;
  if (!side) return [];
  const { name } = side.catalog.environment;
  const self = {
    ...{ environments: [name], kind: "environment", key: name, protected: false },
    place: wholeFile(`environments/${name}/environment.yaml`),
  };
  if (!before) {
    const all = compared(undefined, after);
    const objects = all.flatMap(({ change }) => change.objects);
    return [{ ...self, is: "added", values: [], objects, notes: [`It has ${countText(side.catalog)}.`] }];
  }
  if (!after) {
    const note = `No stack is left that would destroy anything: ${LEFT_ALONE}`;
    return [
      {
        ...self,
        is: "removed",
        values: [],
        objects: [],
        notes: [note, `It had ${countText(side.catalog)}.`],
      },
    ];
  }
  if (settings.length === 0) return [];
  const isSaid = (pattern: RegExp) => settings.some(({ path }) => pattern.test(path));
  const stacks = after.catalog.stacks().map(({ provider }) => provider);
  const left = before.catalog.stacks().filter(({ provider }) => !stacks.includes(provider));
  const notes = [
    ...(before.catalog.environment.name === name ? [] : [RENAMED(before.catalog.environment.name)]),
    ...(isSaid(/^state\b/) ? [STATE_MOVED] : []),
    ...(isSaid(CLOUDS) ? [OTHER_CLOUD] : []),
    ...left.map(
      ({ name: stack }) =>
        `${stack} goes with its section, so nothing destroys what is removed: ${LEFT_ALONE}`,
    ),
  ];
  return [{ ...self, is: "changed", values: [...settings], objects: [], notes }];
}

function countText(catalog: Catalog): string {
  const counts = Object.entries(catalog.counts()).map(([kind, count]) => plural(count, kind));
  return counts.length === 0 ? "no entity" : counts.join(", ");
}
