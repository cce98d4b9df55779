import type { Path } from "../kinds/kind";
import { type AnyKind, companionFile } from "./document";
import type { CheckedEntity, Entities, Setting } from "./entities";
import { listLost } from "./lost-lists";
import { mergePatch } from "./merge";
import { type Node, nodeAt, type Origin, type ScalarNode } from "./node";
import type { Problems } from "./problem";

/** Judges what entities hold for another program, which reads it by rules of its own: values for Helm. */
export function proveForeignData(entities: Entities, setting: Setting): void {
  for (const kind of setting.kinds) {
    for (const region of kind.nullable ?? []) {
      for (const entity of entities.of(kind).values()) proveOne(kind, region, entity, setting);
    }
  }
  const common = nodeAt(setting.environmentRoot, ["environment", "values"]);
  if (common) tellTruthWords([common], setting);
}

function proveOne(kind: AnyKind, region: Path, { root, metadata }: CheckedEntity, setting: Setting): void {
  const own = nodeAt(root, region);
  const documents = [...companionsOf(kind, root, setting), ...(own ? [own] : [])];
  if (metadata.accept["yes-no"] === undefined) tellTruthWords(documents, setting);
  if (metadata.accept["list-replaced"] === undefined) tellLostLists(documents, setting);
}

/** The trees of the files that an entity lists as its own, in their order. */
export function companionsOf(kind: AnyKind, root: Node, { companions }: Setting): Node[] {
  const listed = kind.companions && nodeAt(root, kind.companions);
  return (listed?.type === "list" ? listed.items : []).flatMap((item) => {
    const file = item.type === "scalar" && companionFile(item.source.file, String(item.value));
    return (file && companions.get(file)) || [];
  });
}

/** Lists of an earlier document that a later one replaces; between layers of one document they are told already. */
function tellLostLists(documents: readonly Node[], { problems, environment }: Setting): void {
  let laid: Node | undefined;
  const replacesList = (_path: Path, earlier: Node, later: Node, at: Origin, earlierAt: Origin) => {
    if (earlier.type !== "list" || later.type !== "list" || problems.tells(at, "list-replaced")) return;
    const lost = listLost(earlier, later, earlierAt);
    if (lost) problems.add(at, { ...lost, environments: [environment.name] });
  };
  for (const document of documents) laid = mergePatch(laid, document, { replacesList }, () => true);
}

/** Words that YAML 1.1 takes for true or false, and the YAML 1.2 of these files for texts. */
const TRUTH_WORDS = /^(yes|no|on|off)$/i;

/** Tells of words that a chart's author may take for a truth value: once a file, for who writes one writes many. */
function tellTruthWords(documents: readonly Node[], { problems, environment }: Setting): void {
  const byFile = new Map<string, ScalarNode[]>();
  const found = new Set<ScalarNode>();
  for (const document of documents) findTruthWords(document, found);
  for (const word of found) {
    byFile.set(word.source.file, [...(byFile.get(word.source.file) ?? []), word]);
  }
  for (const words of byFile.values()) {
    const [first, ...more] = words.sort((a, b) => a.offset - b.offset);
    if (first) tell(first, more.length, problems, environment.name);
  }
}

function findTruthWords(node: Node, found: Set<ScalarNode>): void {
  if (node.type === "scalar") {
    if (node.plain && typeof node.value === "string" && TRUTH_WORDS.test(node.value)) found.add(node);
  } else if (node.type === "list") for (const item of node.items) findTruthWords(item, found);
  else for (const { value } of node.entries.values()) findTruthWords(value, found);
}

function tell(word: ScalarNode, more: number, problems: Problems, environment: string): void {
  const written = String(word.value);
  const meant = /^(yes|on)$/i.test(written);
  const others = more > 0 ? `; ${more} more of this file likewise` : "";
  problems.add(word, {
    code: "yes-no",
    message: `a plain \`${written}\` reaches the chart as the text "${written}", where YAML 1.1 reads ${meant}`,
    help: `write ${meant} if a truth value is meant, "${written}" with quotes if the text is${others}`,
    environments: [environment],
  });
}
