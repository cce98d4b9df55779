import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file, whole or not at all; a link keeps leading to it, and one that says the same stays untouched. */
export function writeFile(file: string, text: string): void {
  if (textOf(file) === text) return;
  mkdirSync(dirname(file), { recursive: true });
  const target = realOf(file);
  const fresh = `${target}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, target);
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
