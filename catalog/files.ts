import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { Source } from "./node";
import { compare } from "./problem";

/** A file or folder that cannot be used, and what would be right. */
export interface FileFault {
  readonly file: string;
  readonly message: string;
  readonly help: string;
  /** It is a link to a folder: whoever made it expects the folder's files to be read. */
  readonly isFolder?: boolean;
}

/** An entry of a folder. */
export interface Listed {
  readonly name: string;
  /** Its path from the root. */
  readonly file: string;
  readonly type: "file" | "folder" | FileFault;
}

function fault(file: string, message: string, help: string): FileFault {
  return { file, message, help };
}

const YAML = /\.ya?ml$/;

/** Does a name end as a YAML file's? */
export function isYaml(name: string): boolean {
  return YAML.test(name);
}

/** Would a name end so, were its capitals small letters? Such files are not read, and hardly meant to lie aside. */
export function isYamlButForCase(name: string): boolean {
  return !isYaml(name) && isYaml(name.toLowerCase());
}

/** The name that a file was meant to have: `environment.yaml` of `Environment.yml`. */
export function inSmallLetters(name: string): string {
  return name.toLowerCase().replace(/\.yml$/, ".yaml");
}

/** The stem of a YAML file's name. */
export function withoutEnding(name: string): string {
  return name.replace(YAML, "");
}

const MAX_BYTES = 1024 * 1024;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** Files as they would be after a change that is not written yet: their texts; undefined: the file is gone. */
export type Edits = ReadonlyMap<string, string | undefined>;

/** Everything below one data root. Nothing leads out of it; each file is opened once. */
export class Files {
  private readonly sources = new Map<string, Source | FileFault>();
  private readonly listings = new Map<string, readonly Listed[]>();
  private readonly types = new Map<string, Listed["type"]>();
  private readonly real = new Map<string, boolean>();
  private readonly realRoot: string;
  /** How many files were opened. */
  opened = 0;

  /** `root` must be an existing folder. What `edits` hold is read instead of what lies there. */
  constructor(
    readonly root: string,
    private readonly edits: Edits = new Map(),
  ) {
    this.realRoot = realpathSync(root);
  }

  /** Folders that could not be listed: what they hold must not be lost in silence. */
  readonly faults: FileFault[] = [];

  /** The entries of a folder, sorted, hidden ones left out; undefined if there is no such folder. */
  list(folder: string): readonly Listed[] | undefined {
    const known = this.listings.get(folder);
    if (known) return known;
    const type = this.typeOf(folder);
    if (type !== "folder") return undefined;
    let names: string[] = [];
    try {
      if (existsSync(join(this.root, folder))) names = this.namesIn(folder);
    } catch (error) {
      this.faults.push(fault(folder, `the folder cannot be read (${codeOf(error)})`, "mend its permissions"));
      return undefined;
    }
    const listed = [...new Set([...names, ...this.addedTo(folder)])]
      .filter((name) => !name.startsWith(".") && !this.isGone(`${folder}/${name}`))
      .sort(compare)
      .map((name) => ({ name, file: `${folder}/${name}`, type: this.typeOf(`${folder}/${name}`) }));
    this.listings.set(folder, listed);
    return listed;
  }

  /** The names in a folder. It says what most of them are: only links and the like are looked at themselves. */
  private namesIn(folder: string): string[] {
    const full = join(this.root, folder);
    const entries = readdirSync(full, { withFileTypes: true });
    for (const entry of this.mayEnter(full) ? entries : []) {
      const file = `${folder}/${entry.name}`;
      if (this.edits.has(file)) continue;
      if (entry.isFile()) this.types.set(file, "file");
      else if (entry.isDirectory()) this.types.set(file, "folder");
    }
    return entries.map(({ name }) => name);
  }

