import type { Catalog } from "../catalog/catalog";
import type { Edits, Files } from "../catalog/files";
import { type Loaded, load, type Request } from "../catalog/load";
import { type MapNode, nodeAt } from "../catalog/node";
import type { Path, Place } from "../kinds/kind";
import { Changes, type FileChange, isRefused, type Refused } from "./edits";
import { keepingsOf } from "./kept-names";
import { containerOf, type Renaming } from "./keys";
import { leftAlone } from "./left-alone";
import { madeAnew, pairsOf } from "./made-anew";
import { moveCompanions, moveOf } from "./moves";
import { type Name, namesIn } from "./names";
import { newProblems } from "./new-problems";

/** A rename that was proved, and is not yet written. */
export interface RenamePlan {
  readonly renaming: Renaming;
  readonly edits: Edits;
  readonly files: readonly FileChange[];
  /** The environments in which the entity is declared, before and after. */
  readonly environments: readonly (readonly [Catalog, Catalog])[];
  /** Places at which the old name stands and nothing says that it means the entity. */
  readonly leftAlone: readonly Place[];
}

/** The environments among the chosen ones that declare an entity, be it that a layer's file removes it. */
export function declaring({ kind, from }: Renaming, chosen: readonly Catalog[]): Catalog[] {
  return chosen.filter(({ keyed }) =>
    keyed.some(({ key, document }) => key === from && document.kind === kind),
  );
}

/**
 * Finds every text and file that a new key changes in some environments, and proves that the site is as sound
 * after it. `before` is the whole site, every environment of it.
 */
export function planRename(
  request: Request,
  renaming: Renaming,
  before: Loaded,
  environments: readonly Catalog[],
): RenamePlan | Refused {
  const { files } = before;
  const names = environments.map(({ environment }) => environment.name);
  const errors = before.problems.filter(
    (problem) => problem.severity === "error" && problem.environments.some((one) => names.includes(one)),
  );
  if (!files || errors.length > 0)
    return { reason: "the files have errors: mend them first", problems: errors, files };
  const sources: Files = files;
  const changes = new Changes(files);
  for (const catalog of environments) renameIn(catalog, renaming, changes);
  const sharing = sharedWith(changes, environments, before);
  if (sharing !== undefined) return { reason: sharing, problems: [] };
  const first = changes.result();
  if (isRefused(first)) return first;
  const half = load({ ...request, environments: [], edits: first });
  if (keepTerraformNames(renaming, environments, half, changes) === "nothing")
    return proved(changes, first, half);
  const edits = changes.result();
  if (isRefused(edits)) return edits;
  return proved(changes, edits, load({ ...request, environments: [], edits }));

  function proved(made: Changes, result: Edits, after: Loaded): RenamePlan | Refused {
    const problems = newProblems(before.problems, after.problems, made.moves);
    if (problems.length > 0)
      return { reason: "the rename would make new problems", problems, files: after.files };
    return {
      renaming,
      edits: result,
      files: made.summary(),
      environments: pairedCatalogs(environments, after),
      leftAlone: environments.flatMap((catalog) => leftAlone(catalog, renaming, sources)),
    };
  }
}

function pairedCatalogs(environments: readonly Catalog[], after: Loaded): (readonly [Catalog, Catalog])[] {
  return environments.flatMap((one) => {
    const other = after.catalogs.find(({ environment }) => environment.name === one.environment.name);
    return other ? [[one, other] as const] : [];
  });
}

/** Everything in one environment that means a renamed entity. */
function renameIn(catalog: Catalog, renaming: Renaming, changes: Changes): void {
  const moves = [];
  for (const keyed of catalog.keyed) {
    const { key, document } = keyed;
    for (const name of namesIn(keyed, catalog)) renameText(name, renaming, changes, document.root);
    const to = renaming.keyOf(document.kind.name, key);
    if (to !== undefined) moves.push(moveOf(document, key, to));
  }
  for (const { document, to } of moves) changes.move(document.file, to);
  const documents = catalog.keyed.map(({ document }) => document);
  const { moved, relisted } = moveCompanions(documents, moves);
  for (const [from, to] of moved) changes.move(from, to);
  for (const { document, path, node, text } of relisted)
    changes.of(document.file, document.root)?.replace(node.offset, path, text);
  renameUnmanaged(catalog, renaming, changes);
  renameRemovals(catalog, renaming, changes);
}

