import { posix } from "node:path";
import { many, nearest } from "../kinds/names";
import { type AnyKind, type Document, stemsOf, textAt } from "./document";
import { type Files, isYaml } from "./files";
import { readMapFile } from "./map-file";
import { Problems } from "./problem";

/** The kind whose folder a name was meant to be: `projects`, `identity-mapping`, `flavours`. */
export function kindMeantBy(name: string, kinds: readonly AnyKind[]): AnyKind | undefined {
  const near = nearest(
    name,
    kinds.map(({ folder }) => folder),
  );
  return (
    kinds.find((kind) => [kind.folder, kind.name, many(kind.name)].includes(name)) ??
    kinds.find(({ folder }) => folder === near)
  );
}

/**
 * The entities that lie in a folder which is not read, or in a file beside all folders. That is one mistake: they
 * count as there, and whoever names them is not blamed.
 */
export class Strays {
  constructor(
    private readonly files: Files,
    private readonly kinds: readonly AnyKind[],
  ) {}

  /** What lies below a folder; `kind` is the one it was meant for, `below` the folders on the way from it. */
  *inFolder(path: string, kind?: AnyKind, below: readonly string[] = []): Iterable<Document> {
    for (const { name, file, type } of this.files.list(path) ?? []) {
      if (type === "folder") {
        const other = kind ? undefined : kindMeantBy(name, this.kinds);
        yield* other ? this.inFolder(file, other) : this.inFolder(file, kind, [...below, name]);
      } else if (type === "file" && isYaml(name)) yield* this.inFile(file, kind, below[0]);
    }
  }

  /** What a file holds: by its top key, else what its folder was meant for. */
  *inFile(file: string, meant?: AnyKind, folder?: string): Iterable<Document> {
    const tree = readMapFile(this.files, file, "", new Problems(), []);
    const kind = this.kinds.find(({ name }) => tree?.entries.has(name) === true) ?? meant;
    if (!kind) return;
    const said = kind.within && tree && textAt(tree, kind.identity[0] ?? []);
    const stems = stemsOf(posix.basename(file), kind);
    const nothing = { written: undefined, root: undefined, unfit: undefined, removes: false };
    yield { kind, file, within: said ?? folder, stems, ...nothing, isStray: true };
  }
}
