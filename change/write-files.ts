import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Edits } from "../catalog/files";
import { hiddenBeside, isSystemError } from "./write-file";

/** Why files were not written: all of them are as they were. */
export interface NotWritten {
  readonly message: string;
}

/** The texts that files had when the changes were made; what was not there has none. */
type Known = (file: string) => string | undefined;

/** A step that can be taken back. */
type Undo = () => void;

const BOM = "\uFEFF";

/** Writes files, or none of them: first beside their places, then all are put there, and what fails is taken back. */
export function writeFiles(root: string, edits: Edits, known: Known): NotWritten | undefined {
  const undo: Undo[] = [];
  const backups: string[] = [];
  const hold = () => undefined;
  // Whoever interrupts it waits for the few moments until all or nothing is written.
  for (const signal of SIGNALS) process.on(signal, hold);
  try {
    const texts = new Map<string, string>();
    for (const [file, text] of edits) {
      const marks = proveUnchanged(root, file, known(file));
      if (text !== undefined) texts.set(file, `${marks}${text}`);
    }
    const temporary = new Map([...texts].map(([file, text]) => [file, writeBeside(root, file, text, undo)]));
    for (const file of edits.keys()) {
      if (existsSync(join(root, file))) backups.push(setAside(join(root, file), undo));
    }
    for (const [file, from] of temporary) putInPlace(from, join(root, file), undo);
  } catch (error) {
    takeBack(undo);
    if (error instanceof Changed || isSystemError(error)) return { message: error.message };
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, hold);
  }
  for (const backup of backups) rmSync(backup, { force: true });
  for (const [file, text] of edits) if (text === undefined) removeEmptyFolders(root, dirname(file));
  return undefined;
}

/** One step that cannot be taken back does not keep the others from it. */
function takeBack(steps: readonly Undo[]): void {
  for (const step of [...steps].reverse()) {
    try {
      step();
    } catch {
      // What it would have restored lies beside it, under a hidden name.
    }
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

class Changed extends Error {}

/** Is a file still what it was when it was read? Returns the byte order mark that it begins with. */
function proveUnchanged(root: string, file: string, known: string | undefined): string {
  const full = join(root, file);
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (known === undefined) {
    if (stat) throw new Changed(`${file} is there already`);
    return "";
  }
  if (!stat) throw new Changed(`${file} went away while it was read`);
  if (stat.isSymbolicLink()) throw new Changed(`${file} is a link: change what it leads to by hand`);
  const text = readFileSync(full, "utf8");
  const marks = text.startsWith(BOM) ? BOM : "";
  if (text.slice(marks.length) !== known) throw new Changed(`${file} was changed while it was read`);
  return marks;
}

/** Writes a text beside the file that it is for, under a name that nothing reads. */
function writeBeside(root: string, file: string, text: string, undo: Undo[]): string {
  const full = join(root, file);
  makeFolder(dirname(full), undo);
  const beside = hiddenBeside(full);
  undo.push(() => rmSync(beside, { force: true }));
  writeFileSync(beside, text, { flag: "wx" });
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (stat) chmodSync(beside, stat.mode);
  return beside;
}

function setAside(full: string, undo: Undo[]): string {
  const aside = hiddenBeside(full);
  renameSync(full, aside);
  undo.push(() => renameSync(aside, full));
  return aside;
}

function putInPlace(from: string, full: string, undo: Undo[]): void {
  // A rename would overwrite what has come into the place in the meantime.
  if (existsSync(full)) throw new Changed(`${full} is there already`);
  renameSync(from, full);
  undo.push(() => rmSync(full, { force: true }));
}

function makeFolder(folder: string, undo: Undo[]): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), undo);
  mkdirSync(folder);
  undo.push(() => rmdirSync(folder));
}

/** The folders that the last file left; those of kinds stay. */
function removeEmptyFolders(root: string, folder: string): void {
  if (folder.split("/").length <= 4) return;
  try {
    rmdirSync(join(root, folder));
  } catch {
    // Something else lies there.
    return;
  }
  removeEmptyFolders(root, dirname(folder));
}
