import { statSync } from "node:fs";
import type { Request } from "../catalog/load";
import { touchedBy } from "../catalog/touched";
import { Git } from "./git";
import type { Call } from "./verb";

/** The folders whose files are read, and not only named by others. */
const DATA = ["environments", "entities"];

/**
 * The request, narrowed to what the files that changed since a revision can touch: those of the commits since
 * the common ancestor, and those of the work tree. Undefined: nothing changed below the data root.
 */
export async function changedSince(
  revision: string,
  { request, variables }: Pick<Call, "request" | "variables">,
): Promise<Request | undefined> {
  // That there is no such folder is told by who reads it.
  if (!statSync(request.root, { throwIfNoEntry: false })?.isDirectory()) return request;
  const git = await Git.around(request.root, variables);
  const commit = await git.commit(revision);
  // Before the first commit everything is new.
  if (commit === undefined) return request;
  const changed = await git.changedSince(await git.forkPoint(commit), DATA);
  if (changed.size === 0) return undefined;
  const touched = (await git.hasLinks(DATA)) ? undefined : touchedBy(changed, request);
  return touched ? { ...request, touched } : request;
}
