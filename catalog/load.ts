import { existsSync, statSync } from "node:fs";
import type { Code } from "../kinds/codes";
import { suggest } from "../kinds/names";
import type { Catalog } from "./catalog";
import { checkDocument } from "./check";
import type { AnyKind, Document, Folder } from "./document";
import { ENVIRONMENTS, environmentNames, foldersOf } from "./environments";
import { type Edits, Files } from "./files";
import { FolderReader } from "./folder-reader";
import { type Keyed, layEntities, saysKey, type WrittenByKind } from "./layers";
import { isBelow, mergePatch } from "./merge";
import { dataOf, type MapNode, originOf, Source } from "./node";
import { type Problem, Problems, wholeFile } from "./problem";
import { resolve } from "./resolve";
import { documentSchema } from "./schema";
import { proveStatesApart, readSite, SITE_FILES, type Site } from "./site";
import type { Touched } from "./touched";
import { isFault, readYaml } from "./yaml";

/** What to read: a data root, and which of its environments. */
export interface Request {
  readonly root: string;
  /** Names of environments; empty: all. */
  readonly environments: readonly string[];
  /** Of these environments, and of layers that none uses, only what a change touched; absent: all. */
  readonly touched?: Touched;
  /** The day on which dates are judged, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly kinds: readonly AnyKind[];
  /** Files to be read as they would be after a change that is not written yet. */
  readonly edits?: Edits;
}

/** What was read. A catalog holds what is sound; only without errors it is the whole environment. */
export interface Loaded {
  readonly catalogs: readonly Catalog[];
  readonly problems: readonly Problem[];
  readonly files: Files | undefined;
}

/** Reads a data root: YAML in, checked catalogs or problems out. */
export function load(request: Request): Loaded {
  const problems = new Problems();
  if (!existsSync(request.root) || !statSync(request.root).isDirectory()) {
    const help = "name the folder that holds `environments/` by --root";
    problems.add(ENVIRONMENTS, { code: "file", message: `there is no folder ${request.root}`, help });
    return { catalogs: [], problems: problems.sorted(), files: undefined };
  }
  const files = new Files(request.root, request.edits);
  const catalogs = new Loading(request, files, problems).run();
  return { catalogs, problems: problems.sorted(), files };
}

class Loading {
  private readonly reader: FolderReader;
  /** What each layer that was asked for declares by itself. */
  private readonly declared = new Map<string, WrittenByKind>();

  /** Files of entities that several layers write, and who reads them: what a later one covers up is in no entity. */
  private readonly layered = new Map<Document, readonly string[]>();

  constructor(
    private readonly request: Request,
    private readonly files: Files,
    private readonly problems: Problems,
  ) {
    this.reader = new FolderReader(files, request.kinds, problems);
  }

  run(): Catalog[] {
    const sites: Site[] = [];
    const catalogs: Catalog[] = [];
    for (const name of environmentNames(this.files, this.request.environments, this.problems)) {
      if (this.request.touched?.environments.has(name) === false) {
        const untouched = readSite(this.files, name, this.request, new Problems());
        if (untouched) sites.push(untouched);
        continue;
      }
      const site = readSite(this.files, name, this.request, this.problems);
      const own = this.reader.read(`environments/${name}`, SITE_FILES, [name]);
      if (!site) {
        this.checkShapes(own, [name]);
        continue;
      }
      const layers = site.environment.layers.map((layer, index) => this.readLayer(site, layer, index));
      const found = layers.filter((layer) => layer !== undefined);
      // Without a layer all that it has is missing: one mistake, one problem.
      catalogs.push(this.catalog(site, [...found, own], found.length === layers.length));
      sites.push(site);
    }
    this.checkCovered();
    proveStatesApart(sites, this.problems);
    if (this.request.environments.length === 0) this.checkUnusedLayers(sites);
    for (const { file, message, help } of this.files.faults) {
      this.problems.add(wholeFile(file), { code: "file", message, help });
    }
    return catalogs;
  }

  private readLayer({ environment, root }: Site, layer: string, index: number): Folder | undefined {
    if (!layer.startsWith(".") && this.files.isFolder(`entities/${layer}`))
      return this.reader.read(`entities/${layer}`, [], [environment.name]);
    const layers = (this.files.list("entities") ?? [])
      .filter(({ type }) => type === "folder")
      .map(({ name }) => name);
    this.problems.add(originOf(root, ["environment", "layers", index]), {
      code: "reference",
      message: `there is no layer "${layer}"`,
      help: suggest(layer, layers, "layers below entities/"),
      environments: [environment.name],
    });
    return undefined;
  }

