/** The data root as it was at a commit, in a folder of its own for as long as it is needed. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Git } from "./git";

/** The folders whose files are read. */
const DATA = ["environments", "entities"];

/** Larger files are refused by whoever reads them. */
const LARGEST = 4 * 1024 * 1024;

/** Does some work on the data root as a commit has it. The folder goes afterwards, whatever happens. */
export async function atCommit<Result>(
  git: Git,
  commit: string,
  work: (root: string) => Result,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-"));
  try {
    const entries = (await git.entries(commit, DATA)).filter(({ path }) => isSafe(path));
    const files = entries.filter(({ mode, size }) => /^(100|120)/.test(mode) && size <= LARGEST);
    const contents = await git.contents(files.map(({ object }) => object));
    for (const [index, { path, mode }] of files.entries()) {
      const file = join(folder, path);
      const content = contents[index] ?? Buffer.alloc(0);
      mkdirSync(dirname(file), { recursive: true });
      if (mode.startsWith("120")) symlinkSync(content.toString(), file);
      else writeFileSync(file, content);
    }
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A tree that somebody made by hand may name what no checkout would write. */
function isSafe(path: string): boolean {
  return path.split("/").every((step) => step !== "" && step !== "." && step !== ".." && step !== ".git");
}
