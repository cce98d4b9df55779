import { posix } from "node:path";
import type { Edits, Files } from "../catalog/files";
import { type MapNode, Source } from "../catalog/node";
import type { Problem } from "../catalog/problem";
import { isFault, readYaml } from "../catalog/yaml";
import { FileEdit } from "./file-edit";

/** What becomes of one file. */
export interface FileChange {
  readonly from: string;
  readonly to: string;
  /** How many texts are replaced. */
  readonly replaced: number;
  /** Whether lines are added. */
  readonly isLonger: boolean;
}

/** Why nothing is changed. */
export interface Refused {
  readonly reason: string;
  readonly problems: readonly Problem[];
  /** Where the lines that the problems are about can be read. */
  readonly files?: Files | undefined;
}

export function isRefused(result: object): result is Refused {
  return "reason" in result;
}

/** Changes of files and moves of them, by the files' paths as they are. */
export class Changes {
  readonly moves = new Map<string, string>();
  private readonly edits = new Map<string, FileEdit>();

  constructor(private readonly files: Files) {}

  /** The changes of a file; `root` is its tree, where an older layout was moved up in it. Undefined: it is not YAML. */
  of(file: string, root?: MapNode): FileEdit | undefined {
    const known = this.edits.get(file);
    if (known) return known;
    const source = this.files.read(file);
    const written = source instanceof Source ? readYaml(source) : undefined;
    if (!(source instanceof Source) || !written || isFault(written) || written.type !== "map")
      return undefined;
    const edit = new FileEdit(source, written, root);
    this.edits.set(file, edit);
    return edit;
  }

  /** The tree of a file, if there is one and it is YAML. */
  rootOf(file: string): MapNode | undefined {
    return this.of(file)?.root;
  }

  move(from: string, to: string): void {
    if (from !== to) this.moves.set(from, to);
  }

  /** The files that change. */
  touched(): string[] {
    const edited = [...this.edits].filter(([, edit]) => !edit.isEmpty).map(([file]) => file);
    return [...new Set([...edited, ...this.moves.keys()])].sort();
  }

  summary(): FileChange[] {
    return this.touched().map((from) => {
      const edit = this.edits.get(from);
      const isLonger = Object.keys(edit?.added ?? {}).length > 0;
      return { from, to: this.moves.get(from) ?? from, replaced: edit?.replaced ?? 0, isLonger };
    });
  }

  /** The files as they would be, or why a change cannot be made. */
  result(): Edits | Refused {
    const edits = new Map<string, string | undefined>();
    for (const from of this.touched()) {
      const edit = this.edits.get(from);
      const text = edit ? edit.apply() : textOf(this.files, from);
      if (typeof text !== "string") {
        const { line, column } = edit?.source.place(text.offset) ?? { line: 1, column: 1 };
        return refused(`${from}:${line}:${column}: ${text.message}`);
      }
      const to = this.moves.get(from) ?? from;
      if (to !== from && this.isTaken(to)) return refused(`${to} is there already`);
      if (edits.get(to) !== undefined) return refused(`two files would become ${to}`);
      if (to !== from && !edits.has(from)) edits.set(from, undefined);
      edits.set(to, text);
    }
    return edits;
  }

  private isTaken(file: string): boolean {
    const there = this.files.list(posix.dirname(file)) ?? [];
    return !this.moves.has(file) && there.some((entry) => entry.file === file);
  }
}

function textOf(files: Files, file: string): string | { offset: number; message: string } {
  const source = files.read(file);
  return source instanceof Source ? source.text : { offset: 0, message: source.message };
}

function refused(reason: string): Refused {
  return { reason, problems: [] };
}
