import type { Code } from "../kinds/codes";
import type { Finding, Path, Place } from "../kinds/kind";
import { type AnyKind, type Document, pathGivesKey, textAt } from "./document";
import { listLost } from "./lost-lists";
import { isBelow, isNull, mergePatch } from "./merge";
import { dataOf, type MapNode, nodeAt, originOf, placeOf } from "./node";
import { compare, type Problems, wholeFile } from "./problem";

/** An entity as its layers wrote it, merged, not yet checked. */
export interface Written {
  readonly kind: AnyKind;
  readonly key: string;
  /** Undefined: one of its files is broken, so nothing more is said of it. */
  readonly root: MapNode | undefined;
  /** The files that wrote it, the earliest layer first. */
  readonly files: readonly string[];
}

/** A file and the key of the entity that it writes, patches or removes. */
export interface Keyed {
  readonly key: string;
  readonly document: Document;
}

/** Entities by kind and key. */
export type WrittenByKind = ReadonlyMap<string, ReadonlyMap<string, Written>>;

/** Lays the folders of an environment over each other, the later over the earlier, by kind and key. */
export function layEntities(
  folders: readonly (readonly Document[])[],
  kinds: readonly AnyKind[],
  problems: Problems,
  environment: string,
  keyed: Keyed[] = [],
): WrittenByKind {
  const result = new Map<string, ReadonlyMap<string, Written>>();
  for (const kind of kinds) {
    const laid = new Laying(kind, problems, environment, keyed);
    for (const documents of folders) laid.lay(documents.filter((document) => document.kind === kind));
    result.set(kind.name, new Map([...laid.entities].sort(([a], [b]) => compare(a, b))));
  }
  return result;
}

class Laying {
  readonly entities = new Map<string, Written>();
  /** Keys that files of the folder at hand may mean which cannot be used. */
  private readonly unusable = new Map<string, string>();

  constructor(
    private readonly kind: AnyKind,
    private readonly problems: Problems,
    private readonly environment: string,
    private readonly keyed: Keyed[],
  ) {}

  /** Lays the documents of one folder over what is there. */
  lay(documents: readonly Document[]): void {
    const here = new Map<string, Document>();
    for (const document of documents) {
      if (document.isStray) {
        this.countAsThere(document, this.keysByPath(document, []));
        continue;
      }
      const key = this.keyOf(document, documents);
      if (key === undefined) continue;
      const twin = here.get(key);
      if (twin) {
        this.problem(
          document,
          keyPath(this.kind),
          "duplicate",
          `the ${this.kind.name} "${key}" is written twice`,
          "delete one of the two files, or give this one another name",
          twin,
        );
        continue;
      }
      here.set(key, document);
      this.keyed.push({ key, document });
      this.layOne(key, document);
    }
    for (const [key, file] of this.unusable) {
      if (!this.entities.has(key))
        this.entities.set(key, { kind: this.kind, key, root: undefined, files: [file] });
    }
    this.unusable.clear();
  }

  private layOne(key: string, document: Document): void {
    const earlier = this.entities.get(key);
    if (document.removes) {
      if (earlier) {
        this.proveNothingElse(document);
        this.entities.delete(key);
        return;
      }
      this.problem(
        document,
        [],
        "layer",
        `there is no ${this.kind.name} "${key}" to remove`,
        "delete this file, or correct its name: no earlier layer has such an entity",
      );
      // Whoever left the entity empty meant one: what names it is no second problem.
      this.entities.set(key, { kind: this.kind, key, root: undefined, files: [document.file] });
      return;
    }
    if (earlier && document.root && saysNothing(document.root)) {
      const help = `write what is to change, \`metadata: {remove: true}\` to remove the ${this.kind.name}, or delete the file`;
      const message = `this file says nothing: the ${this.kind.name} "${key}" stays as it is`;
      this.problem(document, [], "layer", message, help);
    }
    if (
      earlier?.root &&
      document.root &&
      !saysKey(earlier.root, this.kind) &&
      saysKey(document.root, this.kind)
    )
      this.tellEarlyPatch(earlier, document);
    const files = [...(earlier?.files ?? []), document.file];
    const isBroken = earlier !== undefined && !earlier.root;
    const root = document.root && !isBroken ? this.merge(earlier?.root, document.root) : undefined;
    this.entities.set(key, { kind: this.kind, key, root, files });
  }

