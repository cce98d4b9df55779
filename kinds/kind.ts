import type { z } from "zod";
import type { Code } from "./codes";
import type { Environment } from "./environment";

/** A way into a document: keys of maps and indexes of lists, from the top of the file. */
export type Path = readonly (string | number)[];

/** Where a value was written: a file relative to the root, line and column counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A second place that a problem is about, such as the first of two that collide. */
export interface Related extends Place {
  /** What stands there, in a few words: "the other one". */
  readonly message: string;
}

/** A field that names another entity: `path` is where it stands, `key` the key of the entity it means. */
export interface Reference {
  readonly path: Path;
  readonly kind: string;
  readonly key: string;
  /** Following such references must end: a cycle of them is a problem. */
  readonly acyclic?: boolean;
  /** Only keys below this one can be meant, and the field holds what follows it; `why` says so to who means another. */
  readonly only?: { readonly within: string; readonly why: string };
}

/** The references of a field: one for its key, one for each item of a list of keys, none where it is absent. */
export function refer(
  kind: string,
  written: string | readonly string[] | undefined,
  ...path: Path
): Reference[] {
  if (written === undefined) return [];
  if (typeof written === "string") return [{ path, kind, key: written }];
  return written.map((key, index) => ({ path: [...path, index], kind, key }));
}

/** A text that names an entity without being a reference: it may name one that is not there. */
export interface Mention {
  readonly path: Path;
  readonly kind: string;
  readonly name: string;
  /** The domain or namespace, where the text's surroundings say it. */
  readonly within?: string | undefined;
  /** The name is a part of the key at that path, behind this text: `gigabytes_` in `gigabytes_ssd`. */
  readonly keyPrefix?: string;
}

/**
 * What a changed field does to the resource that the entity becomes. `value`: what is written is sent, and another
 * value destroys the resource and makes it anew (ForceNew). `id`: the same, but sent is the id of what the field
 * names, so a new name of that alone does nothing. `never`: the service refuses the change.
 */
export type Force = "value" | "id" | "never";

/**
 * How a field gives somebody something. `more`: a larger number, -1 being without limit. `items`: more entries.
 * `yes`: true rather than false. `being`: that it is there at all. `any`: another
 * one, whichever it is, as of a condition.
 */
export type Grant = "more" | "items" | "yes" | "being" | "any";

/** The same as `refer`, of references that must end: a cycle of them is a problem. */
export function referAcyclic(...field: Parameters<typeof refer>): Reference[] {
  return refer(...field).map((reference) => ({ ...reference, acyclic: true }));
}

/** What a rule found: the place within the entity's own document, what is wrong, what would be right. */
export interface Finding {
  readonly path: Path;
  /** The key at the end of the path is wrong, not what stands behind it. */
  readonly on?: "key";
  /** Where it was written, if that is in the document of another entity. */
  readonly place?: Place | undefined;
  /** A second place that the message is about; `help` need not name it. */
  readonly related?: Related | undefined;
  readonly message: string;
  readonly help: string;
}

/** A check across fields or entities. Its function's name is the sentence it enforces. */
export interface Rule<Written, Spec> {
  readonly code: Code;
  check(entity: Entity<Spec>, look: Look, written: Written): Iterable<Finding>;
}

/** A Terraform object that an entity becomes: its type and name make its address. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  /** Where the name comes from, for the message if two of them collide. */
  readonly path: Path;
  /** The other entity that it relates its own to: where that one is made anew, so is this. */
  readonly to?: { readonly kind: string; readonly key: string };
  /** It is changed, not made anew, where the entity that makes it is made anew. */
  readonly outlives?: true;
}

/** One entity, checked: `spec` is complete, in base units, with nothing optional that has a default. */
export interface Entity<Spec = unknown> {
  readonly kind: string;
  readonly key: string;
  readonly spec: Spec;
  readonly metadata: Metadata;
  /** The base of its Terraform names (`metadata.address`, or made from its key). */
  readonly address: string;
  /** A Terraform name that follows the base: `<address>_<part>_…`, unless `metadata.addresses` replaces it. */
  derived(...parts: readonly string[]): string;
  /** Where the value at a path of its document was written; where it is absent, the block that lacks it. */
  place(path: Path): Place;
}