  /** Who may list a folder need not be able to read what is in it. */
  private mayEnter(full: string): boolean {
    try {
      accessSync(full, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }

  /** The names that edits add to a folder: files, and folders on the way to files. */
  private addedTo(folder: string): string[] {
    const below = [...this.edits].filter(
      ([file, text]) => text !== undefined && file.startsWith(`${folder}/`),
    );
    return below.map(([file]) => file.slice(folder.length + 1).split("/")[0] ?? "");
  }

  private isGone(file: string): boolean {
    return this.edits.has(file) && this.edits.get(file) === undefined;
  }

  /** Is there a folder of that path, links apart? */
  isFolder(folder: string): boolean {
    return this.typeOf(folder) === "folder";
  }

  private typeOf(file: string): Listed["type"] {
    const type = this.types.get(file) ?? this.typeOnce(file);
    this.types.set(file, type);
    return type;
  }

  /** What an entry is; links count only if they lead to a regular file inside the root. */
  private typeOnce(file: string): Listed["type"] {
    const full = join(this.root, file);
    if (this.edits.get(file) !== undefined) return "file";
    try {
      if (this.edits.size > 0 && !existsSync(full) && this.addedTo(file).length > 0) return "folder";
      if (!this.isReal(dirname(file)))
        return fault(file, "a folder on the way is a link", "links to folders are not followed: use a layer");
      const stat = lstatSync(full);
      if (stat.isDirectory()) return "folder";
      if (stat.isFile()) return "file";
      if (!stat.isSymbolicLink())
        return fault(file, "this is neither a file nor a folder", "only regular files are read: remove it");
      const target = realpathSync(full);
      const isFile = lstatSync(target).isFile();
      if (!isFile)
        return {
          ...fault(
            file,
            "this link does not lead to a regular file",
            "links to folders are not followed: use a layer",
          ),
          isFolder: true,
        };
      const inside = relative(this.realRoot, target);
      if (inside !== ".." && !inside.startsWith(`..${sep}`)) return "file";
      return fault(file, "this link leads out of the data root", "copy the file to here");
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT")
        return fault(file, "there is no such file", "name one that is there, or mend the link");
      if (code === "ELOOP")
        return fault(file, "this link leads back to itself", "remove it, or let it lead to a file");
      return fault(file, `this cannot be read (${code})`, "mend its permissions");
    }
  }

  /** Does a path lead through folders alone, without a link? */
  private isReal(folder: string): boolean {
    const known = this.real.get(folder);
    if (known !== undefined) return known;
    const is = realpathSync(join(this.root, folder)) === join(this.realRoot, folder);
    this.real.set(folder, is);
    return is;
  }

  /** The text of a file, at most 1 MiB of UTF-8. */
  read(file: string): Source | FileFault {
    const known = this.sources.get(file);
    if (known) return known;
    const result = this.readOnce(file);
    this.sources.set(file, result);
    return result;
  }

  /** The source of a file that was read, for showing its lines. */
  source(file: string): Source | undefined {
    const known = this.sources.get(file);
    return known instanceof Source ? known : undefined;
  }

  private readOnce(file: string): Source | FileFault {
    const edited = this.edits.get(file);
    if (edited !== undefined) return new Source(file, edited);
    const type = this.typeOf(file);
    if (type === "folder") return fault(file, "this is a folder", "name a file");
    if (type !== "file") return type;
    let bytes: Buffer;
    try {
      bytes = this.bytes(file);
    } catch (error) {
      return fault(file, `the file cannot be read (${codeOf(error)})`, "mend its permissions");
    }
    if (bytes.length > MAX_BYTES)
      return fault(file, "the file is larger than 1 MiB", "split it: one file holds one entity");
    try {
      return new Source(file, UTF8.decode(bytes));
    } catch {
      return fault(file, "the file is not UTF-8", "save it as UTF-8");
    }
  }

  /** Opened without blocking: what was a file a moment ago may be a pipe now. */
  private bytes(file: string): Buffer {
    this.opened++;
    const handle = openSync(`${this.root}${sep}${file}`, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(handle);
      if (!stat.isFile()) throw Object.assign(new Error(), { code: "no regular file" });
      // One byte above the limit is enough to tell that there is more.
      const buffer = Buffer.allocUnsafe(Math.min(stat.size, MAX_BYTES + 1));
      let length = 0;
      for (let n = -1; n !== 0 && length < buffer.length; length += n)
        n = readSync(handle, buffer, length, buffer.length - length, null);
      return length === buffer.length ? buffer : buffer.subarray(0, length);
    } finally {
      closeSync(handle);
    }
  }
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error
    ? String(error.code)
    : "unknown error";
}
