import type { Entity, Kind, Origin, Path, Provider } from "../kinds/kind";
import { companionNode } from "./companion";
import type { AnyKind } from "./document";
import type { Entities, Setting } from "./entities";
import { Ground } from "./ground";
import type { Keyed } from "./layers";
import { type MapNode, type Node, nodeAt } from "./node";
import { sections, stackName } from "./sections";

/** An entity with the tree it was written in. */
export interface Located extends Entity {
  readonly root: MapNode;
  /** What its files write, checked and in base units, before classes and defaults. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
  /** The derived names that `metadata.addresses` replaced so far. */
  readonly replaced: ReadonlySet<string>;
  /** Where those values come from that the own document does not simply give. */
  readonly origins: () => readonly Origin[];
}

/** All specs of one environment, every reference proven, with origins; immutable. */
export class Catalog extends Ground {
  /** How many Terraform objects each provider's stack has. */
  resourceCounts: ReadonlyMap<Provider, number> = new Map();

  /** The files of its entities, layers and removals included. */
  keyed: readonly Keyed[] = [];

  constructor(
    setting: Setting,
    private readonly entities: ReadonlyMap<string, ReadonlyMap<string, Located>>,
    checked: Entities,
  ) {
    super(setting, checked);
  }

  find<Spec>(kind: Kind<unknown, Spec>, key: string): Entity<Spec> | undefined {
    return this.all(kind).get(key);
  }

  all<Spec>(kind: Kind<unknown, Spec>): ReadonlyMap<string, Entity<Spec>> {
    // The kind's own `resolve` made these specs, so their type is the kind's.
    return (this.entities.get(kind.name) ?? NONE) as ReadonlyMap<string, Entity<Spec>>;
  }

  /** The entities of a kind with their trees and origins, for who shows or proves them. */
  located(kind: AnyKind): ReadonlyMap<string, Located> {
    return this.entities.get(kind.name) ?? NONE;
  }

  /** The tree of a companion file of an entity, by its entry's index in the list. */
  companion(kind: AnyKind, { root }: Located, index: number): Node | undefined {
    return companionNode(kind, root, index, this.setting.companions);
  }

  /** What the environment's own file holds at a path. */
  environmentNode(path: Path): Node | undefined {
    return nodeAt(this.setting.environmentRoot, path);
  }

  /** The files of a declared entity, be it sound or broken, the earliest layer first. */
  filesOf(kind: AnyKind, key: string): readonly string[] {
    return this.checked.filesOf(kind, key);
  }

  /** How many sound entities there are of each kind that has any: of all kinds, or of those of a provider. */
  counts(provider?: Provider): Readonly<Record<string, number>> {
    const kinds = this.kinds.filter((kind) => provider === undefined || kind.provider === provider);
    const counts = kinds.map((kind) => [kind.name, this.all(kind).size] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  /** The stack that the entities of a provider live in: the one place that decides it. */
  stackOf(provider: Provider): string {
    return stackName(this.environment, provider);
  }

  /** The stacks of the environment: one for each section, even when no entity is left. */
  stacks(): readonly { name: string; provider: Provider }[] {
    return sections(this.environment).map((provider) => ({ name: this.stackOf(provider), provider }));
  }
}

const NONE: ReadonlyMap<string, Located> = new Map();