/** What stands under `metadata:` of any entity. Emits nothing, but `address` and `addresses`. */
export interface Metadata {
  readonly contacts: readonly string[];
  readonly note?: string;
  readonly address?: string;
  readonly addresses: Readonly<Record<string, string>>;
  readonly protected?: boolean;
  readonly accept: Readonly<Record<string, string>>;
  readonly "disable-date"?: string;
  readonly "removal-date"?: string;
}

/** What resolving, rules and constructs may ask of the rest of the environment. */
export interface Look {
  readonly environment: Environment;
  /** The day on which dates are judged, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** The entity of that key, or undefined if it is unmanaged, missing or broken. */
  find<Spec>(kind: Kind<unknown, Spec>, key: string): Entity<Spec> | undefined;
  /** All sound entities of a kind, by key, in the order of the keys. */
  all<Spec>(kind: Kind<unknown, Spec>): ReadonlyMap<string, Entity<Spec>>;
  /** Where a value of `environment.yaml` was written. */
  environmentPlace(path: Path): Place;
  /** Is there a folder of that path below the data root? */
  isFolder(path: string): boolean;
  /** What a YAML file below the data root holds; undefined if it cannot be read. */
  dataIn(path: string): unknown;
  /** The keys of a kind that are declared, broken entities included. */
  declared(kind: Kind<unknown, unknown>): readonly string[];
  /** The keys of a kind that declared entities of another one refer to, broken entities included. */
  named(by: Kind<unknown, unknown>, kind: Kind<unknown, unknown>): ReadonlySet<string>;
  /** Is the key named in the environment's `unmanaged` list of the kind, or always there? */
  isUnmanaged(kind: Kind<unknown, unknown>, key: string): boolean;
  /** Are all declared entities of the kind sound? Otherwise `all` lacks some that are there. */
  isSound(kind: Kind<unknown, unknown>): boolean;
}

/** What may give a value of a spec. */
export type Source =
  /** The document of the entity itself, or of another one: a class, a group. */
  | { readonly path: Path; readonly of?: Pick<Entity, "kind" | "key"> }
  /** A companion file of the entity, by its entry's index in the list. */
  | { readonly companion: number; readonly path: Path }
  /** The environment's own file. */
  | { readonly environment: Path }
  /** Nobody: the value that stands where nothing is written, and whose it is. */
  | { readonly stock: unknown; readonly why: string };

/** Where one value of a spec comes from, if that is not simply where the entity's own document writes it. */
export interface Origin {
  /** The value's path in the spec. */
  readonly path: Path;
  /** The source that counts, then those that it overrode, the strongest first. */
  readonly sources: readonly Source[];
  /** The value, where the spec holds it only within a text. */
  readonly value?: unknown;
  /** The entity that the value names, where no reference of the document does. */
  readonly refers?: Pick<Entity, "kind" | "key">;
}

/** A spec, and where its values come from: asked for only by who explains, for a site has a hundred thousand of them. */
export interface Resolved<Spec> {
  readonly spec: Spec;
  readonly origins?: () => readonly Origin[];
}

/** A folder below the data root, and where its copy lies, seen from the stack's JSON. */
export interface FolderCopy {
  readonly source: string;
  readonly copy: string;
}

export type Provider = "openstack" | "kubernetes" | "grafana";

/**
 * A sort of thing that may be written. One plain object a kind; the table is `kinds.ts`.
 * Functions are declared as methods so that the table can hold kinds of every type.
 */
