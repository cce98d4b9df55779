import type { Environment } from "../kinds/environment";
import type {
  Entity,
  Kind,
  Look,
  Metadata,
  Path,
  Place,
  Reference,
  Resource,
  Origin as SpecOrigin,
} from "../kinds/kind";
import { suggest, terraformName } from "../kinds/names";
import { Catalog, isUnmanaged, type Located, unmanagedKeys } from "./catalog";
import { checkDocument } from "./check";
import { type AnyKind, companionFile } from "./document";
import type { Written, WrittenByKind } from "./layers";
import { dataOf, type Node, nodeAt, originOf, placeOf } from "./node";
import type { Problems } from "./problem";
import { documentSchema } from "./schema";

/** What a checked document holds: the kind's blocks, and the metadata. */
interface Checked {
  /** Unsound: only its references are proven. */
  readonly sound: boolean;
  readonly written: Written;
  readonly document: Readonly<Record<string, unknown>>;
  readonly metadata: Metadata;
}

/** What resolving needs besides the entities. */
export interface Setting {
  readonly environment: Environment;
  readonly environmentRoot: Node;
  readonly asOf: string;
  readonly kinds: readonly AnyKind[];
  readonly companions: ReadonlyMap<string, Node | undefined>;
  /** Keys whose removal `removals.yaml` acknowledges, as `<kind> <key>`. */
  readonly removals: ReadonlySet<string>;
  isFolder(path: string): boolean;
  readonly problems: Problems;
}

/** Checks the entities, proves every reference, resolves every spec, proves that no two share an address. */
export function resolve(written: WrittenByKind, setting: Setting): Catalog {
  return new Resolving(written, setting).run();
}

class Resolving implements Look {
  readonly environment: Environment;
  readonly asOf: string;
  private readonly checked = new Map<string, Map<string, Checked>>();
  private readonly resolved = new Map<string, Map<string, Located>>();
  /** Entities that are being resolved: a reference back to one of them is a cycle. */
  private readonly pending = new Set<string>();
  /** Entities that are due for removal and whose removal is acknowledged: left out. */
  private readonly gone = new Set<string>();

  constructor(
    private readonly written: WrittenByKind,
    private readonly setting: Setting,
  ) {
    this.environment = setting.environment;
    this.asOf = setting.asOf;
  }

  run(): Catalog {
    const { kinds } = this.setting;
    for (const kind of kinds) this.check(kind);
    for (const kind of kinds) this.proveReferences(kind);
    for (const kind of kinds)
      for (const key of this.checked.get(kind.name)?.keys() ?? []) this.resolveOne(kind, key);
    for (const kind of kinds) this.resolved.set(kind.name, this.inOrder(kind));
    for (const kind of kinds) this.applyRules(kind);
    this.proveAddresses();
    return new Catalog(this.setting, this.resolved);
  }

  // The entities in the order of their keys; resolving may have reached them in another one.
  private inOrder(kind: AnyKind): Map<string, Located> {
    const found = this.resolved.get(kind.name);
    const ordered = new Map<string, Located>();
    for (const key of this.written.get(kind.name)?.keys() ?? []) {
      const entity = found?.get(key);
      if (entity) ordered.set(key, entity);
    }
    return ordered;
  }

  private check(kind: AnyKind): void {
    const checkedOfKind = new Map<string, Checked>();
    this.checked.set(kind.name, checkedOfKind);
    const schema = documentSchema(kind);
    const hasSection = this.environment[kind.provider] !== undefined;
    for (const written of this.written.get(kind.name)?.values() ?? []) {
      if (!hasSection) {
        this.add(
          { file: written.files.at(-1) ?? "", line: 1, column: 1 },
          "section",
          `the environment has no section \`${kind.provider}\``,
          `add it to environment.yaml, or remove the ${kind.name}`,
        );
        continue;
      }
      if (!written.root) continue;
      if (unmanagedKeys(this.environment, kind).includes(written.key)) {
        const at = originOf(written.root, kind.identity.at(-1) ?? []);
        this.add(
          placeOf(at),
          "unmanaged",
          `the ${kind.name} "${written.key}" is declared here and named as unmanaged`,
          `remove this file, or the name from \`unmanaged: ${kind.unmanaged}\` in environment.yaml`,
        );
        continue;
      }
      const checking = { environments: [this.environment.name], identity: kind.identity };
      const checked = checkDocument(schema, written.root, this.setting.problems, checking);
      if (!checked) continue;
      const { metadata, ...document } = checked.value;
      const isGone =
        kind.isDue?.(metadata, this.asOf) === true &&
        this.setting.removals.has(`${kind.name} ${written.key}`);
      if (isGone) this.gone.add(`${kind.name} ${written.key}`);
      else checkedOfKind.set(written.key, { sound: checked.sound, written, document, metadata });
    }
  }

