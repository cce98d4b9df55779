import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import { Source } from "./node";
import { compare } from "./problem";

/** A file or folder that cannot be used, and what would be right. */
export interface FileFault {
  readonly file: string;
  readonly message: string;
  readonly help: string;
}

const MAX_BYTES = 1024 * 1024;

/** Everything below one data root. Nothing leads out of it; each file is opened once. */
export class Files {
  private readonly sources = new Map<string, Source | FileFault>();
  private readonly realRoot: string;
  /** How many files were opened. */
  opened = 0;

  /** `root` must be an existing folder. */
  constructor(readonly root: string) {
    this.realRoot = realpathSync(root);
  }

  /** The entries of a folder, sorted, hidden ones left out; undefined if there is no such folder. */
  list(
    folder: string,
  ): readonly { name: string; file: string; type: "file" | "folder" | FileFault }[] | undefined {
    let names: string[];
    try {
      names = readdirSync(join(this.root, folder));
    } catch {
      return undefined;
    }
    return names
      .filter((name) => !name.startsWith("."))
      .sort(compare)
      .map((name) => ({ name, file: `${folder}/${name}`, type: this.typeOf(`${folder}/${name}`) }));
  }

  /** Is there a folder of that path, links apart? */
  isFolder(folder: string): boolean {
    return this.typeOf(folder) === "folder";
  }

  /** What an entry is; links count only if they lead to a regular file inside the root. */
  private typeOf(file: string): "file" | "folder" | FileFault {
    const full = join(this.root, file);
    const fault = (message: string, help: string): FileFault => ({ file, message, help });
    try {
      const stat = lstatSync(full);
      if (stat.isDirectory()) return "folder";
      if (stat.isFile()) return "file";
      if (!stat.isSymbolicLink())
        return fault("this is neither a file nor a folder", "only regular files are read: remove it");
      const target = realpathSync(full);
      const inside = relative(this.realRoot, target);
      if (inside === ".." || inside.startsWith(`..${sep}`))
        return fault("this link leads out of the data root", "copy the file to here");
      return lstatSync(target).isFile()
        ? "file"
        : fault(
            "this link does not lead to a regular file",
            "links to folders are not followed: use a layer",
          );
    } catch (error) {
      const code = codeOf(error);
      if (code !== "ENOENT") return fault(`this cannot be read (${code})`, "mend its permissions");
      return fault("there is no such file", "name one that is there, or mend the link");
    }
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
    const fault = (message: string, help: string): FileFault => ({ file, message, help });
    const type = this.typeOf(file);
    if (type === "folder") return fault("this is a folder", "name a file");
    if (type !== "file") return type;
    let bytes: Buffer;
    try {
      bytes = this.bytes(file);
    } catch (error) {
      return fault(`the file cannot be read (${codeOf(error)})`, "mend its permissions");
    }
    if (bytes.length > MAX_BYTES)
      return fault("the file is larger than 1 MiB", "split it: one file holds one entity");
    try {
      return new Source(file, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch {
      return fault("the file is not UTF-8", "save it as UTF-8");
    }
  }

  /** Opened without blocking: what was a file a moment ago may be a pipe now. */
  private bytes(file: string): Buffer {
    this.opened++;
    const handle = openSync(join(this.root, file), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(handle).isFile()) throw Object.assign(new Error(), { code: "no regular file" });
      const buffer = Buffer.alloc(Math.min(fstatSync(handle).size, MAX_BYTES) + 1);
      let length = 0;
      for (let n = -1; n !== 0 && length < buffer.length; length += n)
        n = readSync(handle, buffer, length, buffer.length - length, null);
      return buffer.subarray(0, length);
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
