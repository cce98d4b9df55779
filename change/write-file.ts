import { randomUUID } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** Writes a file, whole or not at all; a link keeps leading to it, and one that says the same stays untouched. */
export function writeFile(file: string, text: string): void {
  if (textOf(file) === text) return;
  mkdirSync(dirname(file), { recursive: true });
  put(realOf(file), text);
}

/** The same for a file that is there, with its mode. One that nobody may write is refused, though its folder would allow it. */
export function replaceFile(path: string, text: string): void {
  const { mode } = statSync(path);
  if ((mode & 0o222) === 0) throw Object.assign(new Error("the file is read-only"), { syscall: "write" });
  accessSync(path, constants.W_OK);
  put(path, text, mode & 0o7777);
}

/** Puts a text in a file's place, all at once: whoever reads sees the old one or the new one. */
function put(path: string, text: string, mode?: number): void {
  const fresh = hiddenBeside(path);
  try {
    writeFileSync(fresh, text, { flag: "wx" });
    if (mode !== undefined) chmodSync(fresh, mode);
    renameSync(fresh, path);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** A new name beside a file, which begins with a dot: nothing reads it before it is whole. */
export function hiddenBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}`);
}

/** The text of a file, or undefined if there is none. */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (isMissing(error)) return file;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";
}

/** An error of the operating system, such as a full disk or a folder that may not be written. */
export function isSystemError(error: unknown): error is Error {
  return typeof error === "object" && error !== null && "syscall" in error && "message" in error;
}
