import { isDeepStrictEqual } from "node:util";
import { moveUp } from "../catalog/document";
import { dataOf, type MapNode, type Node, Source } from "../catalog/node";
import { isFault, readYaml } from "../catalog/yaml";
import type { Subject } from "./format";
import { syntaxOf } from "./syntax";

/** Does a text say what the file said, by the reader of the project, with every comment of it? */
export function saysTheSame(before: MapNode, text: string, { kind }: Subject): boolean {
  const after = readYaml(new Source(before.source.file, text));
  if (isFault(after)) return false;
  return isDeepStrictEqual(upright(before, kind), upright(after, kind)) && hasSameComments(before, text);
}

function upright(node: Node, kind: Subject["kind"]): unknown {
  return dataOf(node.type === "map" && kind ? moveUp(node, kind).root : node);
}

function hasSameComments({ source }: MapNode, text: string): boolean {
  return isDeepStrictEqual(commentsOf(source.text), commentsOf(text));
}

function commentsOf(text: string): string[] {
  return syntaxOf(text)
    .comments.map(({ name }) => name)
    .sort();
}
