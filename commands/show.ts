import { dump } from "js-yaml";
import { resourcesOf } from "../catalog/addresses";
import { load } from "../catalog/load";
import { entitiesNamed, kindNamed } from "./choice";
import { afterProblems } from "./list";
import { UsageError, type Verb } from "./verb";

export const show: Verb = {
  name: "show",
  usage: "KIND KEY [--format yaml|json]",
  summary: "Show an entity as the code sees it: layers, classes and defaults filled in.",
  help: "",
  options: { format: { type: "string" } },
  words: { min: 2, max: 2 },
  run({ request, words, flags, streams }) {
    const format = flags["format"] ?? "yaml";
    if (format !== "yaml" && format !== "json") {
      throw new UsageError(`there is no format "${String(format)}": yaml, json`);
    }
    const [kindName = "", key = ""] = words;
    const kind = kindNamed(kindName);
    const { catalogs, problems } = load(request);
    const found = entitiesNamed(catalogs, kind, key).map(({ catalog, entity }) => {
      const resources = resourcesOf(kind, entity, catalog).map(({ type, name }) => `${type}.${name}`);
      return {
        environment: catalog.environment.name,
        kind: kind.name,
        key,
        files: entity.files,
        spec: defined(entity.spec),
        resources,
      };
    });
    if (format === "json") streams.out(`${JSON.stringify(found, null, 2)}\n`);
    else for (const one of found) streams.out(`${dump(one, { lineWidth: -1, noRefs: true })}\n`);
    return afterProblems(problems, streams);
  },
};

/** Without what is absent. */
function defined(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec));
}
