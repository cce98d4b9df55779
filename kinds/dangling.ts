import { once } from "./groups";
import type { Kind, Look } from "./kind";
import { network } from "./network";
import { subnet } from "./subnet";

type AnyKind = Kind<unknown, unknown>;

/** Does an entity of one kind name one of another that is not there? That is told, and it may mean any. */
export function someNamesNothing(by: AnyKind, kind: AnyKind, look: Look): boolean {
  const declared = new Set(look.declared(kind));
  return [...look.named(by, kind)].some((key) => !declared.has(key) && !look.isUnmanaged(kind, key));
}

/** Is every subnet sound, and in a network that is there? One that is not may be the one that an address needs. */
export const subnetsAreKnown = once(
  (look: Look) => look.isSound(subnet) && !someNamesNothing(subnet, network, look),
);
