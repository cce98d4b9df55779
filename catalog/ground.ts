import type { IgnoredDrift } from "../kinds/drift";
import type { Environment } from "../kinds/environment";
import type { Entity, Kind, Look, Path, Place } from "../kinds/kind";
import type { AnyKind } from "./document";
import type { Entities, Setting } from "./entities";
import { originOf, placeOf } from "./node";
import { isUnmanaged, unmanagedKeys } from "./sections";

/** What can be looked up before any spec is made; who makes specs and who holds them add `find` and `all`. */
export abstract class Ground implements Look {
  readonly environment: Environment;
  readonly asOf: string;
  readonly kinds: readonly AnyKind[];
  private readonly namedKeys = new Map<string, ReadonlySet<string>>();

  constructor(
    protected readonly setting: Setting,
    protected readonly checked: Entities,
  ) {
    this.environment = setting.environment;
    this.asOf = setting.asOf;
    this.kinds = setting.kinds;
  }

  abstract find<Spec>(kind: Kind<unknown, Spec>, key: string): Entity<Spec> | undefined;

  abstract all<Spec>(kind: Kind<unknown, Spec>): ReadonlyMap<string, Entity<Spec>>;

  environmentPlace(path: Path): Place {
    return placeOf(originOf(this.setting.environmentRoot, path));
  }

  isFolder(path: string): boolean {
    return this.setting.isFolder(path);
  }

  dataIn(path: string): unknown {
    return this.setting.dataIn(path);
  }

  declared(kind: Kind<unknown, unknown>): readonly string[] {
    return this.checked.keys(kind);
  }

  named(by: Kind<unknown, unknown>, kind: Kind<unknown, unknown>): ReadonlySet<string> {
    const mark = `${by.name} ${kind.name}`;
    const known = this.namedKeys.get(mark) ?? this.keysNamed(by, kind.name);
    this.namedKeys.set(mark, known);
    return known;
  }

  private keysNamed(by: AnyKind, kind: string): ReadonlySet<string> {
    const documents = [...this.checked.of(by).values()].map(({ document }) => document);
    const references = documents.flatMap((document) => by.references?.(document, this.environment) ?? []);
    return new Set(references.filter((reference) => reference.kind === kind).map(({ key }) => key));
  }

  /** What `removals.yaml` acknowledges today, as `<kind> <key>`. */
  acknowledgedRemovals(): readonly string[] {
    return [...this.setting.removals];
  }

  /** Does `removals.yaml` acknowledge that the entity goes? */
  isRemovalAcknowledged(kind: string, key: string): boolean {
    return this.setting.removals.has(`${kind} ${key}`);
  }

  /** What may differ from the files without being told: `drift.yaml`. */
  get ignoredDrift(): readonly IgnoredDrift[] {
    return this.setting.drift;
  }

  /** The keys that the environment names as unmanaged, of one kind. */
  unmanaged(kind: Kind<unknown, unknown>): readonly string[] {
    return unmanagedKeys(this.environment, kind);
  }

  isUnmanaged(kind: Kind<unknown, unknown>, key: string): boolean {
    return isUnmanaged(this.environment, kind, key);
  }

  isSound(kind: Kind<unknown, unknown>): boolean {
    return this.setting.isWhole && this.checked.isSound(kind);
  }
}