  private proveReferences(kind: AnyKind): void {
    const byName = new Map(this.setting.kinds.map((one) => [one.name, one]));
    for (const [key, { written, document }] of this.checked.get(kind.name) ?? []) {
      for (const reference of kind.references?.(document, this.environment) ?? []) {
        const target = byName.get(reference.kind);
        if (!target)
          throw new Error(`${kind.name} refers to a kind that is not in the table: ${reference.kind}`);
        if (!this.exists(target, reference.key)) this.dangling(kind, key, written, reference, target);
      }
    }
    this.proveAcyclic(kind);
  }

  private exists(kind: AnyKind, key: string): boolean {
    const declared = this.written.get(kind.name)?.has(key) === true && !this.gone.has(`${kind.name} ${key}`);
    return declared || isUnmanaged(this.environment, kind, key);
  }

  private dangling(
    kind: AnyKind,
    key: string,
    { root }: Written,
    reference: Reference,
    target: AnyKind,
  ): void {
    if (!root) return;
    const known = [
      ...new Set([
        ...(this.written.get(target.name)?.keys() ?? []),
        ...unmanagedKeys(this.environment, target),
        ...(target.always ?? []),
      ]),
    ];
    const near = suggest(reference.key, known, `${target.name}s here`);
    // Who misspelled a name does not want to hear of unmanaged ones.
    const mayBeUnmanaged = target.unmanaged !== undefined && !near.startsWith("did you mean");
    const otherwise = `; if it exists in the cloud without a file, name it under \`unmanaged: ${target.unmanaged}\``;
    this.add(
      placeOf(originOf(root, reference.path)),
      "reference",
      `the ${kind.name} "${key}" names the ${target.name} "${reference.key}", which ${this.environment.name} does not have`,
      mayBeUnmanaged ? near + otherwise : near,
    );
  }

  /** Reports each cycle of acyclic references within a kind once, from its smallest key. */
  private proveAcyclic(kind: AnyKind): void {
    const next = new Map<string, Reference[]>();
    for (const [key, { document }] of this.checked.get(kind.name) ?? []) {
      const steps = (kind.references?.(document, this.environment) ?? []).filter(
        (one) => one.acyclic && one.kind === kind.name,
      );
      if (steps.length > 0) next.set(key, steps);
    }
    const done = new Set<string>();
    for (const start of [...next.keys()].sort()) this.follow(kind, start, next, done);
  }

  private follow(
    kind: AnyKind,
    start: string,
    next: ReadonlyMap<string, readonly Reference[]>,
    done: Set<string>,
  ): void {
    // Depth first with an own stack: chains may be as long as there are entities.
    const trail: { key: string; steps: readonly Reference[]; index: number }[] = [
      { key: start, steps: next.get(start) ?? [], index: 0 },
    ];
    const onTrail = new Set([start]);
    while (trail.length > 0) {
      const top = trail[trail.length - 1];
      const step = top?.steps[top.index++];
      if (!top || done.has(top.key) || !step) {
        if (top) {
          done.add(top.key);
          onTrail.delete(top.key);
        }
        trail.pop();
      } else if (onTrail.has(step.key)) {
        const from = trail.findIndex((one) => one.key === step.key);
        this.cycle(kind, [...trail.slice(from).map((one) => one.key)], next);
      } else if (!done.has(step.key)) {
        onTrail.add(step.key);
        trail.push({ key: step.key, steps: next.get(step.key) ?? [], index: 0 });
      }
    }
  }

