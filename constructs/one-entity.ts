import { TerraformResource } from "cdktf";
import { RootConstruct } from "constructs";
import type { Catalog } from "../catalog/catalog";
import type { Provider } from "../kinds/kind";
import { loadConstructs } from "./app";
import { EntityStack } from "./stack";
import { blockOf } from "./synthesizer";
import { jsonText } from "./text";

/** The blocks of all resources of one entity, by address, as they stand in its stack's JSON. Nothing is written. */
export function blocksOfEntity(
  catalog: Catalog,
  { provider, kind, key }: { provider: Provider; kind: string; key: string },
): ReadonlyMap<string, unknown> {
  const root = new RootConstruct();
  const stack = new EntityStack(root, catalog.stackOf(provider), provider, catalog, loadConstructs());
  stack.makeOne(kind, key);
  const blocks = new Map<string, unknown>();
  for (const element of stack.node.findAll()) {
    if (!TerraformResource.isTerraformResource(element)) continue;
    const address = `${element.terraformResourceType}.${element.friendlyUniqueId}`;
    blocks.set(address, JSON.parse(jsonText(blockOf(element), "")));
  }
  return blocks;
}
