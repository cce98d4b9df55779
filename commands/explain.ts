import type { AnyKind } from "../catalog/document";
import { load } from "../catalog/load";
import type { Path } from "../kinds/kind";
import { suggest } from "../kinds/names";
import { type Argument, argumentsOf, leavesOfBlocks } from "./arguments";
import { afterProblems, formatOf, kindNamed, soundEntities } from "./choice";
import { type Explained, explainedAsJson, storyAsText, tableAsText } from "./explain-text";
import { type Asked, fieldAt } from "./given";
import { storyOf, type Value, valuesOf } from "./value-story";
import { UsageError, type Verb } from "./verb";

export const explain: Verb = {
  name: "explain",
  usage: "KIND KEY [PATH] [--format text|json]",
  summary: "Say where an entity's values came from, and what they become.",
  help: `  PATH   one value, for its whole story: what gave it, what that overrode,
         which Terraform argument it becomes; or a block, such as quota.
         As it is written (limits.cpu_quota) or as it is shown without PATH.

  cloud-entities explain project einfra_cz/courses quota.ram`,
  options: { format: { type: "string" } },
  words: { min: 2, max: 3 },
  run({ request, words, flags, streams }) {
    const format = formatOf(flags["format"], ["text", "json"]);
    const [kindName = "", key = "", path] = words;
    const kind = kindNamed(kindName);
    const loaded = load(request);
    const found = soundEntities(loaded, kind, key, streams);
    if ("exit" in found) return found.exit;
    const explained = found.entities.map(({ catalog, entity }) => {
      const asked: Asked = { catalog, entity, kind, files: found.files };
      return { asked, ...chosen(asked, path) };
    });
    const known = explained.filter(({ values }) => values.length > 0);
    if (known.length === 0) throw new UsageError(nothingAt(kind, key, path ?? "", explained));
    const told = known.map((one): Explained => ({ ...one, values: toldOf(one.asked, one.values) }));
    if (format === "json") streams.out(`${JSON.stringify(told.map(explainedAsJson), null, 2)}\n`);
    else {
      const texts = told.map((one) => (one.isStory ? storyAsText(one) : tableAsText(one, streams)));
      streams.out(texts.join("\n"));
    }
    return afterProblems(loaded.problems, streams);
  },
};

interface Chosen {
  readonly values: readonly Value[];
  /** The values that the path names, rather than a block of them. */
  readonly isStory: boolean;
  /** Every path that would have been understood. */
  readonly known: readonly string[];
}

/** The values that a path names or that stand below it; one that may be written and is not has no sources. */
function chosen(asked: Asked, path: string | undefined): Chosen {
  const all = valuesOf(asked).map((value) => ({ value, names: namesOf(value) }));
  const values = all.map(({ value }) => value);
  if (path === undefined) return { values, isStory: false, known: [] };
  const wanted = path.replace(/\[(\d+)\]/g, ".$1");
  const inSpec = all.filter(({ value }) => value.path.join(".") === wanted);
  const exact = inSpec.length > 0 ? inSpec : all.filter(({ names }) => names.includes(wanted));
  if (exact.length > 0) return { values: exact.map(({ value }) => value), isStory: true, known: [] };
  const below = all.filter(({ names }) => names.some((name) => name.startsWith(`${wanted}.`)));
  if (below.length > 0)
    return { values: below.map(({ value }) => value), isStory: below.length === 1, known: [] };
  const known = [...new Set(all.flatMap(({ names }) => names.flatMap(withBlocks)))];
  const absent = absentValue(asked.kind, wanted.split("."));
  return { values: absent ? [absent] : [], isStory: true, known };
}

/** A field that may be written and that nothing gives. */
function absentValue(kind: AnyKind, steps: readonly string[]): Value | undefined {
  const path = [steps, [kind.name, ...steps]].find((one) => fieldAt(kind, one) !== undefined);
  return path && { path: steps, value: undefined, sources: [{ path }], names: undefined };
}

/** What people may call a value: its path in the spec, or where its own file writes it, with its block or without. */
function namesOf({ path, sources }: Value): string[] {
  const own = sources.flatMap((source) =>
    "path" in source && !("companion" in source) && !source.of ? [source.path, source.path.slice(1)] : [],
  );
  const paths: readonly Path[] = [path, ...own];
  const escaped = paths.map((one) => one.map((step) => String(step).replaceAll(".", "\\.")).join("."));
  return [...new Set([...paths.map((one) => one.join(".")), ...escaped])];
}

function withBlocks(name: string): string[] {
  const steps = name.split(".");
  return steps.map((_, index) => steps.slice(0, index + 1).join("."));
}

function toldOf(asked: Asked, values: readonly Value[]): Explained["values"] {
  // cdktf takes a tenth of a second to load: only who needs it waits for it.
  const { blocksOfEntity } = require("../constructs/one-entity") as typeof import("../constructs/one-entity");
  const { catalog, kind, entity } = asked;
  const place = { provider: kind.provider, kind: kind.name, key: entity.key };
  const blocks = leavesOfBlocks(asked, blocksOfEntity(catalog, place));
  const addresses = [...new Set(blocks.map(({ address }) => address))];
  return values.map((value) => {
    const becomes: Argument[] = value.value === undefined ? [] : argumentsOf(asked, value, blocks);
    return { ...value, ...storyOf(asked, value), becomes, addresses };
  });
}

function nothingAt(kind: AnyKind, key: string, path: string, explained: readonly Chosen[]): string {
  const known = [...new Set(explained.flatMap((one) => one.known))];
  return `${kind.name} "${key}" has no value at "${path}"; ${suggest(path, known, "values")}`;
}
