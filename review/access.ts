import type { AnyKind } from "../catalog/document";
import type { Grant } from "../kinds/kind";
import { QUOTA_KEYS, SERVICES } from "../kinds/quota";
import { withinItems } from "./items";
import type { Seen, ValueChange } from "./model";

/** The same change, marked where it gives somebody more than before, or less. */
export function withAccess(kind: AnyKind | undefined, change: ValueChange): ValueChange {
  const grant = kind && grantOf(kind, change.path);
  const access = grant && accessOf(grant, change);
  return access ? { ...change, access } : change;
}

/** The changes that a change consists of, each marked; what stands within an entry of a list gives what the list gives. */
export function apart(kind: AnyKind | undefined, change: ValueChange): ValueChange[] {
  const whole = withAccess(kind, change);
  return withinItems(whole).map((one) => (one.path === whole.path ? one : withAccess(kind, one)));
}

/** What a field gives, by itself or by the block around it. */
function grantOf({ grants = {} }: AnyKind, path: string): Grant | undefined {
  const field = path.replace(/\[[^\]]*\]/g, "[]");
  const block = Object.keys(grants).find((one) => field === one || field.startsWith(`${one}.`));
  return block === undefined ? undefined : grants[block];
}

function accessOf(grant: Grant, change: ValueChange): ValueChange["access"] {
  const { before, after, items } = change;
  if (grant === "any") return "wider";
  if (items) return items.added.length > 0 ? "wider" : "narrower";
  if (grant === "more")
    return before && after ? compareRooms(roomOf(before), roomOf(after)) : roomAtLeast(change);
  if (grant === "yes") return yes(after) === yes(before) ? undefined : yes(after) ? "wider" : "narrower";
  return after !== undefined ? "wider" : "narrower";
}

/** A number, -1 being without limit; undefined: not known. */
function roomOf(seen: Seen | undefined): number | undefined {
  if (!seen || !("value" in seen) || typeof seen.value !== "number") return undefined;
  return seen.value === -1 ? Number.POSITIVE_INFINITY : seen.value;
}

function compareRooms(before: number | undefined, after: number | undefined): ValueChange["access"] {
  if (before === undefined || after === undefined || before === after) return undefined;
  return after > before ? "wider" : "narrower";
}

/** What is not written is as the cloud has it. What that is may be another number there, so nothing is called narrower. */
function roomAtLeast({ path, before, after }: ValueChange): ValueChange["access"] {
  const stock = stockOf(path);
  const room = (seen: Seen | undefined) =>
    roomOf(seen ?? (stock === undefined ? undefined : { value: stock }));
  return compareRooms(room(before), room(after)) === "wider" ? "wider" : undefined;
}

function stockOf(path: string): number | undefined {
  const [block, key = "", type] = path.split(".");
  // A volume type has no limit of its own.
  if (block === "volume_type_quota" || type !== undefined) return -1;
  return SERVICES.map((service) => QUOTA_KEYS[service][key]?.stock).find((stock) => stock !== undefined);
}

function yes(seen: Seen | undefined): boolean {
  return seen !== undefined && "value" in seen && seen.value === true;
}
