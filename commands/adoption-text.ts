import { plural } from "../kinds/names";
import type { Adoption } from "./adoption";
import type { Owner } from "./owners";

type Owners = ReadonlyMap<string, Owner>;

/** Names that are shown of each sort; the import blocks hold the rest. */
const SHOWN = 20;

interface End {
  readonly problems: number;
  /** The command that plans the stack. */
  readonly next: string;
  /** The command that writes the state that the last run could not write, if there is one. */
  readonly unwritten: string | undefined;
}

/** What was found for a stack, for a person. */
export function adoptionAsText(stack: string, adoption: Adoption, owners: Owners, end: End): string {
  const { managed, found, created, notImported } = adoption;
  const lines = [
    stack,
    `  in the state already: ${plural(managed, "resource")}`,
    `  found in the cloud: ${plural(found.length, "resource")}`,
    ...some(found.map(({ to, id }) => `${shown(to, owners)}  ${id}`)),
    `  will be created: ${plural(created.length, "resource")}`,
    ...some(created.map((address) => shown(address, owners))),
  ];
  for (const [why, addresses] of notImported) {
    lines.push(`  not imported: ${plural(addresses.length, "resource")}`, `    ${why}`);
  }
  if (end.unwritten !== undefined) {
    lines.push(
      "  errored.tfstate lies in the stack's folder: a deploy could not write its state. If nothing was",
      "  deployed since, push it, remove it and adopt again; otherwise remove it:",
      `    ${end.unwritten}`,
    );
  }
  if (end.problems > 0) return `${lines.join("\n")}\n`;
  lines.push("", `Next: ${end.next}`);
  return `${lines.join("\n")}\n`;
}

function shown(address: string, owners: Owners): string {
  const owner = owners.get(address);
  return owner?.isNode ? owner.name : address;
}

function some(lines: readonly string[]): string[] {
  const rest = lines.length - SHOWN;
  const first = lines.slice(0, rest === 1 ? SHOWN + 1 : SHOWN).map((line) => `    ${line}`);
  return rest > 1 ? [...first, `    … and ${rest} more`] : first;
}