  private cycle(
    kind: AnyKind,
    keys: readonly string[],
    next: ReadonlyMap<string, readonly Reference[]>,
  ): void {
    const smallest = keys.indexOf([...keys].sort()[0] ?? "");
    const turned = [...keys.slice(smallest), ...keys.slice(0, smallest)];
    const first = turned[0] ?? "";
    const written = this.checked.get(kind.name)?.get(first)?.written;
    const step = next.get(first)?.find((one) => one.key === (turned[1] ?? first));
    if (!written?.root || !step) return;
    this.add(
      placeOf(originOf(written.root, step.path)),
      "cycle",
      `a cycle of ${kind.name} references: ${[...turned, first].join(" -> ")}`,
      "remove one of these references",
    );
  }

  find<Spec>(kind: Kind<unknown, Spec>, key: string): Entity<Spec> | undefined {
    // The kind's own `resolve` made this spec, so its type is the kind's.
    return this.resolveOne(kind, key) as Entity<Spec> | undefined;
  }

  all<Spec>(kind: Kind<unknown, Spec>): ReadonlyMap<string, Entity<Spec>> {
    for (const key of this.checked.get(kind.name)?.keys() ?? []) this.resolveOne(kind, key);
    return (this.resolved.get(kind.name) ?? new Map()) as ReadonlyMap<string, Entity<Spec>>;
  }

  isUnmanaged(kind: Kind<unknown, unknown>, key: string): boolean {
    return isUnmanaged(this.environment, kind, key);
  }

  isSound(kind: Kind<unknown, unknown>): boolean {
    const checked = this.checked.get(kind.name);
    const keys = [...(this.written.get(kind.name)?.keys() ?? [])];
    return keys.every((key) => checked?.get(key)?.sound === true || this.gone.has(`${kind.name} ${key}`));
  }

  environmentPlace(path: Path): Place {
    return placeOf(originOf(this.setting.environmentRoot, path));
  }

  isFolder(path: string): boolean {
    return this.setting.isFolder(path);
  }

  private resolveOne(kind: AnyKind, key: string): Located | undefined {
    const done = this.resolved.get(kind.name)?.get(key);
    if (done) return done;
    const checked = this.checked.get(kind.name)?.get(key);
    const mark = `${kind.name} ${key}`;
    if (!checked?.sound || this.pending.has(mark)) return undefined;
    this.pending.add(mark);
    const entity = this.makeEntity(kind, key, checked);
    this.pending.delete(mark);
    const ofKind = this.resolved.get(kind.name) ?? new Map<string, Located>();
    this.resolved.set(kind.name, ofKind.set(key, entity));
    return entity;
  }

  private makeEntity(kind: AnyKind, key: string, { written, document, metadata }: Checked): Located {
    const root = written.root;
    if (!root) throw new Error(`${kind.name} ${key} was checked without a tree`);
    const place = (path: Path) => placeOf(originOf(root, path));
    const companion = (index: number) => this.companion(kind, root, index);
    const { spec, origins } = kind.resolve(document, { key, metadata, place, companion }, this);
    const address = metadata.address ?? terraformName(...(kind.base?.(document) ?? key.split("/")));
    const derived = (...parts: readonly string[]) => {
      const name = terraformName(address, ...parts);
      return (Object.hasOwn(metadata.addresses, name) ? metadata.addresses[name] : undefined) ?? name;
    };
    return {
      kind: kind.name,
      key,
      spec,
      metadata,
      address,
      derived,
      place,
      root,
      document,
      files: written.files,
      origins: origins ?? noOrigins,
    };
  }

  /** The contents of a companion file, looked up from the file that lists it. */
  private companion(kind: AnyKind, root: Node, index: number): unknown {
    const item = nodeAt(root, [...(kind.companions ?? []), index]);
    if (item?.type !== "scalar") return undefined;
    const file = companionFile(item.source.file, String(item.value));
    const node = file === undefined ? undefined : this.setting.companions.get(file);
    return node && dataOf(node);
  }

  private applyRules(kind: AnyKind): void {
    for (const entity of this.resolved.get(kind.name)?.values() ?? []) {
      for (const rule of kind.rules ?? []) {
        const mayBeAccepted = rule.severity === "warning" || rule.acceptable;
        if (mayBeAccepted && Object.hasOwn(entity.metadata.accept, rule.code)) continue;
        for (const { path, place, message, help } of rule.check(entity, this, entity.document)) {
          this.setting.problems.add(place ?? entity.place(path), {
            severity: rule.severity,
            code: rule.code,
            message,
            help,
            environments: [this.environment.name],
          });
        }
      }
    }
  }