function renameText(name: Name, renaming: Renaming, changes: Changes, root: MapNode | undefined): void {
  const to = renaming.keyOf(name.kind, name.key);
  if (to === undefined || name.textOf(to) === name.text) return;
  changes.of(name.at.source.file, root)?.replace(name.at.offset, name.path, name.textOf(to));
}

/** What is unmanaged is never renamed, but the domain that it lives in may be. */
function renameUnmanaged(catalog: Catalog, renaming: Renaming, changes: Changes): void {
  for (const kind of catalog.kinds) {
    if (containerOf(kind) !== renaming.kind.name) continue;
    for (const [index, key] of catalog.unmanaged(kind).entries()) {
      const path = ["environment", kind.provider, "unmanaged", kind.unmanaged ?? "", index];
      renameKeyAt(siteFile(catalog, "environment.yaml"), path, kind.name, key, renaming, changes);
    }
  }
}

/** Removals that are acknowledged name their entities by kind and key. */
function renameRemovals(catalog: Catalog, renaming: Renaming, changes: Changes): void {
  const file = siteFile(catalog, "removals.yaml");
  const list = changes.rootOf(file)?.entries.get("removals")?.value;
  for (const [index, item] of (list?.type === "list" ? list.items : []).entries()) {
    const [kind, key] = ["kind", "key"].map((field) => {
      const node = nodeAt(item, [field]);
      return node?.type === "scalar" ? String(node.value) : "";
    });
    renameKeyAt(file, ["removals", index, "key"], kind ?? "", key ?? "", renaming, changes);
  }
}

function siteFile({ environment }: Catalog, name: string): string {
  return `environments/${environment.name}/${name}`;
}

function renameKeyAt(
  file: string,
  path: Path,
  kind: string,
  key: string,
  renaming: Renaming,
  changes: Changes,
): void {
  const to = renaming.keyOf(kind, key);
  const root = to === undefined ? undefined : changes.rootOf(file);
  const node = root && nodeAt(root, path);
  if (to !== undefined && node) changes.of(file)?.replace(node.offset, path, to);
}

/** Why a layer's file cannot be changed: an environment uses the layer in which the entity is not renamed. */
function sharedWith(
  changes: Changes,
  environments: readonly Catalog[],
  { catalogs, files }: Loaded,
): string | undefined {
  for (const file of changes.touched()) {
    const [top, layer = ""] = file.split("/");
    if (top !== "entities") continue;
    const other = catalogs.find(
      (one) => one.environment.layers.includes(layer) && !environments.includes(one),
    );
    if (other)
      return `${file} is shared with the environment ${other.environment.name}, in which nothing is renamed`;
    const unread = (files?.list("environments") ?? []).find(
      ({ name, type }) => type === "folder" && !catalogs.some(({ environment }) => environment.name === name),
    );
    if (unread) return `${file} may be shared with the environment ${unread.name}, which cannot be read`;
  }
  return undefined;
}

/** Adds the lines that keep Terraform names. */
function keepTerraformNames(
  renaming: Renaming,
  environments: readonly Catalog[],
  after: Loaded,
  changes: Changes,
): "something" | "nothing" {
  const origins = new Map([...changes.moves].map(([from, to]) => [to, from]));
  let result: "something" | "nothing" = "nothing";
  for (const [one, other] of pairedCatalogs(environments, after)) {
    const pairs = pairsOf(one, other, renaming);
    const anew = madeAnew(pairs, one, renaming);
    for (const keeping of pairs.flatMap((pair) => keepingsOf(pair, [one, other], anew, renaming))) {
      const file = keeping.isAfter ? (origins.get(keeping.file) ?? keeping.file) : keeping.file;
      const edit = changes.of(file);
      if (!edit) continue;
      result = "something";
      if (keeping.address !== undefined) edit.add({ metadata: { address: keeping.address } });
      if (keeping.derived !== undefined) {
        const [name, old] = keeping.derived;
        edit.add({ metadata: { addresses: { [name]: old } } });
      }
      if (keeping.renamed !== undefined) {
        const [name, fresh] = keeping.renamed;
        const entry = addressesIn(edit.root)?.entries.get(name);
        if (entry) edit.replace(entry.at.offset, ["metadata", "addresses", name], fresh);
      }
    }
  }
  return result;
}

function addressesIn(root: MapNode): MapNode | undefined {
  const node = nodeAt(root, ["metadata", "addresses"]);
  return node?.type === "map" ? node : undefined;
}
