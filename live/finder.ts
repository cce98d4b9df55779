import type { z } from "zod";
import type { Clouds } from "./clouds";
import type { Block } from "./configuration";
import type { Listing } from "./openstack";
import { WorldError } from "./world";

/** The arguments that a finder asked for, resolved; absent where they are not written. */
export type Wanted = Readonly<Record<string, unknown>>;

/** An object of the live cloud that may be the one that a resource means. */
export interface Match {
  /** What `terraform import` takes. */
  readonly importId: string;
  /** The attributes that others refer to, and that tell it apart in a state. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** How it differs from others that match as well, in words. */
  readonly about?: string;
}

/** How the objects of one resource type are found in a live cloud. */
export interface Finder {
  /**
   * The arguments that say which object it is. If one refers to something that does not exist,
   * neither does the object.
   */
  readonly by: readonly string[];
  /** What tells objects of the type apart in a state; default: the attribute `id`. */
  readonly identity?: (attributes: Readonly<Record<string, unknown>>) => string;
  find(wanted: Wanted, clouds: Clouds): Promise<readonly Match[]>;
}

/** A resource type that is not imported, and why nothing is lost: shown to the user. */
export interface NotImported {
  readonly notImported: string;
}

/** A resource type whose objects are of several sorts: which row counts for one. */
export interface Several {
  sortOf(written: Block["written"]): Finder | NotImported;
}

/** The row of a resource type: how its objects are found, or why they need not be. */
export type Row = Finder | NotImported | Several;

/** How to find the objects of a type that are items of an OpenStack collection. */
interface InCollection<Item> {
  readonly by: readonly string[];
  readonly list: (wanted: Wanted) => Listing;
  readonly item: z.ZodType<Item>;
  /** Is it the one? Arguments that are not written are absent in `wanted`. */
  readonly isMeant: (item: Item, wanted: Wanted) => boolean;
  readonly importId: (item: Item, wanted: Wanted) => string;
  /** The attribute `id` in a state; default: the import id. */
  readonly id?: (item: Item) => string;
  readonly about?: (item: Item) => string;
}

/** A finder in a collection that is listed once. */
export function inCollection<Item>(how: InCollection<Item>): Finder {
  return {
    by: how.by,
    async find(wanted, { openstack }) {
      const listing = how.list(wanted);
      const items = (await openstack().list(listing)).map((item) => checked(item, how.item, listing));
      return items
        .filter((item) => how.isMeant(item, wanted))
        .map((item) => {
          const importId = how.importId(item, wanted);
          const about = how.about?.(item);
          const attributes = { ...item, id: how.id?.(item) ?? importId };
          return { importId, attributes, ...(about === undefined ? {} : { about }) };
        });
    },
  };
}

function checked<Item>(item: unknown, schema: z.ZodType<Item>, { service, key }: Listing): Item {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new WorldError(`an item of ${key} of the ${service} service is not as expected at ${where}`);
}

/** An argument as text, where it must be there. */
export function text(wanted: Wanted, argument: string): string {
  const value = wanted[argument];
  if (typeof value === "string") return value;
  throw new Error(`the argument ${argument} is no text`);
}

/** Does a written argument agree? One that is not written says nothing. */
export function agrees(wanted: unknown, actual: unknown): boolean {
  return wanted === undefined || wanted === actual;
}