  /** No two Terraform objects of a stack share an address; every name in `metadata.addresses` is used. */
  private proveAddresses(): void {
    const taken = new Map<string, { entity: Located; path: Path }>();
    for (const kind of this.setting.kinds) {
      for (const entity of this.resolved.get(kind.name)?.values() ?? []) {
        const resources = resourcesOf(kind, entity, this);
        for (const { type, name, path } of resources) {
          const address = `${kind.provider} ${type}.${name}`;
          const earlier = taken.get(address);
          if (earlier) this.collision(earlier, { entity, path }, `${type}.${name}`);
          else taken.set(address, { entity, path });
        }
        this.proveAddressesUsed(entity, resources);
      }
      this.proveUnmanaged(kind);
    }
  }

  private collision(
    one: { entity: Located; path: Path },
    other: { entity: Located; path: Path },
    address: string,
  ): void {
    const [earlier, later] = [one, other].sort((a, b) => {
      const [x, y] = [a.entity.files.at(-1) ?? "", b.entity.files.at(-1) ?? ""];
      return x < y ? -1 : x > y ? 1 : 0;
    });
    if (!earlier || !later) return;
    const file = earlier.entity.files.at(-1) ?? "";
    this.add(
      later.entity.place(later.path),
      "address",
      `the ${later.entity.kind} "${later.entity.key}" becomes ${address}, as the ${earlier.entity.kind} "${earlier.entity.key}" does`,
      `the other file is ${file}; give this one another name by \`metadata: {address: …}\`${later.path.length > 0 ? " or `metadata: {addresses: …}`" : ""}`,
    );
  }

  private proveAddressesUsed(entity: Located, resources: readonly Resource[]): void {
    const names = new Set(resources.map((resource) => resource.name));
    for (const [derived, name] of Object.entries(entity.metadata.addresses)) {
      if (names.has(name)) continue;
      const all = [...names].filter((one) => one !== entity.address);
      this.add(
        entity.place(["metadata", "addresses", derived]),
        "address",
        `no Terraform name of this ${entity.kind} is ${derived}`,
        suggest(derived, all, "its derived names"),
      );
    }
  }

  /** What is unmanaged is read by a data source: its key is whole, its domain exists, its name is its own. */
  private proveUnmanaged(kind: AnyKind): void {
    const container = this.setting.kinds.find((one) => one.name === kind.within);
    const names = new Map<string, string>();
    for (const [index, key] of unmanagedKeys(this.environment, kind).entries()) {
      const path = ["environment", kind.provider, "unmanaged", kind.unmanaged ?? "", index];
      const at = this.environmentPlace(path);
      const parts = key.split("/");
      if (parts.length !== (kind.within ? 2 : 1) || parts.includes("")) {
        const shape = kind.within ? `<${kind.within}>/<name>` : "a name without `/`";
        this.add(at, "reference", `"${key}" is no key of a ${kind.name}`, `write ${shape}`);
        continue;
      }
      const [group = ""] = parts;
      if (container && !this.exists(container, group)) {
        const help = `declare it, or name it under \`unmanaged: ${container.unmanaged}\``;
        this.add(
          at,
          "reference",
          `the unmanaged ${kind.name} "${key}" is in the ${container.name} "${group}", which ${this.environment.name} does not have`,
          help,
        );
      }
      const name = terraformName(...parts);
      const earlier = names.get(name);
      if (earlier !== undefined) {
        const help = "rename one of them in the cloud, or declare it with an address of its own";
        this.add(
          at,
          "address",
          `the unmanaged ${kind.name} "${key}" becomes the Terraform name ${name}, as "${earlier}" does`,
          help,
        );
      }
      names.set(name, key);
    }
  }

  private add(
    at: { file: string; line: number; column: number },
    code: string,
    message: string,
    help: string,
  ): void {
    this.setting.problems.add(at, { code, message, help, environments: [this.environment.name] });
  }
}

const noOrigins = (): ReadonlyMap<string, SpecOrigin> => new Map();

/** The Terraform objects of an entity: what its kind says, else the one of its resource. */
export function resourcesOf(kind: AnyKind, entity: Entity, look: Look): readonly Resource[] {
  const own = kind.resources?.(entity, look);
  if (own) return own;
  return kind.resource === undefined ? [] : [{ type: kind.resource, name: entity.address, path: [] }];
}
