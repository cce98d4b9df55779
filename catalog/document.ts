import { posix } from "node:path";
import type { Kind, Path } from "../kinds/kind";
import type { FileFault, Files } from "./files";
import { readMapFile } from "./map-file";
import { isNull } from "./merge";
import {
  dataOf,
  type Entry,
  type MapNode,
  mapNode,
  type Node,
  nodeAt,
  type Origin,
  originOf,
  Source,
} from "./node";
import type { Problems } from "./problem";

export type AnyKind = Kind<unknown, unknown>;

/** One file of a layer or an environment: a whole entity, a patch of an earlier one, or its removal. */
export interface Document {
  readonly kind: AnyKind;
  readonly file: string;
  /** The folder that agrees with the domain or the namespace. */
  readonly within: string | undefined;
  /** The names that its stem allows, the full stem first. */
  readonly stems: readonly string[];
  /** Undefined: the file is broken, but counts as there. */
  readonly root: MapNode | undefined;
  readonly removes: boolean;
}

/** The documents of one layer or environment, by file, and the files that belong to them. */
export interface Folder {
  readonly path: string;
  readonly documents: readonly Document[];
  readonly companions: ReadonlyMap<string, Node | undefined>;
}

const YAML = /\.ya?ml$/;

/** Reads every entity file below `entities/<layer>` or `environments/<env>`. Each file is opened and parsed once. */
export class FolderReader {
  private readonly kinds: ReadonlyMap<string, AnyKind>;
  private readonly providers: ReadonlySet<string>;
  private readonly known = new Map<string, Folder>();

  constructor(
    private readonly files: Files,
    kinds: readonly AnyKind[],
    private readonly problems: Problems,
  ) {
    this.kinds = new Map(kinds.map((kind) => [`${kind.provider}/${kind.folder}`, kind]));
    this.providers = new Set([...kinds.map((kind) => kind.provider), "grafana"]);
  }

  /** The documents below a folder; `own` names the files at its top that are read elsewhere. */
  read(path: string, own: readonly string[], environments: readonly string[]): Folder {
    const earlier = this.known.get(path);
    if (earlier) return earlier;
    const documents: Document[] = [];
    for (const entry of this.files.list(path) ?? []) {
      if (own.includes(entry.name)) continue;
      if (typeof entry.type === "object") this.fault(entry.type, environments);
      else if (entry.type === "folder" && this.providers.has(entry.name)) {
        this.readProvider(entry.file, entry.name, documents, environments);
      } else
        this.stray(
          entry.file,
          entry.name,
          entry.type,
          `${[...this.providers].join(", ")}${own.length > 0 ? ` and ${own.join(", ")}` : ""}`,
          environments,
        );
    }
    const folder = this.withCompanions(path, documents, environments);
    this.known.set(path, folder);
    return folder;
  }

  private readProvider(
    path: string,
    provider: string,
    into: Document[],
    environments: readonly string[],
  ): void {
    const folders = [...this.kinds.values()]
      .filter((kind) => kind.provider === provider)
      .map((kind) => kind.folder);
    for (const entry of this.files.list(path) ?? []) {
      const kind = this.kinds.get(`${provider}/${entry.name}`);
      if (typeof entry.type === "object") this.fault(entry.type, environments);
      else if (entry.type === "folder" && kind) this.readKind(entry.file, kind, [], into, environments);
      else if (entry.type === "folder" && provider === "grafana") this.unsupported(entry.file, environments);
      else this.stray(entry.file, entry.name, entry.type, folders.join(", "), environments);
    }
  }

  private readKind(
    path: string,
    kind: AnyKind,
    below: readonly string[],
    into: Document[],
    environments: readonly string[],
  ): void {
    for (const entry of this.files.list(path) ?? []) {
      if (typeof entry.type === "object") {
        if (YAML.test(entry.name)) this.fault(entry.type, environments);
      } else if (entry.type === "folder") {
        if (YAML.test(entry.name)) this.stray(entry.file, entry.name, "folder", "entity files", environments);
        else this.readKind(entry.file, kind, [...below, entry.name], into, environments);
      } else if (YAML.test(entry.name)) {
        into.push(this.readDocument(entry.file, entry.name, kind, below[0], environments));
      }
    }
  }

  private readDocument(
    file: string,
    name: string,
    kind: AnyKind,
    within: string | undefined,
    environments: readonly string[],
  ): Document {
    const stem = name.replace(YAML, "");
    const suffix = (kind.suffixes ?? [`-${kind.name}`]).find(
      (one) => stem.endsWith(one) && stem.length > one.length,
    );
    const stripped = suffix === undefined ? stem : stem.slice(0, -suffix.length);
    const stems = kind.identity.length === 0 ? [stripped] : [...new Set([stem, stripped])];
    const root = this.parse(file, environments);
    const upright = root && this.moveUp(root, kind, environments);
    return {
      kind,
      file,
      within,
      stems,
      root: upright,
      removes: upright !== undefined && isRemoval(upright, kind),
    };
  }

  private parse(file: string, environments: readonly string[]): MapNode | undefined {
    return readMapFile(
      this.files,
      file,
      "the name of its kind, such as `flavor:`",
      this.problems,
      environments,
    );
  }

