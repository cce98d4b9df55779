import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import type { Place } from "../kinds/kind";
import type { EntityName, Json } from "./model";

/** A value of an entity, and who gave it. */
export interface Told {
  /** Its path in the spec; of an entry of a list: that of the list. */
  readonly path: string;
  readonly value: Json;
  /** It is an entry of a list; an empty list has none. */
  readonly isItem: boolean;
  readonly unit?: string | undefined;
  readonly place?: Place | undefined;
  /** Another entity that gives it. */
  readonly by?: EntityName | undefined;
}

/** One environment of a revision of the data. */
export interface Side {
  readonly catalog: Catalog;
  /** What each Terraform object is made with, as text, by address; absent where broken data makes none. */
  readonly blocks?: ReadonlyMap<string, string> | undefined;
  /** The values of an entity: one that stands in a map by its path, the entries of a list one after another. */
  told(kind: AnyKind, entity: Located): readonly Told[];
}
