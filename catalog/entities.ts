import type { IgnoredDrift } from "../kinds/drift";
import type { Environment } from "../kinds/environment";
import type { Metadata, Path } from "../kinds/kind";
import { checkDocument } from "./check";
import { type AnyKind, textAt } from "./document";
import type { Written, WrittenByKind } from "./layers";
import { type MapNode, type Node, originOf, placeOf } from "./node";
import { type Problems, wholeFile } from "./problem";
import { documentSchema } from "./schema";
import { isUnmanaged, unmanagedKeys } from "./sections";
import { unusedLayer } from "./unused-layer";

/** What the checks of one environment need besides its entities. */
export interface Setting {
  readonly environment: Environment;
  readonly environmentRoot: Node;
  /** The day on which dates are judged, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly kinds: readonly AnyKind[];
  /** The trees of files that belong to entities, by file. */
  readonly companions: ReadonlyMap<string, Node | undefined>;
  /** Entities whose removal `removals.yaml` acknowledges, as `<kind> <key>`. */
  readonly removals: ReadonlySet<string>;
  /** What may differ from the files without being told. */
  readonly drift: readonly IgnoredDrift[];
  isFolder(path: string): boolean;
  /** The file that removes an entity of an earlier layer, if one does. */
  removerOf(kind: AnyKind, key: string): string | undefined;
  /** A layer that the environment does not use and that has the entity, if there is one. */
  layerWith(kind: AnyKind, key: string): string | undefined;
  dataIn(path: string): unknown;
  /** Whether every layer was found; otherwise what dangles is no news. */
  readonly isWhole: boolean;
  readonly problems: Problems;
}

/** An entity whose document was held against its schema. */
export interface CheckedEntity {
  /** Unsound: it has problems, and only its references are proven. */
  readonly sound: boolean;
  readonly root: MapNode;
  readonly files: readonly string[];
  /** The kind's blocks, in base units. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly metadata: Metadata;
}

/** The entities of an environment after the check of their documents, by kind and key. */
export class Entities {
  private readonly checked = new Map<string, ReadonlyMap<string, CheckedEntity>>();
  /** Of each kind the entities that are due for removal and whose removal is acknowledged: left out. */
  private readonly gone = new Map<AnyKind, Set<string>>();
  /** Of kinds that live in domains, the keys of files that do not say theirs, in lower case. */
  private readonly broken = new Map<AnyKind, ReadonlySet<string>>();
  /** Providers whose missing section was told. */
  private readonly told = new Set<string>();

  constructor(
    private readonly written: WrittenByKind,
    private readonly setting: Setting,
  ) {
    for (const kind of setting.kinds) this.checked.set(kind.name, this.check(kind));
  }

  /** The checked entities of a kind, in the order of their keys; broken ones are missing. */
  of(kind: AnyKind): ReadonlyMap<string, CheckedEntity> {
    return this.checked.get(kind.name) ?? new Map();
  }

  /** Every key of a kind that is declared, broken entities included: one mistake is one problem. */
  keys(kind: AnyKind): string[] {
    const gone = this.gone.get(kind);
    return [...(this.written.get(kind.name)?.keys() ?? [])].filter((key) => gone?.has(key) !== true);
  }

  /** The files of a declared entity, the earliest layer first. */
  filesOf(kind: AnyKind, key: string): readonly string[] {
    return this.written.get(kind.name)?.get(key)?.files ?? [];
  }

  /** Is it declared, unmanaged, or always there? */
  exists(kind: AnyKind, key: string): boolean {
    const isWritten = this.written.get(kind.name)?.has(key) === true;
    if (isWritten && this.gone.get(kind)?.has(key) !== true) return true;
    return isUnmanaged(this.setting.environment, kind, key) || this.isBroken(kind, key);
  }

  /** May a file that does not say its domain be the one? Domains' folders are spelled without regard to case. */
  private isBroken(kind: AnyKind, key: string): boolean {
    if (kind.within !== "domain") return false;
    const broken = this.broken.get(kind) ?? this.brokenKeys(kind);
    this.broken.set(kind, broken);
    return broken.has(key.toLowerCase());
  }

  private brokenKeys(kind: AnyKind): Set<string> {
    const saysDomain = ({ root }: Written) => root && textAt(root, kind.identity[0] ?? []) !== undefined;
    const written = [...(this.written.get(kind.name)?.values() ?? [])];
    return new Set(written.filter((one) => !saysDomain(one)).map(({ key }) => key.toLowerCase()));
  }

  /** Is every declared entity of the kind sound? */
  isSound(kind: AnyKind): boolean {
    return this.keys(kind).every((key) => this.of(kind).get(key)?.sound === true);
  }

  private check(kind: AnyKind): ReadonlyMap<string, CheckedEntity> {
    const checked = new Map<string, CheckedEntity>();
    for (const written of this.written.get(kind.name)?.values() ?? []) {
      const entity = this.mayStand(kind, written) && this.checkOne(kind, written);
      if (entity) checked.set(written.key, entity);
    }
    return checked;
  }

  /** Has it a section to live in, and is it not somebody else's? */
  private mayStand(kind: AnyKind, { key, root, files }: Written): boolean {
    const { environment, problems } = this.setting;
    const environments = [environment.name];
    if (environment[kind.provider] === undefined) {
      if (this.told.has(kind.provider)) return false;
      this.told.add(kind.provider);
      const message = `the environment has no section \`${kind.provider}\``;
      const help = `add it to environment.yaml, or remove the ${kind.name}`;
      problems.add(wholeFile(files.at(-1) ?? ""), { code: "section", message, help, environments });
      return false;
    }
    const isAlways = kind.always?.includes(key) === true;
    if (!root || (!isAlways && !unmanagedKeys(environment, kind).includes(key))) return true;
    const message = isAlways
      ? `the ${kind.name} "${key}" is declared here, but it is always there`
      : `the ${kind.name} "${key}" is declared here and named as unmanaged`;
    const help = isAlways
      ? "remove this file: it can be named without one, and nobody could make it a second time"
      : `remove this file, or the name from \`unmanaged: ${kind.unmanaged}\` in environment.yaml`;
    problems.add(originOf(root, kind.identity.at(-1) ?? []), {
      code: "unmanaged",
      message,
      help,
      environments,
    });
    return false;
  }

  private checkOne(kind: AnyKind, { key, root, files }: Written): CheckedEntity | undefined {
    if (!root) return undefined;
    const { environment, problems, asOf, removals } = this.setting;
    const checking = {
      environments: [environment.name],
      identity: kind.identity,
      lacksBase: () => unusedLayer(this.setting, kind, key),
    };
    const checked = checkDocument(documentSchema(kind), root, problems, checking);
    if (!checked) return undefined;
    const { metadata, ...document } = checked.value;
    if (kind.isDue?.(metadata, asOf) === true && removals.has(`${kind.name} ${key}`)) {
      this.gone.set(kind, (this.gone.get(kind) ?? new Set()).add(key));
      return undefined;
    }
    return { sound: checked.sound, root, files, document, metadata };
  }
}

/** Where a path of an entity's document was written. */
export function placeIn(root: MapNode, path: Path) {
  return placeOf(originOf(root, path));
}
