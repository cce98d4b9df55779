import { posix } from "node:path";
import { nearest, withArticle } from "../kinds/names";
import {
  type AnyKind,
  companionFile,
  type Document,
  type Folder,
  isRemoval,
  moveUp,
  stemsOf,
  type Unfit,
} from "./document";
import { type FileFault, type Files, inSmallLetters, isYaml, isYamlButForCase } from "./files";
import { holdsNothing, readMapFile } from "./map-file";
import { type Entry, type MapNode, mapNode, type Node, nodeAt, type Origin, Source } from "./node";
import { Problems, wholeFile } from "./problem";
import { knownKeys } from "./schema-paths";
import { kindMeantBy, Strays } from "./strays";

/** Providers whose folders are known, but none of whose kinds. */
const COMING = ["grafana"];

/** What was read of a folder, and what was wrong with it, whichever environment asks. */
interface Known {
  readonly folder: Folder;
  readonly problems: Problems;
}

/** Reads every entity file below `entities/<layer>` or `environments/<env>`. Each file is opened and parsed once. */
export class FolderReader {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly files: Files,
    private readonly kinds: readonly AnyKind[],
    private readonly problems: Problems,
  ) {}

  /** The documents below a folder, for these environments; `own` names the files at its top that are read elsewhere. */
  read(path: string, own: readonly string[], environments: readonly string[]): Folder {
    const known = this.known.get(path) ?? this.readOnce(path, own);
    this.known.set(path, known);
    for (const problem of known.problems.sorted()) this.problems.add(problem, { ...problem, environments });
    return known.folder;
  }

  /** The documents below a folder that nobody has to answer for. */
  peek(path: string): Folder {
    const known = this.known.get(path) ?? this.readOnce(path, []);
    this.known.set(path, known);
    return known.folder;
  }

  private readOnce(path: string, own: readonly string[]): Known {
    const problems = new Problems();
    return { folder: new OneFolder(this.files, this.kinds, problems).read(path, own), problems };
  }
}

class OneFolder {
  private readonly documents: Document[] = [];
  private readonly companions = new Map<string, Node | undefined>();
  /** Files that are not read, for their names end as those of YAML files but for capitals. */
  private readonly oddEndings: string[] = [];
  /** Kinds of which an entity lists a file that is not there. */
  private readonly listsAWrongName = new Set<AnyKind>();
  private readonly strays: Strays;

  constructor(
    private readonly files: Files,
    private readonly kinds: readonly AnyKind[],
    private readonly problems: Problems,
  ) {
    this.strays = new Strays(files, kinds);
  }

  read(path: string, own: readonly string[]): Folder {
    const providers = [...new Set(this.kinds.map((kind) => kind.provider)), ...COMING];
    for (const { name, file, type } of this.files.list(path) ?? []) {
      if (own.includes(name)) continue;
      if (typeof type === "object") this.fault(type);
      else if (type === "folder" && COMING.includes(name)) this.notYet(file);
      else if (type === "folder" && providers.some((one) => one === name)) this.readProvider(file, name);
      else this.stray(file, name, type, [...providers, ...own]);
    }
    this.findCompanions();
    for (const file of this.oddEndings) if (!this.companions.has(file)) this.tellEnding(file);
    const documents = this.documents.filter((document) => !this.mayBelongToBroken(document));
    return { documents, companions: this.companions };
  }

  private readProvider(path: string, provider: string): void {
    const kinds = this.kinds.filter((kind) => kind.provider === provider);
    for (const { name, file, type } of this.files.list(path) ?? []) {
      const kind = kinds.find(({ folder }) => folder === name);
      if (typeof type === "object") this.fault(type);
      else if (type === "folder" && kind) this.readKind(file, kind, []);
      else
        this.stray(
          file,
          name,
          type,
          kinds.map(({ folder }) => folder),
        );
    }
  }

  private readKind(path: string, kind: AnyKind, below: readonly string[]): void {
    for (const { name, file, type } of this.files.list(path) ?? []) {
      const isEntity = isYaml(name);
      if (type === "folder" && !isEntity) this.readKind(file, kind, [...below, name]);
      else if (type === "folder") this.stray(file, name, type, ["entity files"]);
      else if (typeof type === "object" && (isEntity || type.isFolder)) this.fault(type);
      else if (isEntity) this.readDocument(file, name, kind, below[0]);
      else if (type === "file" && isYamlButForCase(name)) this.oddEndings.push(file);
    }
  }

