import type { TerraformElement, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { Entity, Kind } from "../kinds/kind";
import type { EntityStack } from "./stack";

/** What a kind becomes in Terraform. Its file has the stem of the kind's. */
export interface KindConstruct<Spec> {
  readonly kind: Kind<unknown, Spec>;
  /** Makes the resources that are the entity itself, below a scope of its own. */
  node?(scope: Construct, entity: Entity<Spec>, stack: EntityStack): void;
  /** Makes the resources that relate it to others; every node is there by then. */
  edges?(scope: Construct, entity: Entity<Spec>, stack: EntityStack): void;
  /** Makes the data source of something unmanaged, under this id. */
  data?(scope: Construct, id: string, key: string, stack: EntityStack): TerraformElement;
}

/** The id of a construct: a Terraform type and name. The stack makes the address of it. */
export function idOf(type: { readonly tfResourceType: string }, name: string): string {
  return `${type.tfResourceType}.${name}`;
}

/** A list or a map to be written; absent where it is empty, as the provider reads it back. */
export function unlessEmpty<Some extends object>(some: Some): Some | undefined {
  return Object.keys(some).length > 0 ? some : undefined;
}

/** Makes a resource wait for others where no attribute shows the order. cdktf's `dependsOn` would make tokens of them. */
export function dependOn(resource: TerraformResource, addresses: readonly string[]): void {
  if (addresses.length > 0) resource.addOverride("depends_on", addresses);
}
