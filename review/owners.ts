/** Who a Terraform address belongs to, in the words of the data. */
import { addressOf, baseName, isNode, resourcesOf } from "../catalog/addresses";
import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import type { Provider, Resource } from "../kinds/kind";
import { inside, isMap } from "./marked";
import type { PlannedJson } from "./plan-json";

/** The entity that a Terraform object is, or belongs to. */
export interface Owner {
  readonly kind: string;
  readonly key: string;
  /** Is it the entity itself? */
  readonly isNode: boolean;
  readonly isProtected: boolean;
  /** Absent: its files are gone, and nobody knows which they were. */
  readonly of?: {
    readonly catalog: Catalog;
    readonly kind: AnyKind;
    readonly entity: Located;
    readonly resource: Resource;
  };
  /** The same before, where it was there. */
  readonly was?: Owner["of"];
  /** The entity, of an object that its files do not make any more. */
  readonly in?: Omit<NonNullable<Owner["of"]>, "resource">;
}

/** The owners of the objects of one stack. */
export class Owners {
  private readonly known = new Map<string, Owner>();
  private readonly guessed = new Map<string, Owner>();
  /** The kinds whose entities have objects of a type, besides themselves. */
  private readonly having = new Map<string, Set<string>>();

  /** `base` has what was there before: it knows what is removed. */
  constructor(
    private readonly catalog: Catalog,
    private readonly provider: Provider,
    base: Catalog | undefined,
  ) {
    for (const one of base ? [base, catalog] : [catalog]) this.learn(one);
  }

  private learn(catalog: Catalog): void {
    for (const kind of catalog.kinds) {
      if (kind.provider !== this.provider) continue;
      for (const entity of catalog.located(kind).values()) {
        for (const resource of resourcesOf(kind, entity, catalog)) {
          const isProtected = entity.metadata.protected ?? kind.protected ?? false;
          const self = { kind: kind.name, key: entity.key, isNode: isNode(resource), isProtected };
          const was = this.known.get(addressOf(resource))?.of;
          const of = { catalog, kind, entity, resource };
          this.known.set(addressOf(resource), { ...self, of, ...(was ? { was } : {}) });
          if (!self.isNode)
            this.having.set(resource.type, (this.having.get(resource.type) ?? new Set()).add(kind.name));
        }
      }
    }
  }

  /** Learns of objects whose files nobody has, by what they are called in the cloud; `domains` are names by ids. */
  guess(planned: readonly PlannedJson[], domains: ReadonlyMap<string, string>): void {
    for (const one of planned) {
      if (this.known.has(one.address)) continue;
      const owner = this.guessOf(one, domains);
      if (owner) this.guessed.set(one.address, owner);
    }
  }

  of({ address }: Pick<PlannedJson, "address">): Owner {
    const known = this.known.get(address) ?? this.guessed.get(address);
    if (known) return known;
    const around = this.around(address);
    if (!around) return { kind: "terraform", key: address, isNode: true, isProtected: false };
    const { of: _, ...rest } = around;
    return { ...rest, isNode: false, ...(around.of ? { in: around.of } : {}) };
  }

  /** An object of that type that has an entity, for who asks what such objects stand for. */
  like(address: string): Owner | undefined {
    const [type] = address.split(".");
    return [...this.known].find(([other]) => other.split(".")[0] === type)?.[1];
  }

  /** The entity that an object belongs to: the names of quotas, accesses, members begin with that of theirs. */
  private around(address: string): Owner | undefined {
    const [type = "", name = ""] = address.split(".");
    const kinds = this.having.get(type);
    // What may be an entity that must be acknowledged is not taken for a part of another one.
    const isOwn = this.catalog.kinds.some(
      ({ resource, protected: one }) => one === true && resource === type,
    );
    if (kinds === undefined && isOwn) return undefined;
    const nodes = [...this.known, ...this.guessed].filter(
      ([, one]) => one.isNode && kinds?.has(one.kind) !== false,
    );
    const found = nodes.map(([other, owner]) => ({ base: other.split(".")[1] ?? "", owner }));
    const fitting = found.filter(({ base }) => name.startsWith(`${base}_`));
    return fitting.sort((one, other) => other.base.length - one.base.length)[0]?.owner;
  }

  private guessOf(
    { type, name, change }: PlannedJson,
    domains: ReadonlyMap<string, string>,
  ): Owner | undefined {
    const before = isMap(change.before) ? change.before : change.after;
    if (!isMap(before)) return undefined;
    const kinds = this.catalog.kinds.filter(
      (kind) => kind.provider === this.provider && kind.resource === type,
    );
    const isDomain = before["is_domain"] === true;
    const kind = kinds.length > 1 ? kinds.find((one) => (one.name === "domain") === isDomain) : kinds[0];
    if (!kind) return undefined;
    // Where nothing hangs on the key, the name of the object will do. A protected entity must be named right.
    const key = keyOf(kind, before, domains) ?? (kind.protected ? undefined : name);
    if (key === undefined) return undefined;
    // A derived object may be of the same type: a restapi_object is a mapping only if it is called so.
    if (type === "restapi_object" && baseName(kind, key) !== name) return undefined;
    return { kind: kind.name, key, isNode: true, isProtected: kind.protected ?? false };
  }
}

/** The key that an entity of a kind has, by the attributes of its object. */
function keyOf(
  { identity, name: kind }: AnyKind,
  attributes: Readonly<Record<string, unknown>>,
  domains: ReadonlyMap<string, string>,
): string | undefined {
  const metadata = inside(attributes["metadata"], 0);
  const parts = identity.map((path) => {
    const field = String(path.at(-1));
    if (field === "domain") return domains.get(String(attributes["domain_id"]));
    const value = inside(metadata, field) ?? attributes[field];
    return typeof value === "string" ? value : undefined;
  });
  if (parts.length === 0 || parts.some((part) => part === undefined)) return undefined;
  const [within = "", own = ""] = parts;
  // Helm's name of a release holds the namespace, unless its file says otherwise.
  if (kind === "helm-release")
    return `${within}/${own.startsWith(`${within}-`) ? own.slice(within.length + 1) : own}`;
  return parts.join("/");
}