  private readDocument(file: string, name: string, kind: AnyKind, within: string | undefined): void {
    const [first] = knownKeys(kind.document, []);
    const begins = `\`${first}:\`${kind.companions ? "; a file of values, which a release lists, with a value's name" : ""}`;
    const empty = kind.companions && this.emptiness(file);
    const written = empty ? undefined : readMapFile(this.files, file, begins, this.problems, []);
    const unfit = empty ?? (written && this.unfit(written, kind));
    const root = written && !unfit ? this.upright(written, kind) : undefined;
    const removes = root !== undefined && isRemoval(root, kind);
    if (unfit?.code === "path") this.documents.push(...this.strays.inFile(file));
    this.documents.push({
      kind,
      file,
      within,
      stems: stemsOf(name, kind),
      written,
      root,
      unfit,
      removes,
    });
  }

  /** No entity, but what one may list as its own: values of which all are commented out. */
  private emptiness(file: string): Unfit | undefined {
    const source = this.files.read(file);
    if (!(source instanceof Source) || !holdsNothing(source)) return undefined;
    const help = "write what belongs into it, or delete it";
    return { code: "yaml", at: { source, offset: 0 }, message: "the file is empty", help };
  }

  /** A file in another format is one problem, not one for each of its keys. */
  private unfit(root: MapNode, kind: AnyKind): Unfit | undefined {
    const own = root.entries.get(kind.name);
    if (kind.nulled !== undefined)
      return own?.value.type === "map" ? headed(own, kind) : manifest(root, kind);
    return own ? undefined : (this.misplaced(root, kind) ?? manifest(root, kind));
  }

  private misplaced(root: MapNode, kind: AnyKind): Unfit | undefined {
    const other = this.kinds.find(({ name }) => name !== kind.name && root.entries.has(name));
    const entry = other && root.entries.get(other.name);
    if (!entry) return undefined;
    const help = `move it to ${other.provider}/${other.folder}/${other.within ? `<${other.within}>/` : ""}`;
    const message = `this is ${withArticle(other.name)} in the folder ${kind.folder}`;
    return { code: "path", at: entry.at, message, help };
  }

  private upright(written: MapNode, kind: AnyKind): MapNode {
    const { root, moved, at } = moveUp(written, kind);
    const accepted = nodeAt(root, ["metadata", "accept", "nested-project"]) !== undefined;
    if (moved.length > 0 && !accepted) {
      const message = `${moved.join(", ")}: an older layout`;
      const help =
        "move these blocks up to the top of the file, as `cloud-entities fmt` does: they mean the same there";
      this.problems.add(at, { code: "nested-project", message, help });
    }
    return root;
  }

  /** Finds the files that entities list as theirs; where they were read as entities, they are none. */
  private findCompanions(): void {
    const read = new Map(this.documents.map((document) => [document.file, document]));
    for (const { kind, root, file } of this.documents) {
      const seen = new Map<string, string>();
      for (const item of root ? listedIn(root, kind) : []) {
        if (item.type !== "scalar" || typeof item.value !== "string") continue;
        const at = { source: item.source, offset: item.offset };
        const meant = companionFile(file, item.value);
        const other = meant === undefined ? undefined : seen.get(meant);
        if (meant !== undefined) seen.set(meant, item.value);
        if (other !== undefined && other !== item.value) {
          const message = `${JSON.stringify(item.value)} and ${JSON.stringify(other)} are one file`;
          this.problems.add(at, { code: "duplicate", message, help: "remove one of the two" });
        } else if (meant === undefined || meant === file) {
          const message = `${JSON.stringify(item.value)} names no file of its own inside the data root`;
          this.problems.add(at, { code: "file", message, help: "name a file relative to this one" });
        } else if (read.get(meant)?.written?.entries.has(kind.name)) {
          const message = `${JSON.stringify(item.value)} is ${withArticle(kind.name)} of its own`;
          this.problems.add(at, {
            code: "file",
            message,
            help: "name a file that belongs to this one alone",
          });
        } else if (!this.companions.has(meant)) {
          const known = read.get(meant);
          const isBroken = known !== undefined && !known.written && !known.unfit;
          this.companions.set(
            meant,
            isBroken ? undefined : (known?.written ?? this.companion(meant, at, kind)),
          );
        }
      }
    }
  }

  /**
   * May a file be one that a broken entity lists, or one that an entity lists by a wrong name? Then it is not blamed
   * for being no entity.
   */
  private mayBelongToBroken({ kind, file, written, unfit }: Document): boolean {
    const isEntity = (tree: MapNode | undefined) => tree?.entries.has(kind.name) === true;
    if (!kind.companions || (!written && !unfit) || isEntity(written)) return false;
    if (this.listsAWrongName.has(kind)) return true;
    const depthOf = (path: string) => path.split("/").length;
    const depth = depthOf(file);
    return this.documents.some(
      (other) => other.kind === kind && !isEntity(other.written) && depthOf(other.file) < depth,
    );
  }