  /** Moves blocks that an older layout nests below others up to the top, with one warning. */
  private moveUp(root: MapNode, kind: AnyKind, environments: readonly string[]): MapNode {
    const entries = new Map<string, Entry>(root.entries);
    const moved: string[] = [];
    let first: Origin | undefined;
    for (const [block, parents] of Object.entries(kind.nested ?? {})) {
      for (const parent of parents) {
        const outer = entries.get(parent);
        const inner = outer?.value.type === "map" ? outer.value.entries.get(block) : undefined;
        if (outer?.value.type !== "map" || !inner || entries.has(block)) continue;
        const rest = new Map(outer.value.entries);
        rest.delete(block);
        entries.set(parent, { at: outer.at, value: mapNode(outer.value, rest) });
        entries.set(block, inner);
        moved.push(`\`${block}\` below \`${parent}\``);
        if (!first || inner.at.offset < first.offset) first = inner.at;
      }
    }
    if (!first) return root;
    this.problems.add(first, {
      severity: "warning",
      code: "nested-project",
      message: `${moved.join(", ")}: an older layout`,
      help: "move these blocks up to the top of the file; they mean the same there",
      environments,
    });
    return mapNode(root, entries);
  }

  /** Takes the files that entities list as theirs out of the documents. */
  private withCompanions(
    path: string,
    documents: readonly Document[],
    environments: readonly string[],
  ): Folder {
    const companions = new Map<string, Node | undefined>();
    const byFile = new Map(documents.map((document) => [document.file, document]));
    for (const document of documents) {
      const listed =
        document.root && document.kind.companions
          ? nodeAt(document.root, document.kind.companions)
          : undefined;
      for (const [index, item] of (listed?.type === "list" ? listed.items : []).entries()) {
        if (item.type !== "scalar" || typeof item.value !== "string" || !document.root) continue;
        const at = originOf(document.root, [...(document.kind.companions ?? []), index]);
        const file = companionFile(document.file, item.value);
        if (file === undefined || file === document.file) {
          this.problems.add(at, {
            code: "file",
            message: `${JSON.stringify(item.value)} names no file of its own inside the data root`,
            help: "name a file relative to this one",
            environments,
          });
        } else if (!companions.has(file))
          companions.set(file, this.companion(file, byFile.get(file), at, environments));
      }
    }
    return { path, documents: documents.filter((document) => !companions.has(document.file)), companions };
  }

  private companion(
    file: string,
    read: Document | undefined,
    at: Origin,
    environments: readonly string[],
  ): Node | undefined {
    if (read) return read.root;
    const source = this.files.read(file);
    if (source instanceof Source) return this.parse(file, environments);
    this.problems.add(at, {
      code: "file",
      message: `${file}: ${source.message}`,
      help: "the path is relative to this file",
      environments,
    });
    return undefined;
  }

  private fault(fault: FileFault, environments: readonly string[]): void {
    this.problems.add(
      { file: fault.file, line: 1, column: 1 },
      { code: "file", message: fault.message, help: fault.help, environments },
    );
  }

  private unsupported(file: string, environments: readonly string[]): void {
    const any = (this.files.list(file) ?? []).find((entry) => YAML.test(entry.name));
    if (!any) return;
    this.problems.add(
      { file: any.file, line: 1, column: 1 },
      {
        code: "not-yet",
        message: "Grafana entities are not made yet",
        help: "keep these files elsewhere until a version that makes them",
        environments,
      },
    );
  }

  private stray(
    file: string,
    name: string,
    type: "file" | "folder",
    allowed: string,
    environments: readonly string[],
  ): void {
    const isYaml = YAML.test(name);
    if (type === "file" && !isYaml) return;
    const meant = allowed.split(/, | and /).find((one) => one === name.replace(/\.yml$/, ".yaml"));
    const message =
      meant !== undefined
        ? `the file must be called ${meant}`
        : type === "folder"
          ? isYaml
            ? `a folder is called ${name}`
            : `the folder ${name} is not known here`
          : "a YAML file outside every kind's folder";
    this.problems.add(
      { file, line: 1, column: 1 },
      { code: "file", message, help: `here belong ${allowed}`, environments },
    );
  }
}

/** The file that an entry of a companion list means, or undefined if it leads out of the root. */
export function companionFile(listedIn: string, written: string): string | undefined {
  if (written === "" || posix.isAbsolute(written) || written.includes("\\")) return undefined;
  const file = posix.normalize(posix.join(posix.dirname(listedIn), written));
  return file.startsWith("../") || file === ".." ? undefined : file;
}

function isRemoval(root: MapNode, kind: AnyKind): boolean {
  const remove = nodeAt(root, ["metadata", "remove"]);
  if (remove && dataOf(remove) === true) return true;
  const whole = root.entries.get(kind.bare ? "rules" : kind.name);
  return whole !== undefined && isNull(whole.value) && !kind.freeStem && pathGivesKey(kind);
}

/** Does the path of a file say all of its entity's key? */
export function pathGivesKey(kind: AnyKind): boolean {
  return !kind.freeStem && kind.identity.length <= (kind.within ? 2 : 1);
}

/** The text at a path of a document, if there is one. */
export function textAt(root: MapNode, path: Path): string | undefined {
  const node = nodeAt(root, path);
  return node?.type === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
