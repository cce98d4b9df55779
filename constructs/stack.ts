import { TerraformElement, TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { baseName, dataAddress } from "../catalog/addresses";
import type { Catalog } from "../catalog/catalog";
import { CONSTRAINTS } from "../kinds/constraint";
import type { Entity, Kind, Provider } from "../kinds/kind";
import { withArticle } from "../kinds/names";
import { StateBackend } from "./backend";
import type { KindConstruct } from "./construct";
import { EntitySynthesizer } from "./synthesizer";
import { expression } from "./text";

/** One Terraform state: the entities of one provider in one environment. */
export class EntityStack extends TerraformStack {
  private readonly constructs: ReadonlyMap<string, KindConstruct<unknown>>;
  private readonly elements = new Map<string, TerraformElement>();
  private readonly taken = new Map<string, string>();

  constructor(
    scope: Construct,
    readonly name: string,
    private readonly provider: Provider,
    readonly catalog: Catalog,
    constructs: readonly KindConstruct<unknown>[],
  ) {
    super(scope, name);
    this.constructs = new Map(constructs.map((one) => [one.kind.name, one]));
    this.synthesizer = new EntitySynthesizer(this);
    new StateBackend(this, name, catalog.environment.state);
  }

  /** Makes every entity of the provider: first all nodes, then all edges. */
  make(): void {
    const made: { construct: KindConstruct<unknown>; entity: Entity; scope: Construct }[] = [];
    for (const construct of this.constructs.values()) {
      if (construct.kind.provider !== this.provider) continue;
      for (const entity of this.catalog.all(construct.kind).values()) {
        made.push({ construct, entity, scope: this.makeNode(construct, entity) });
      }
    }
    for (const { construct, entity, scope } of made) construct.edges?.(scope, entity, this);
  }

  /** Makes one entity alone; what it refers to has its address, made or not. */
  makeOne(kind: string, key: string): void {
    const construct = this.constructs.get(kind);
    const entity = construct && this.catalog.find(construct.kind, key);
    if (!entity) return;
    const scope = this.makeNode(construct, entity);
    construct.edges?.(scope, entity, this);
  }

  private makeNode(construct: KindConstruct<unknown>, entity: Entity): Construct {
    const scope = new Construct(this, `${construct.kind.name}.${entity.address}`);
    construct.node?.(scope, entity, this);
    return scope;
  }

  /** An attribute of an entity's resource, or of the data source of something unmanaged; default: its id. */
  reference<Spec>(kind: Kind<unknown, Spec>, key: string, attribute = "id"): string {
    return expression(`${this.addressOf(kind, key)}.${attribute}`);
  }

  /** The address of an entity's resource, to depend on; nothing for something unmanaged, which is there already. */
  after<Spec>(kind: Kind<unknown, Spec>, key: string): string[] {
    const entity = this.catalog.find(kind, key);
    return entity && kind.resource !== undefined ? [`${kind.resource}.${entity.address}`] : [];
  }

  /**
   * The addresses that unmanaged entities had if they were declared before. Terraform forgets them instead of
   * destroying what the environment now says is not ours to change.
   */
  forgotten(): string[] {
    return [...this.constructs.values()].flatMap(({ kind }) =>
      kind.provider === this.provider
        ? this.catalog.unmanaged(kind).map((key) => `${kind.resource}.${baseName(kind, key)}`)
        : [],
    );
  }

  /** The address of an entity's resource; something unmanaged gets a data source, once. */
  private addressOf(kind: Kind<unknown, unknown>, key: string): string {
    if (kind.resource === undefined)
      throw new Error(`${withArticle(kind.name)} becomes no resource, so nothing can refer to one`);
    const entity = this.catalog.find(kind, key);
    if (entity) return `${kind.resource}.${entity.address}`;
    const address = dataAddress(kind, key);
    const construct = this.constructs.get(kind.name);
    if (!this.catalog.isUnmanaged(kind, key) || !construct?.data)
      throw new Error(`there is no ${kind.name} ${key} to refer to`);
    const make = construct.data.bind(construct);
    this.once(address, (id) => make(this, id, key, this));
    return address;
  }

  /** A secret: a sensitive variable of the stack, without default, given as `TF_VAR_<name>`. */
  secret(name: string): string {
    const config = { type: "string", sensitive: true, description: `A secret: set TF_VAR_${name}` };
    this.once(`var.${name}`, (id) => new TerraformVariable(this, id, config));
    return expression(`var.${name}`);
  }

  /** The element of that id, made at its first use. */
  once<Element extends TerraformElement>(id: string, make: (id: string) => Element): Element {
    const known = this.elements.get(id);
    // What was made under an id is what the same call made before.
    if (known) return known as Element;
    const element = make(id);
    this.elements.set(id, element);
    return element;
  }

  /** The Terraform name of an element is the last part of its id: never a hash, never two alike. */
  protected override allocateLogicalId(element: TerraformElement | Construct["node"]): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const owner = this.taken.get(node.id);
    if (owner !== undefined && owner !== node.path)
      throw new Error(`${node.id} is made twice: by ${owner} and by ${node.path}`);
    this.taken.set(node.id, node.path);
    return node.id.slice(node.id.lastIndexOf(".") + 1);
  }

  /** What cdktf's own tools read at the top of a stack's JSON. */
  metadata(): Record<string, unknown> {
    return {
      backend: this.catalog.environment.state.backend,
      stackName: this.name,
      version: this.node.tryGetContext("cdktfVersion"),
    };
  }

  /** The versions of a provider that are allowed; the bindings know only the one that they were made from. */
  constraint(provider: string): string | undefined {
    const names = Object.keys(CONSTRAINTS) as (keyof typeof CONSTRAINTS)[];
    const name = names.find((one) => one === provider);
    return name && (this.catalog.environment.providers[name] ?? CONSTRAINTS[name]);
  }

  override prepareStack(): void {
    // cdktf resolves every element here to find references between stacks; ours have none.
  }
}