  private companion(file: string, at: Origin, kind: AnyKind): Node | undefined {
    const source = this.files.read(file);
    if (source instanceof Source && holdsNothing(source)) return mapNode({ source, offset: 0 }, new Map());
    if (source instanceof Source)
      return readMapFile(this.files, file, "a key of the values", this.problems, []);
    this.listsAWrongName.add(kind);
    const others = this.documents.filter((one) => one.kind === kind && !one.written?.entries.has(kind.name));
    const near = nearest(
      file,
      others.map((one) => one.file),
    );
    const meant = near && posix.relative(posix.dirname(at.source.file), near);
    const help = `the path is relative to this file${meant ? `: did you mean ${meant}?` : ""}`;
    this.problems.add(at, { code: "file", message: `${file}: ${source.message}`, help });
    return undefined;
  }

  private fault({ file, message, help }: FileFault): void {
    this.problems.add(wholeFile(file), { code: "file", message, help });
  }

  private notYet(folder: string): void {
    const first = this.firstYaml(folder);
    if (first === undefined) return;
    const message = "Grafana entities are not made yet";
    const help = "keep these files elsewhere until a version that makes them";
    this.problems.add(wholeFile(first), { code: "not-yet", message, help });
  }

  private firstYaml(folder: string): string | undefined {
    for (const { name, file, type } of this.files.list(folder) ?? []) {
      const first = type === "folder" ? this.firstYaml(file) : isYaml(name) ? file : undefined;
      if (first !== undefined) return first;
    }
    return undefined;
  }

  private tellEnding(file: string): void {
    const message = `this file is not read: its name ends in ${posix.extname(file)}`;
    const meant = inSmallLetters(posix.extname(file));
    const help = `rename it so that it ends in ${meant}; to put a file aside, let it end in ${meant}.disabled`;
    this.problems.add(wholeFile(file), { code: "ending", message, help });
  }

  private stray(file: string, name: string, type: "file" | "folder", allowed: readonly string[]): void {
    if (type === "file" && !isYaml(name) && !allowed.includes(inSmallLetters(name))) {
      if (isYamlButForCase(name)) this.oddEndings.push(file);
      return;
    }
    const meant = type === "folder" ? kindMeantBy(name, this.kinds) : undefined;
    const isMeantHere = meant !== undefined && allowed.includes(meant.folder);
    this.fault({
      file,
      message: strayMessage(name, type, allowed),
      help: isMeantHere ? `did you mean ${meant.folder}?` : strayHelp(name, allowed),
    });
    this.documents.push(
      ...(type === "folder" ? this.strays.inFolder(file, meant) : this.strays.inFile(file)),
    );
  }
}

/** A file of a kind whose keys stand at the top, below the name of the kind. */
function headed({ at }: Entry, { name }: AnyKind): Unfit {
  const message = `the keys of ${withArticle(name)} stand at the top of its file, not below \`${name}:\``;
  const help = "remove this line, and two spaces before each line below it";
  return { code: "unknown-key", at, message, help };
}

/** What `kubectl apply` takes. */
function manifest(root: MapNode, { name }: AnyKind): Unfit | undefined {
  const version = root.entries.get("apiVersion");
  if (!version || !root.entries.has("kind")) return undefined;
  const message = `this is a manifest for kubectl, not ${withArticle(name)} of ours`;
  const help = `write \`${name}:\` and its keys below; docs/kinds.md shows one`;
  return { code: "unknown-key", at: version.at, message, help };
}

function strayMessage(name: string, type: "file" | "folder", allowed: readonly string[]): string {
  const meant = inSmallLetters(name);
  if (allowed.includes(meant)) return `the ${type} must be called ${meant}`;
  if (type === "file") return "a YAML file outside every kind's folder";
  return isYaml(name) ? `a folder is called ${name}` : `the folder ${name} is not known here`;
}

function strayHelp(name: string, allowed: readonly string[]): string {
  const meant = inSmallLetters(name);
  if (allowed.includes(meant)) return `rename it to ${meant}`;
  const near = nearest(name, allowed);
  if (near !== undefined) return `did you mean ${near}?`;
  const what = isYaml(name)
    ? "move it to the folder of its kind, or rename it so that it does not end in .yaml; here belong"
    : "here belong";
  return `${what} ${allowed.join(", ")}`;
}

/** What an entity lists as its own files. A text in place of the list means that file, and so does a key spelled alike. */
function listedIn(root: MapNode, { companions = [] }: AnyKind): readonly Node[] {
  const block = nodeAt(root, companions.slice(0, -1));
  const name = String(companions.at(-1));
  if (block?.type !== "map" || companions.length === 0) return [];
  const key = block.entries.has(name)
    ? name
    : [...block.entries.keys()].find((one) => nearest(one, [name]) !== undefined);
  const listed = key === undefined ? undefined : block.entries.get(key)?.value;
  return listed?.type === "list" ? listed.items : listed?.type === "scalar" ? [listed] : [];
}