  private catalog(
    { environment, root, removals, drift }: Site,
    folders: readonly Folder[],
    isWhole: boolean,
  ): Catalog {
    const { kinds, asOf } = this.request;
    const { problems } = this;
    const companions = new Map(folders.flatMap((folder) => [...folder.companions]));
    // What an entity lists as its own is no entity, in whichever layer it lies.
    const entities = folders.map(({ documents }) => documents.filter(({ file }) => !companions.has(file)));
    this.tellUnfit(entities.flat(), [environment.name]);
    const keyed: Keyed[] = [];
    const written = layEntities(entities, kinds, problems, environment.name, keyed);
    const isFolder = (path: string) => this.files.isFolder(path);
    const dataIn = (path: string) => this.dataIn(path);
    const catalog = resolve(written, {
      environment,
      environmentRoot: root,
      asOf,
      kinds,
      companions,
      removals,
      drift,
      isFolder,
      removerOf: (kind, key) => removerOf(kind, key, keyed),
      layerWith: (kind, key) => this.layerWith(kind, key, environment.layers),
      dataIn,
      isWhole,
      problems,
    });
    catalog.keyed = keyed;
    for (const { key, document } of keyed) {
      const files = written.get(document.kind.name)?.get(key)?.files;
      if (files?.length === 1) continue;
      this.layered.set(document, [...(this.layered.get(document) ?? []), environment.name]);
    }
    return catalog;
  }

  /** A layer beside the used ones that declares an entity. Asked for only where one is missing. */
  private layerWith(kind: AnyKind, key: string, used: readonly string[]): string | undefined {
    const layers = (this.files.list("entities") ?? []).filter(
      ({ name, type }) => type === "folder" && !used.includes(name),
    );
    return layers.find(({ name }) => {
      const declared = this.declaredIn(name).get(kind.name)?.get(key);
      return declared !== undefined && (!declared.root || saysKey(declared.root, kind));
    })?.name;
  }

  private declaredIn(layer: string): WrittenByKind {
    const known = this.declared.get(layer);
    if (known) return known;
    const { documents } = this.reader.peek(`entities/${layer}`);
    const declared = layEntities([documents], this.request.kinds, new Problems(), "");
    this.declared.set(layer, declared);
    return declared;
  }

  private dataIn(path: string): unknown {
    const source = this.files.read(path);
    const node = source instanceof Source ? readYaml(source) : undefined;
    return node && !isFault(node) ? dataOf(node) : undefined;
  }

  private tellUnfit(documents: readonly Document[], environments: readonly string[]): void {
    for (const { unfit } of documents) if (unfit) this.problems.add(unfit.at, { ...unfit, environments });
  }

  /** Layers that no environment uses are checked in shape: what they write, not what they lack. */
  private checkUnusedLayers(sites: readonly Site[]): void {
    const used = new Set(sites.flatMap((site) => site.environment.layers));
    const { touched } = this.request;
    for (const layer of foldersOf(this.files, "entities", "layer", this.problems)) {
      if (!used.has(layer) && touched?.layers.has(layer) !== false)
        this.checkShapes(this.reader.read(`entities/${layer}`, [], []), []);
    }
  }

  private checkShapes({ documents, companions }: Folder, environments: readonly string[]): void {
    const entities = documents.filter(({ file }) => !companions.has(file));
    this.tellUnfit(entities, environments);
    for (const document of entities) checkShape(document, this.problems, environments);
  }

  /** What later layers cover up is checked in shape as well: another environment may not cover it up. */
  private checkCovered(): void {
    const covered = new Problems();
    for (const [document, environments] of this.layered) checkShape(document, covered, environments);
    for (const problem of covered.sorted())
      if (OF_SHAPE.has(problem.code) && !this.problems.tellsErrorAt(problem))
        this.problems.add(problem, problem);
  }
}

/** Problems of a value by itself, whatever other layers write beside it. */
const OF_SHAPE: ReadonlySet<Code> = new Set([
  "type",
  "range",
  "unit",
  "choice",
  "date",
  "unknown-key",
  "key",
]);

/** A null of a patch removes what an earlier layer has, and which one that is nobody knows here. */
function checkShape(
  { kind, root: written, removes }: Document,
  problems: Problems,
  environments: readonly string[],
): void {
  const root = written && withoutNulls(written, kind);
  if (root && !removes) checkDocument(documentSchema(kind), root, problems, { environments, partial: true });
}

/** The file whose removal of an entity is the last word on it. */
function removerOf(kind: AnyKind, key: string, keyed: readonly Keyed[]): string | undefined {
  const last = keyed.findLast((one) => one.document.kind === kind && one.key === key);
  return last?.document.removes ? last.document.file : undefined;
}

function withoutNulls(root: MapNode, kind: AnyKind): MapNode | undefined {
  const stripped = mergePatch(undefined, root, {}, (path) => isBelow(path, kind.nullable ?? []));
  return stripped.type === "map" ? stripped : undefined;
}
