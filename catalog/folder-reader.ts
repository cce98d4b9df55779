import { posix } from "node:path";
import { nearest } from "../kinds/names";
import { type AnyKind, companionFile, type Document, type Folder, isRemoval, moveUp } from "./document";
import { type FileFault, type Files, isYaml, withoutEnding } from "./files";
import { readMapFile } from "./map-file";
import { type MapNode, type Node, nodeAt, type Origin, originOf, Source } from "./node";
import { Problems, wholeFile } from "./problem";

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
  /** Kinds of which an entity lists a file that is not there. */
  private readonly listsAWrongName = new Set<AnyKind>();

  constructor(
    private readonly files: Files,
    private readonly kinds: readonly AnyKind[],
    private readonly problems: Problems,
  ) {}

  read(path: string, own: readonly string[]): Folder {
    const providers = [...new Set(this.kinds.map((kind) => kind.provider)), ...COMING];
    for (const { name, file, type } of this.files.list(path) ?? []) {
      if (own.includes(name)) continue;
      if (typeof type === "object") this.fault(type);
      else if (type === "folder" && providers.some((one) => one === name)) this.readProvider(file, name);
      else this.stray(file, name, type, [...providers, ...own]);
    }
    this.findCompanions();
    const documents = this.documents.filter((document) => !this.mayBelongToBroken(document));
    return { documents, companions: this.companions };
  }

  private readProvider(path: string, provider: string): void {
    const kinds = this.kinds.filter((kind) => kind.provider === provider);
    for (const { name, file, type } of this.files.list(path) ?? []) {
      const kind = kinds.find(({ folder }) => folder === name);
      if (typeof type === "object") this.fault(type);
      else if (type === "folder" && kind) this.readKind(file, kind, []);
      else if (type === "folder" && COMING.includes(provider)) this.notYet(file);
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
    }
  }

  private readDocument(file: string, name: string, kind: AnyKind, within: string | undefined): void {
    const written = readMapFile(
      this.files,
      file,
      "the name of its kind, such as `flavor:`",
      this.problems,
      [],
    );
    const misplaced = written && this.misplaced(written, kind);
    const root = written && !misplaced ? this.upright(written, kind) : undefined;
    const removes = root !== undefined && isRemoval(root, kind);
    this.documents.push({
      kind,
      file,
      within,
      stems: stemsOf(name, kind),
      written,
      root,
      misplaced,
      removes,
    });
  }

  /** A file of another kind in a kind's folder is one problem, not one for each of its keys. */
  private misplaced(root: MapNode, kind: AnyKind): Document["misplaced"] {
    if (kind.nulled !== undefined || root.entries.has(kind.name)) return undefined;
    const other = this.kinds.find(({ name }) => name !== kind.name && root.entries.has(name));
    const entry = other && root.entries.get(other.name);
    if (!entry) return undefined;
    const help = `move it to ${other.provider}/${other.folder}/${other.within ? `<${other.within}>/` : ""}`;
    const article = /^[ai]/.test(other.name) ? "an" : "a";
    return { at: entry.at, message: `this is ${article} ${other.name} in the folder ${kind.folder}`, help };
  }

  private upright(written: MapNode, kind: AnyKind): MapNode {
    const { root, moved, at } = moveUp(written, kind);
    const accepted = nodeAt(root, ["metadata", "accept", "nested-project"]) !== undefined;
    if (moved.length > 0 && !accepted) {
      const message = `${moved.join(", ")}: an older layout`;
      const help = "move these blocks up to the top of the file; they mean the same there";
      this.problems.add(at, { code: "nested-project", message, help });
    }
    return root;
  }

  /** Finds the files that entities list as theirs; where they were read as entities, they are none. */
  private findCompanions(): void {
    const read = new Map(this.documents.map((document) => [document.file, document]));
    for (const { kind, root, file } of this.documents) {
      const listed = root && kind.companions && nodeAt(root, kind.companions);
      for (const [index, item] of (listed?.type === "list" ? listed.items : []).entries()) {
        if (!root || item.type !== "scalar" || typeof item.value !== "string") continue;
        const at = originOf(root, [...(kind.companions ?? []), index]);
        const meant = companionFile(file, item.value);
        if (meant === undefined || meant === file) {
          const message = `${JSON.stringify(item.value)} names no file of its own inside the data root`;
          this.problems.add(at, { code: "file", message, help: "name a file relative to this one" });
        } else if (read.get(meant)?.written?.entries.has(kind.name)) {
          const message = `${JSON.stringify(item.value)} is a ${kind.name} of its own`;
          this.problems.add(at, {
            code: "file",
            message,
            help: "name a file that belongs to this one alone",
          });
        } else if (!this.companions.has(meant)) {
          this.companions.set(
            meant,
            read.has(meant) ? read.get(meant)?.written : this.companion(meant, at, kind),
          );
        }
      }
    }
  }

  /**
   * May a file be one that a broken entity lists, or one that an entity lists by a wrong name? Then it is not blamed
   * for being no entity.
   */
  private mayBelongToBroken({ kind, file, written }: Document): boolean {
    const isEntity = (tree: MapNode | undefined) => tree?.entries.has(kind.name) === true;
    if (!kind.companions || !written || isEntity(written)) return false;
    if (this.listsAWrongName.has(kind)) return true;
    const depthOf = (path: string) => path.split("/").length;
    const depth = depthOf(file);
    return this.documents.some(
      (other) => other.kind === kind && !isEntity(other.written) && depthOf(other.file) < depth,
    );
  }

  private companion(file: string, at: Origin, kind: AnyKind): Node | undefined {
    const source = this.files.read(file);
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
    const any = (this.files.list(folder) ?? []).find(({ name }) => isYaml(name));
    if (!any) return;
    const message = "Grafana entities are not made yet";
    const help = "keep these files elsewhere until a version that makes them";
    this.problems.add(wholeFile(any.file), { code: "not-yet", message, help });
  }

  private stray(file: string, name: string, type: "file" | "folder", allowed: readonly string[]): void {
    if (type === "file" && !isYaml(name)) return;
    this.fault({
      file,
      message: strayMessage(name, type, allowed),
      help: strayHelp(name, allowed),
    });
  }
}

function strayMessage(name: string, type: "file" | "folder", allowed: readonly string[]): string {
  const meant = name.replace(/\.yml$/, ".yaml");
  if (allowed.includes(meant)) return `the file must be called ${meant}`;
  if (type === "file") return "a YAML file outside every kind's folder";
  return isYaml(name) ? `a folder is called ${name}` : `the folder ${name} is not known here`;
}

function strayHelp(name: string, allowed: readonly string[]): string {
  const meant = name.replace(/\.yml$/, ".yaml");
  if (allowed.includes(meant)) return `rename it to ${meant}`;
  const near = nearest(name, allowed);
  if (near !== undefined) return `did you mean ${near}?`;
  const what = isYaml(name)
    ? "move it to the folder of its kind, or rename it so that it does not end in .yaml; here belong"
    : "here belong";
  return `${what} ${allowed.join(", ")}`;
}

/** The names that a file's stem allows: the full stem first, then without the kind's suffix. */
function stemsOf(name: string, kind: AnyKind): string[] {
  const stem = withoutEnding(name);
  const suffixes = kind.suffixes ?? [`-${kind.name}`];
  const suffix = suffixes.find((one) => stem.endsWith(one) && stem.length > one.length);
  const stripped = suffix === undefined ? stem : stem.slice(0, -suffix.length);
  return kind.identity.length === 0 ? [stripped] : [...new Set([stem, stripped])];
}
