/** How `removals.yaml` is written, for who proposes lines for it. */
import type { Files } from "../catalog/files";
import { nodeAt, Source } from "../catalog/node";
import { isFault, readYaml } from "../catalog/yaml";
import type { RemovalsFile } from "../review/gates";

export function removalsFileOf(files: Files | undefined, environment: string): RemovalsFile {
  const source = files?.read(`environments/${environment}/removals.yaml`);
  if (!(source instanceof Source)) return "none";
  const root = readYaml(source);
  const list = isFault(root) ? undefined : nodeAt(root, ["removals"]);
  if (list?.type !== "list") return "none";
  return source.text[list.offset] === "[" ? "in brackets" : "in lines";
}
