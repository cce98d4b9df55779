import { posix } from "node:path";
import { companionFile, type Document } from "../catalog/document";
import { withoutEnding } from "../catalog/files";
import { nodeAt, type ScalarNode } from "../catalog/node";
import type { Path } from "../kinds/kind";
import { groupOf, nameOf } from "./keys";

/** A file of an entity and where it belongs under the entity's new key. */
export interface Move {
  readonly document: Document;
  readonly to: string;
  /** The folder of its old domain or namespace, and of the new one, where they differ. */
  readonly folders: readonly [string, string] | undefined;
}

/** Where the file of an entity belongs under another key: the folder of its domain or namespace, its stem, its suffix. */
export function moveOf(document: Document, from: string, to: string): Move {
  const { kind, file, stems } = document;
  const [top, owner, provider, folder, ...rest] = file.split("/");
  const kindFolder = [top, owner, provider, folder].join("/");
  const [oldGroup, newGroup] = [groupOf(from), groupOf(to)];
  const below = rest.length > 1 ? rest[0] : undefined;
  // Domains' folders are spelled without regard to case; which spelling is used stays.
  const isMoved =
    newGroup !== undefined && newGroup !== oldGroup && below?.toLowerCase() === oldGroup?.toLowerCase();
  const parts = isMoved ? [newGroup, ...rest.slice(1)] : rest;
  const base = parts.at(-1) ?? "";
  const stem = withoutEnding(base);
  const [oldName, newName] = [nameOf(from), nameOf(to)];
  const carriesName = stem === oldName || (!kind.freeStem && stems.includes(oldName));
  const named = carriesName && stem.startsWith(oldName) ? `${newName}${base.slice(oldName.length)}` : base;
  const folders: Move["folders"] = isMoved
    ? [`${kindFolder}/${below}/`, `${kindFolder}/${newGroup}/`]
    : undefined;
  return { document, to: [kindFolder, ...parts.slice(0, -1), named].join("/"), folders };
}

/** An entry of a list of companions: where it stands, and the file that it means. */
interface Listed {
  readonly document: Document;
  readonly path: Path;
  readonly node: ScalarNode;
  readonly companion: string;
}

/** A path in a list of companions that must be written anew. */
export interface Relisted extends Listed {
  readonly text: string;
}

/**
 * What becomes of companions when their entities move: one that lies in the folder that all its entities leave goes
 * with them; the others stay, and the paths to them are written anew.
 */
export function moveCompanions(
  documents: readonly Document[],
  moves: readonly Move[],
): { moved: ReadonlyMap<string, string>; relisted: readonly Relisted[] } {
  const byFile = new Map(moves.map((move) => [move.document.file, move]));
  const listed = documents.flatMap(companionsOf);
  const moved = new Map<string, string>();
  for (const { companion, document } of listed) {
    const [old, fresh] = byFile.get(document.file)?.folders ?? [];
    if (old === undefined || !companion.startsWith(old)) continue;
    const listers = listed.filter((one) => one.companion === companion);
    if (listers.every((one) => byFile.get(one.document.file)?.folders?.[0] === old))
      moved.set(companion, `${fresh}${companion.slice(old.length)}`);
  }
  const relisted = listed.flatMap((one): Relisted[] => {
    const home = byFile.get(one.document.file)?.to ?? one.document.file;
    const target = moved.get(one.companion) ?? one.companion;
    const written = String(one.node.value);
    const isFar = posix.dirname(home) !== posix.dirname(one.document.file);
    if (companionFile(home, written) === target && !isFar) return [];
    const text = posix.relative(posix.dirname(home), target);
    return posix.normalize(written) === text ? [] : [{ ...one, text }];
  });
  return { moved, relisted };
}

/** The companions that a document lists. */
export function companionsOf(document: Document): Listed[] {
  const { kind, root, file } = document;
  const list = root && kind.companions && nodeAt(root, kind.companions);
  return (list?.type === "list" ? list.items : []).flatMap((node, index) => {
    const companion =
      node.type === "scalar" && typeof node.value === "string" ? companionFile(file, node.value) : undefined;
    if (node.type !== "scalar" || companion === undefined) return [];
    return [{ document, path: [...(kind.companions ?? []), index], node, companion }];
  });
}
