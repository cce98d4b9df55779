import { CODES, type Code, isAcceptable, isCode } from "../kinds/codes";
import type { Entity, Finding, Kind, Path, Origin as SpecOrigin } from "../kinds/kind";
import { namesAfter, suggest, withArticle } from "../kinds/names";
import { baseName, proveAddresses } from "./addresses";
import { Catalog, type Located } from "./catalog";
import { companionNode } from "./companion";
import type { AnyKind } from "./document";
import { type CheckedEntity, Entities, placeIn, type Setting } from "./entities";
import { proveForeignData } from "./foreign";
import { Ground } from "./ground";
import type { WrittenByKind } from "./layers";
import { dataOf, type Node, originOf } from "./node";
import { proveReferences } from "./references";

/** Checks the entities, proves every reference, resolves every spec, applies the rules, proves the addresses. */
export function resolve(written: WrittenByKind, setting: Setting): Catalog {
  const entities = new Entities(written, setting);
  proveReferences(entities, setting);
  proveForeignData(entities, setting);
  const catalog = new Catalog(setting, new Resolving(setting, entities).everything(), entities);
  applyRules(catalog, setting);
  catalog.resourceCounts = proveAddresses(catalog, entities, setting);
  return catalog;
}

/** Makes specs of checked entities, each when it is first asked for: a class before the flavors that name it. */
class Resolving extends Ground {
  private readonly resolved = new Map<AnyKind, Map<string, Located>>();
  /** Kinds all of whose entities are resolved. */
  private readonly whole = new Map<AnyKind, ReadonlyMap<string, Located>>();
  /** Entities that are being resolved: a reference back to one of them is a cycle, which is a problem already. */
  private readonly pending = new Set<CheckedEntity>();

  /** Every sound entity, by kind and key, in the order of the keys. */
  everything(): ReadonlyMap<string, ReadonlyMap<string, Located>> {
    return new Map(this.kinds.map((kind) => [kind.name, this.ofKind(kind)]));
  }

  private ofKind(kind: AnyKind): ReadonlyMap<string, Located> {
    const known = this.whole.get(kind);
    if (known) return known;
    const found = new Map<string, Located>();
    let isWhole = true;
    for (const [key, { sound }] of this.checked.of(kind)) {
      const entity = this.one(kind, key);
      if (entity) found.set(key, entity);
      else if (sound) isWhole = false;
    }
    if (isWhole) this.whole.set(kind, found);
    return found;
  }

  find<Spec>(kind: Kind<unknown, Spec>, key: string): Entity<Spec> | undefined {
    // The kind's own `resolve` made this spec, so its type is the kind's.
    return this.one(kind, key) as Entity<Spec> | undefined;
  }

  all<Spec>(kind: Kind<unknown, Spec>): ReadonlyMap<string, Entity<Spec>> {
    return this.ofKind(kind) as ReadonlyMap<string, Entity<Spec>>;
  }

  private one(kind: AnyKind, key: string): Located | undefined {
    const resolved = this.resolved.get(kind) ?? new Map<string, Located>();
    this.resolved.set(kind, resolved);
    const done = resolved.get(key);
    if (done) return done;
    const checked = this.checked.of(kind).get(key);
    if (!checked?.sound || this.pending.has(checked)) return undefined;
    this.pending.add(checked);
    const entity = this.make(kind, key, checked);
    this.pending.delete(checked);
    resolved.set(key, entity);
    return entity;
  }

  private make(kind: AnyKind, key: string, { root, files, document, metadata }: CheckedEntity): Located {
    const place = (path: Path) => placeIn(root, path);
    const companion = (index: number) => this.companion(kind, root, index);
    const { spec, origins = noOrigins } = kind.resolve(document, { key, metadata, place, companion }, this);
    const address = metadata.address ?? baseName(kind, key);
    const names = derivedNames(address, metadata.addresses);
    const base = { kind: kind.name, key, spec, metadata, address, ...names, place };
    return { ...base, root, document, files, origins };
  }

  /** The contents of a companion file, looked up from the file that lists it. */
  private companion(kind: AnyKind, root: Node, index: number): unknown {
    const node = companionNode(kind, root, index, this.setting.companions);
    return node && dataOf(node);
  }
}

/** Makes an entity's derived names, of which some have others in their place; `replaced` are those asked for so far. */
function derivedNames(
  address: string,
  addresses: Readonly<Record<string, string>>,
): Pick<Located, "derived" | "replaced"> {
  const derived = namesAfter(address);
  const others = new Map(Object.entries(addresses));
  if (others.size === 0) return { derived, replaced: NONE };
  const replaced = new Set<string>();
  const replacing = (...parts: readonly string[]) => {
    const name = derived(...parts);
    const other = others.get(name);
    if (other !== undefined) replaced.add(name);
    return other ?? name;
  };
  return { derived: replacing, replaced };
}

const NONE: ReadonlySet<string> = new Set();

const noOrigins = (): readonly SpecOrigin[] => [];

function applyRules(catalog: Catalog, { environment, kinds, problems }: Setting): void {
  for (const kind of kinds) {
    const acceptable = acceptableOf(kind);
    for (const entity of catalog.located(kind).values()) {
      for (const { path, on, message, help } of acceptsOfNothing(entity, acceptable)) {
        const environments = [environment.name];
        problems.add(originOf(entity.root, path, on), { code: "accept", message, help, environments });
      }
      const { accept } = entity.metadata;
      for (const { code, check } of kind.rules ?? []) {
        if (accept[code] !== undefined && isAcceptable(code)) continue;
        for (const { path, on, place, related, message, help } of check(entity, catalog, entity.document)) {
          const environments = [environment.name];
          const at = place ?? originOf(entity.root, path, on);
          problems.add(at, { code, message, help, related, environments });
        }
      }
    }
  }
}

/** The codes that an entity of a kind may accept: those of its rules, and of how its files are laid out and layered. */
function acceptableOf({ rules = [], nested, nullable, accepts = [] }: AnyKind): readonly Code[] {
  const ofRules = rules.map(({ code }) => code).filter(isAcceptable);
  const ofFiles: readonly Code[] = nested ? ["nested-project"] : [];
  const ofValues: readonly Code[] = nullable ? ["list-replaced", "yes-no"] : [];
  return [...new Set([...ofRules, ...ofFiles, ...ofValues, ...accepts])].sort();
}

/**
 * Entries of `metadata: accept` that silence nothing: no such code, one that cannot be accepted or is never told of
 * such an entity, or no reason.
 */
function* acceptsOfNothing({ kind, metadata }: Located, acceptable: readonly Code[]): Iterable<Finding> {
  for (const [code, reason] of Object.entries(metadata.accept)) {
    const path = ["metadata", "accept", code];
    if (!isCode(code)) {
      const known = Object.keys(CODES).filter((one) => isCode(one) && isAcceptable(one));
      yield {
        path,
        on: "key",
        message: `no problem has the code "${code}"`,
        help: suggest(code, known, "codes that can be accepted"),
      };
    } else if (!isAcceptable(code)) {
      const help = "mend what it is about: it would fail, do harm or be dropped";
      yield { path, on: "key", message: `a problem of the code "${code}" cannot be accepted`, help };
    } else if (!acceptable.includes(code)) {
      const help =
        acceptable.length === 0 ? "remove it" : `what may be accepted here: ${acceptable.join(", ")}`;
      yield {
        path,
        on: "key",
        message: `no problem of the code "${code}" is ever told of ${withArticle(kind)}`,
        help,
      };
    } else if (reason.trim() === "") {
      yield { path, message: "no reason is given", help: "say in a few words why this is as it should be" };
    }
  }
}