  /** What is patched before it is made would be dropped where the two say the same. */
  private tellEarlyPatch({ key, files }: Written, { file }: Document): void {
    const message = `this patches the ${this.kind.name} "${key}", which no earlier layer has`;
    const help = `${file} makes it: let that layer stand before this one among the \`layers\`, or write the patch there`;
    const environments = [this.environment];
    this.problems.add(wholeFile(files[0] ?? ""), { code: "layer", message, help, environments });
  }

  /** A file that removes an entity says nothing of it but its key: the rest would be dropped. */
  private proveNothingElse(document: Document): void {
    const { kind } = this;
    const path = document.root && besidesTheKey(document.root, kind);
    if (!path) return;
    const help = `keep the removal alone, or write the ${kind.name} without it`;
    this.problem(document, path, "layer", `the file removes the ${kind.name}, so this means nothing`, help);
  }

  private merge(base: MapNode | undefined, patch: MapNode): MapNode | undefined {
    const nullable = this.kind.nullable ?? [];
    const isAccepted = () =>
      [base, patch].some((root) => root && nodeAt(root, ["metadata", "accept", "list-replaced"]));
    const merged = mergePatch(
      base,
      patch,
      {
        // Where there is nothing to remove the null stays, and the schema says that nothing is written there.
        keepsUseless: (path) => path.length > 1 || !(this.kind.blocks ?? []).includes(String(path[0])),
        replacesList: (path, earlier, later, at, earlierAt) => {
          if (!isBelow(path, nullable) || isAccepted()) return;
          const lost = listLost(earlier, later, earlierAt);
          if (lost) this.problems.add(at, { ...lost, environments: [this.environment] });
        },
      },
      (path) => isBelow(path, nullable),
    );
    return merged.type === "map" ? merged : undefined;
  }

  /** The key that a document means, or undefined after a problem; what it might mean then counts as there. */
  private keyOf(document: Document, beside: readonly Document[]): string | undefined {
    const { kind } = this;
    const parts = kind.identity.map((path) => document.root && textAt(document.root, path));
    const written =
      parts.length > 0 && parts.every((part) => part !== undefined) ? parts.join("/") : undefined;
    const disagreement = this.disagreement(document, parts, beside);
    if (disagreement) {
      const { path, message, help } = disagreement;
      this.problem(document, path, "path", message, help);
      this.countAsThere(document, [
        ...this.keysByPath(document, []),
        ...(written === undefined ? [] : [written]),
      ]);
      return undefined;
    }
    if (written !== undefined) return written;
    const candidates = this.keysByPath(document, parts);
    if (!document.root) this.countAsThere(document, candidates);
    const known = candidates.find((key) => this.entities.has(key));
    if (known !== undefined) return known;
    // A key that is no text is told like any other field of the wrong type.
    const isWritten = kind.identity.some((path, index) => {
      return parts[index] === undefined && document.root && nodeAt(document.root, path) !== undefined;
    });
    if (!document.root || kind.identity.length === 0 || pathGivesKey(kind) || isWritten)
      return candidates.at(-1);
    const missing = kind.identity
      .filter((_, index) => parts[index] === undefined)
      .map((path) => `\`${path.at(-1)}\``);
    const verb = missing.length === 1 ? "is" : "are";
    const help = `write ${missing.length === 1 ? "it" : "them"} below \`${kind.name}:\`: the path of this file does not say ${missing.length === 1 ? "it" : "them"}`;
    this.problem(document, [kind.name], "missing", `${missing.join(" and ")} ${verb} missing`, help);
    return undefined;
  }

  /** A file that cannot be used counts as whatever it may mean, so that nothing else is blamed for it. */
  private countAsThere({ file }: Document, keys: readonly string[]): void {
    for (const key of keys) this.unusable.set(key, file);
  }

  /** The keys that the path allows; a domain's folder is spelled without regard to case. */
  private keysByPath(document: Document, parts: readonly (string | undefined)[]): string[] {
    const within = this.kind.identity.length > 1 ? (parts[0] ?? document.within ?? "") : undefined;
    return document.stems.map((stem) => {
      const name = parts.at(-1) ?? stem;
      if (within === undefined) return name;
      const exact = `${within}/${name}`;
      if (this.kind.within !== "domain" || this.entities.has(exact)) return exact;
      const alike = [...this.entities.keys()].find((key) => key.toLowerCase() === exact.toLowerCase());
      return alike?.endsWith(`/${name}`) ? alike : exact;
    });
  }

