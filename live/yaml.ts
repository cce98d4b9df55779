import { readFileSync } from "node:fs";
import { CORE_SCHEMA, load, mergeTag } from "js-yaml";

const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/** What stands in a YAML file of the OpenStack or Kubernetes tools, where `<<` merges; throws where it cannot be read. */
export function yamlIn(file: string): unknown {
  return load(readFileSync(file, "utf8"), { schema: SCHEMA });
}
