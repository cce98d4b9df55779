/** The data root as it was at a commit, in a folder of its own for as long as it is needed. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Loaded, load, type Request } from "../catalog/load";
import { Git } from "./git";
import { type Call, UsageError } from "./verb";

/** The files that are read: those of these folders, and what a vendored chart says of itself, wherever it lies. */
const READ = /^(environments|entities)\/|(^|\/)Chart\.yaml$/;

/** Larger files are refused by whoever reads them. */
const LARGEST = 4 * 1024 * 1024;

/** Does some work with the data as it was at a revision: at the last commit that both have in common. */
export async function atRevision<Result>(
  revision: string,
  { request, variables }: Pick<Call, "request" | "variables">,
  work: (was: Loaded) => Result,
): Promise<Result> {
  const git = await Git.around(request.root, variables);
  const commit = await git.commit(revision);
  if (commit === undefined) throw new UsageError("this repository has no commit to compare with yet");
  return atCommit(git, await git.forkPoint(commit), (root) => work(loadedAt(root, request)));
}

/** What the root was: of the chosen environments those that it had. */
function loadedAt(root: string, request: Request): Loaded {
  const chosen = request.environments.filter((name) => existsSync(join(root, "environments", name)));
  const isNone = request.environments.length > 0 && chosen.length === 0;
  if (isNone || !existsSync(join(root, "environments")))
    return { catalogs: [], problems: [], files: undefined };
  return load({ ...request, root, environments: chosen });
}

/** Does some work on the data root as a commit has it. The folder goes afterwards, whatever happens. */
async function atCommit<Result>(git: Git, commit: string, work: (root: string) => Result): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-"));
  try {
    const entries = (await git.entries(commit)).filter(({ path }) => READ.test(path) && isSafe(path));
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
