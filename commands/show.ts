import { dump } from "js-yaml";
import { addressOf, resourcesOf } from "../catalog/addresses";
import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import { load } from "../catalog/load";
import { afterProblems, formatOf, kindNamed, soundEntities } from "./choice";
import { metadataOf } from "./entity-view";
import type { Verb } from "./verb";

export const show: Verb = {
  name: "show",
  usage: "KIND KEY [--format yaml|json]",
  summary: "Show an entity with its layers, classes and defaults filled in.",
  help: `  One YAML document for each environment that has it; as json one list.

  cloud-entities show flavor c2.16core-30ram --environment prod-ostrava`,
  options: { format: { type: "string" } },
  words: { min: 2, max: 2 },
  run({ request, words, flags, streams }) {
    const format = formatOf(flags["format"], ["yaml", "json"]);
    const [kindName = "", key = ""] = words;
    const kind = kindNamed(kindName);
    const loaded = load(request);
    const found = soundEntities(loaded, kind, key, streams);
    if ("exit" in found) return found.exit;
    const shown = found.entities.map(({ catalog, entity }) => shownEntity(catalog, kind, entity));
    if (format === "json") streams.out(`${JSON.stringify(shown, null, 2)}\n`);
    else streams.out(shown.map((one) => dump(one, { lineWidth: -1, noRefs: true })).join("---\n"));
    return afterProblems(loaded.problems, streams);
  },
};

/** An entity and what becomes of it, its parts always in this order. */
export function shownEntity(catalog: Catalog, kind: AnyKind, entity: Located): Record<string, unknown> {
  const resources = resourcesOf(kind, entity, catalog).map(addressOf);
  return {
    environment: catalog.environment.name,
    kind: kind.name,
    key: entity.key,
    files: entity.files,
    metadata: metadataOf(kind, entity),
    spec: defined(entity.spec),
    stack: catalog.stackOf(kind.provider),
    resources,
  };
}

/** Without what is absent. */
function defined(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec));
}