export interface Kind<Written, Spec> {
  /** Kebab-case, singular: the top key of its files and the stem of its code. */
  readonly name: string;
  /** Its folder below the provider's folder. */
  readonly folder: string;
  readonly provider: Provider;
  /** One sentence for the documentation. */
  readonly description: string;
  /** The first folder below the kind's folder agrees with this part of the key. */
  readonly within?: "domain" | "namespace";
  /** Suffixes that a stem may carry; default: `-<name>`. */
  readonly suffixes?: readonly string[];
  /**
   * Where the parts of the key stand in its files: `[["flavor", "name"]]`. Empty: the stem without suffix is the key.
   * The last one agrees with the stem, unless `freeStem`.
   */
  readonly identity: readonly Path[];
  /** `true`: the stem says nothing of the key. */
  readonly freeStem?: true;
  /** A list of files that belong to the entity and are no entities themselves, relative to the file that lists them. */
  readonly companions?: Path;
  /** The top key whose `null` in a layer removes the entity; default: the kind's name, which then is a key of its files. */
  readonly nulled?: string;
  /** Blocks that an older layout nests below another block; they are moved up, with a warning. */
  readonly nested?: Readonly<Record<string, readonly string[]>>;
  /** Blocks that a patch may null whether they are there or not. */
  readonly blocks?: readonly string[];
  /**
   * Places that hold data for another program: below them a `null` is data (Helm deletes a chart's default with it)
   * and not a removal. What `companions` hold is laid below the first of them.
   */
  readonly nullable?: readonly Path[];
  /** The name of its list under `unmanaged`. */
  readonly unmanaged?: string;
  /** Keys that exist in every cloud without being declared. */
  readonly always?: readonly string[];
  /** The type of the resource that other entities refer to; absent: it becomes no resource of its own. */
  readonly resource?: string;
  /** Fields of its spec, by dotted path, whose Terraform argument is called otherwise; empty: there is none. */
  readonly spelled?: Readonly<Record<string, string>>;
  /**
   * Fields of its spec whose change does not simply change the resource, as the provider's schema and the service
   * have it (terraform-provider-openstack 1.54 to 3.4, kubernetes 2 and 3, helm 1 to 3).
   */
  readonly forces?: Readonly<Record<string, Force>>;
  /**
   * Fields of its spec, by dotted path, that give access or room; a block stands for all that is below it, `[]` for an entry of a
   * list. What is told of an entry and has no row here gives what the list gives.
   */
  readonly grants?: Readonly<Record<string, Grant>>;
  /** What is lost with one that is destroyed, in a sentence: for who reviews its removal. */
  readonly lost?: string;
  /** Codes of rules of other kinds that look here whether they are accepted. */
  readonly accepts?: readonly Code[];
  /** Deleting one must be acknowledged, unless its metadata says otherwise. */
  readonly protected?: true;
  /** What may be written in its files, `metadata` apart. */
  readonly document: z.ZodType<Written>;
  /** What may be written under `metadata` beyond what every kind has. */
  readonly metadata?: Readonly<Record<string, z.ZodType>>;
  /** The parts of the base of Terraform names where they are not those of the key. */
  base?(key: string): readonly string[];
  references?(written: Written, environment: Environment): readonly Reference[];
  /** What names other entities without being a reference to them. */
  mentions?(written: Written): readonly Mention[];
  /** Is it due for removal on that day? Then it is left out once `removals.yaml` names it. */
  isDue?(metadata: Metadata, asOf: string): boolean;
  resolve(written: Written, self: Self, look: Look): Resolved<Spec>;
  /** Every Terraform object that its construct makes. */
  resources?(entity: Entity<Spec>, look: Look): readonly Resource[];
  /** Folders of the data root that its resources name, copied beside the stack's JSON. */
  copies?(entity: Entity<Spec>): readonly FolderCopy[];
  readonly rules?: readonly Rule<Written, Spec>[];
}

/** What a kind's `resolve` may know of the entity itself. */
export interface Self {
  readonly key: string;
  readonly metadata: Metadata;
  place(path: Path): Place;
  /** The contents of a companion file, by its entry's index in the list. */
  companion(index: number): unknown;
}
