import { randomUUID } from "node:crypto";
import { accessSync, chmodSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Puts a text in the place of a file's, all at once: whoever reads sees the old one or the new one.
 * A file that nobody may write is refused, though its folder would allow it.
 */
export function replaceFile(path: string, text: string): void {
  const { mode } = statSync(path);
  if ((mode & 0o222) === 0) throw Object.assign(new Error("the file is read-only"), { syscall: "write" });
  accessSync(path, constants.W_OK);
  // Hidden, so that nothing reads it before it is whole.
  const fresh = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}`);
  try {
    writeFileSync(fresh, text, { flag: "wx" });
    chmodSync(fresh, mode & 0o7777);
    renameSync(fresh, path);
  } finally {
    rmSync(fresh, { force: true });
  }
}