  /** How what the document says of its key disagrees with its path, if it does. */
  private disagreement(
    document: Document,
    parts: readonly (string | undefined)[],
    beside: readonly Document[],
  ): Finding | undefined {
    const { kind } = this;
    const { within, stems } = document;
    const group = parts.length > 1 ? parts[0] : undefined;
    if (kind.within !== undefined && within === undefined) {
      const message = `the file stands in no ${kind.within}'s folder`;
      return { path: [], message, help: `move it to ${kind.provider}/${kind.folder}/<${kind.within}>/` };
    }
    if (kind.within !== undefined && group !== undefined && !sameGroup(kind.within, group, within ?? "")) {
      const message = `the ${kind.within} is "${group}", but the file stands in the folder ${within}`;
      const help = `move the file to ${kind.provider}/${kind.folder}/${group}/, or write \`${kind.within}: ${within}\``;
      return { path: kind.identity[0] ?? [], message, help };
    }
    const name = parts.at(-1);
    if (name === undefined || kind.freeStem || stems.includes(name)) return undefined;
    const original = beside.find((other) => other.within === within && other.stems.includes(name));
    const own = `\`${kind.identity.at(-1)?.at(-1)}: ${stems.at(-1)}\``;
    if (name.includes("/")) {
      const message = `the name "${name}" holds a "/"`;
      const help = `write ${own}, as the file is called: a name has no "/"`;
      return { path: kind.identity.at(-1) ?? [], message, help };
    }
    const help = original
      ? `is this a copy of ${original.file}? Write ${own}, as the file is called`
      : `rename the file to ${name}.yaml, or write ${own}`;
    const message = `the ${kind.name} is called "${name}", but its file is called ${stems[0]}`;
    return { path: kind.identity.at(-1) ?? [], message, help };
  }

  private problem(
    document: Document,
    path: Path,
    code: Code,
    message: string,
    help: string,
    twin?: Document,
  ): void {
    this.problems.add(placeOfDocument(document, path), {
      code,
      message,
      help,
      related: twin && { ...placeOfDocument(twin, path), message: "the other one" },
      environments: [this.environment],
    });
  }
}

/** The first thing that a document says beside its metadata and its key; a `null` that removes it says nothing. */
function besidesTheKey(root: MapNode, kind: AnyKind): Path | undefined {
  const isOfTheKey = (path: Path) => kind.identity.some((own) => own.join("\n") === path.join("\n"));
  for (const [key, { value }] of root.entries) {
    if (key === "metadata" || isOfTheKey([key]) || (key === (kind.nulled ?? kind.name) && isNull(value)))
      continue;
    const inner = key === kind.name && value.type === "map" ? [...value.entries.keys()] : undefined;
    const other = inner?.find((one) => !isOfTheKey([key, one]));
    if (!inner || other !== undefined) return other === undefined ? [key] : [key, other];
  }
  return undefined;
}

/** Does a document say the whole key of its entity, as a complete one does? */
export function saysKey(root: MapNode, kind: AnyKind): boolean {
  return kind.identity.every((path) => textAt(root, path) !== undefined);
}

/** Is there nothing in a file, or nothing but that it does not remove? */
function saysNothing(root: MapNode): boolean {
  return [...root.entries].every(
    ([key, { value }]) =>
      key === "metadata" &&
      value.type === "map" &&
      [...value.entries].every(([inner, { value }]) => inner === "remove" && dataOf(value) === false),
  );
}

function placeOfDocument({ file, root }: Document, path: Path): Place {
  return root && path.length > 0 ? placeOf(originOf(root, path)) : wholeFile(file);
}

/** Does a folder agree with a domain or a namespace? Domains' folders are spelled without regard to case. */
function sameGroup(within: "domain" | "namespace", group: string, folder: string): boolean {
  return within === "domain" ? group.toLowerCase() === folder.toLowerCase() : group === folder;
}

function keyPath(kind: AnyKind): Path {
  return kind.identity.at(-1) ?? [];
}
