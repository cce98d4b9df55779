/** What an environment's own files acknowledge: removals, and drift that is ignored. */
import { driftDocument, type IgnoredDrift } from "../kinds/drift";
import { suggest, withArticle } from "../kinds/names";
import { type Removal, removalsDocument } from "../kinds/removals";
import { checkDocument } from "./check";
import type { AnyKind } from "./document";
import type { Files } from "./files";
import { readMapFile } from "./map-file";
import { type MapNode, originOf } from "./node";
import type { Problems } from "./problem";

/** What they are held against: a day, and the table of kinds. */
export interface Judged {
  readonly asOf: string;
  readonly kinds: readonly AnyKind[];
}

/** What may be removed from an environment, as `<kind> <key>`: of `removals.yaml` what still holds. */
export function readRemovals(
  files: Files,
  name: string,
  { asOf, kinds }: Judged,
  problems: Problems,
): ReadonlySet<string> {
  const environments = [name];
  const file = `environments/${name}/removals.yaml`;
  const root = readMapFile(files, file, "`removals:`", problems, environments);
  const checked = root && checkDocument(removalsDocument, root, problems, { environments });
  const removals = checked?.value.removals ?? [];
  const told = new Set<string>();
  for (const [index, removal] of removals.entries()) {
    const wrong = root && wrongIn(removal, kinds, told);
    told.add(`${removal.kind} ${removal.key}`);
    if (root && wrong) {
      const { field, ...problem } = wrong;
      problems.add(originOf(root, ["removals", index, field]), { ...problem, environments });
    } else if (root && removal.until < asOf)
      tellStale(root, ["removals", index, "until"], name, removal.until, problems);
  }
  const current = removals.filter(({ until }) => asOf <= until);
  return new Set(current.map(({ kind, key }) => `${kind} ${key}`));
}

/** Drift that is ignored in an environment: of `drift.yaml` what still holds. */
export function readIgnoredDrift(
  files: Files,
  name: string,
  { asOf, kinds }: Judged,
  problems: Problems,
): readonly IgnoredDrift[] {
  const environments = [name];
  const root = readMapFile(files, `environments/${name}/drift.yaml`, "`drift:`", problems, environments);
  const checked = root && checkDocument(driftDocument, root, problems, { environments });
  const ignored = checked?.value.drift ?? [];
  for (const [index, one] of ignored.entries()) {
    const wrong = root && (wrongKind(one.kind, kinds) ?? emptyReason(one.why));
    if (root && wrong) {
      const { field, ...problem } = wrong;
      problems.add(originOf(root, ["drift", index, field]), { ...problem, environments });
    } else if (root && one.until !== undefined && one.until < asOf)
      tellStale(root, ["drift", index, "until"], name, one.until, problems);
  }
  return ignored.filter(({ until }) => until === undefined || asOf <= until);
}

function tellStale(
  root: MapNode,
  path: (string | number)[],
  name: string,
  until: string,
  problems: Problems,
): void {
  problems.add(originOf(root, path), {
    code: "stale",
    message: `this held until ${until}, and acknowledges nothing any more`,
    help: "remove the entry; if it must still hold, give it a later day, which is reviewed like everything else",
    environments: [name],
  });
}

/** What `plan` proposes for a person to fill in. */
export const PLACEHOLDERS = { who: "YOUR NAME", why: "THE REASON" } as const;

/** What a removal could never mean: it would acknowledge nothing, or nobody would know why. */
function wrongIn(removal: Removal, kinds: readonly AnyKind[], told: ReadonlySet<string>) {
  const { key } = removal;
  const unknown = wrongKind(removal.kind, kinds);
  if (unknown) return unknown;
  const identity = kinds.find(({ name }) => name === removal.kind)?.identity ?? [];
  const within = identity.length > 1 ? identity[0]?.at(-1) : undefined;
  const parts = key.split("/");
  if (parts.length !== (within === undefined ? 1 : 2) || parts.includes("")) {
    const help = `write ${within === undefined ? "a name without `/`" : `<${within}>/<name>`}`;
    const message = `${JSON.stringify(key)} is no key of ${withArticle(removal.kind)}`;
    return { field: "key", code: "reference", message, help } as const;
  }
  if (told.has(`${removal.kind} ${key}`)) {
    const message = `the removal of the ${removal.kind} "${key}" stands twice in this list`;
    return { field: "key", code: "duplicate", message, help: "remove one of the two entries" } as const;
  }
  const help = "say who acknowledges the removal, and in a few words why";
  const empty = (["who", "why"] as const).find((one) => removal[one].trim() === "");
  if (empty) return { field: empty, code: "missing", message: `\`${empty}\` is empty`, help } as const;
  const proposed = (["who", "why"] as const).find((one) => removal[one] === PLACEHOLDERS[one]);
  if (!proposed) return undefined;
  const message = `\`${proposed}\` is still what was proposed: ${removal[proposed]}`;
  return { field: proposed, code: "missing", message, help } as const;
}

function wrongKind(name: string, kinds: readonly AnyKind[]) {
  const known = kinds.map((kind) => kind.name);
  if (known.includes(name)) return undefined;
  const help = suggest(name, known, "kinds");
  return { field: "kind", code: "reference", message: `there is no kind "${name}"`, help } as const;
}

function emptyReason(why: string) {
  if (why.trim() !== "") return undefined;
  const help = "say in a few words why this may differ";
  return { field: "why", code: "missing", message: "`why` is empty", help } as const;
}
