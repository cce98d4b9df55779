import type { Configuration } from "../live/configuration";
import type { Match } from "../live/finder";
import type { Look } from "../live/look";
import type { Import } from "./imports";

/** What a look at the live cloud found for one stack, by address, in the order of its JSON. */
export interface Adoption {
  /** How many resources the state has already. */
  readonly managed: number;
  readonly found: readonly Import[];
  readonly several: readonly { readonly address: string; readonly matches: readonly Match[] }[];
  /** Resources whose objects the state has under another address. */
  readonly elsewhere: readonly { readonly address: string; readonly inState: string }[];
  /** Resources that do not exist. */
  readonly created: readonly string[];
  /** Resources that are not imported, by the reason. */
  readonly notImported: ReadonlyMap<string, readonly string[]>;
  /** Data sources that find nothing. */
  readonly missing: readonly string[];
}

/** Looks for every resource of a stack, and for every data source that one of them needs. */
export async function adoptionOf(configuration: Configuration, look: Look): Promise<Adoption> {
  const managed: string[] = [];
  const found: Import[] = [];
  const several: { address: string; matches: readonly Match[] }[] = [];
  const elsewhere: { address: string; inState: string }[] = [];
  const created: string[] = [];
  const notImported = new Map<string, string[]>();
  const sights = await Promise.all(
    configuration.resources.map(async (block) => ({ ...block, sight: await look.sight(block) })),
  );
  for (const { address, sight } of sights) {
    if (sight.is === "managed") managed.push(address);
    else if (sight.is === "found") found.push({ to: address, id: sight.match.importId });
    else if (sight.is === "several") several.push({ address, matches: sight.matches });
    else if (sight.is === "elsewhere") elsewhere.push({ address, inState: sight.address });
    else if (sight.is === "absent") created.push(address);
    else notImported.set(sight.why, [...(notImported.get(sight.why) ?? []), address]);
  }
  const missing: string[] = [];
  for (const [address, seen] of look.dataSeen()) {
    const sight = await seen;
    if (sight.is === "absent") missing.push(address);
    else if (sight.is === "several") several.push({ address, matches: sight.matches });
  }
  return { managed: managed.length, found, several, elsewhere, created, notImported, missing };
}
