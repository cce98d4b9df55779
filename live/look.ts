import { type Piece, piecesOf } from "../constructs/template";
import type { Clouds } from "./clouds";
import type { Block, Configuration } from "./configuration";
import type { Finder, Match, NotImported, Row } from "./finder";
import type { State } from "./state";

/** What a look at the live cloud says of one resource or data source. */
export type Sight =
  | { readonly is: "managed"; readonly attributes: Readonly<Record<string, unknown>> }
  | { readonly is: "found"; readonly match: Match }
  | { readonly is: "several"; readonly matches: readonly Match[] }
  /** The state has the object under another address. */
  | { readonly is: "elsewhere"; readonly match: Match; readonly address: string }
  | { readonly is: "absent" }
  | { readonly is: "not-imported"; readonly why: string };

/** A template whose references are resolved; absent where one of them names nothing that exists. */
type Resolved = { readonly value: unknown } | { readonly unresolved: "absent" | "unknown" };

const ABSENT: Sight = { is: "absent" };

/** Looks for the resources of one stack: in its state, else in its live clouds. Each is looked for once. */
export class Look {
  private readonly sights = new Map<string, Promise<Sight>>();
  private readonly takenByType = new Map<string, ReadonlyMap<string, string>>();

  constructor(
    private readonly configuration: Configuration,
    private readonly state: State,
    private readonly clouds: Clouds,
    private readonly finders: Readonly<Record<string, Row>>,
  ) {}

  /** What is known of a resource or data source of the stack. */
  sight(block: Block): Promise<Sight> {
    const earlier = this.sights.get(block.address);
    if (earlier) return earlier;
    const sight = this.lookFor(block);
    this.sights.set(block.address, sight);
    return sight;
  }

  /** The data sources that were looked for, because a resource refers to them. */
  dataSeen(): readonly (readonly [address: string, sight: Promise<Sight>])[] {
    return [...this.sights].filter(([address]) => address.startsWith("data."));
  }

  private async lookFor(block: Block): Promise<Sight> {
    const attributes = this.state.get(block.address);
    if (attributes) return { is: "managed", attributes };
    const finder = finderOf(this.finders[block.type], block);
    if ("notImported" in finder) return { is: "not-imported", why: finder.notImported };
    const wanted: Record<string, unknown> = {};
    for (const argument of finder.by) {
      if (block.written[argument] === undefined) continue;
      const resolved = await this.resolved(block.written[argument]);
      if ("value" in resolved) wanted[argument] = resolved.value;
      else if (resolved.unresolved === "absent") return ABSENT;
      else return { is: "not-imported", why: `only Terraform knows its ${argument}` };
    }
    const matches = await finder.find(wanted, this.clouds);
    return block.address.startsWith("data.") ? sightOf(matches) : this.untaken(matches, finder, block.type);
  }

  /** What of the matches the state does not have yet: importing one twice would let its other address destroy it. */
  private untaken(matches: readonly Match[], finder: Finder, type: string): Sight {
    const identity = finder.identity ?? (({ id }) => String(id));
    const taken = this.taken(type, identity);
    const free = matches.filter(({ attributes }) => !taken.has(identity(attributes)));
    const [first] = matches;
    const address = first && taken.get(identity(first.attributes));
    if (free.length > 0 || !first || address === undefined) return sightOf(free);
    return { is: "elsewhere", match: first, address };
  }

  /** The addresses of the objects of a type that the state has, by their identities. */
  private taken(type: string, identity: NonNullable<Finder["identity"]>): ReadonlyMap<string, string> {
    const known = this.takenByType.get(type);
    if (known) return known;
    const ofType = [...this.state].filter(([address]) => address.startsWith(`${type}.`));
    const taken = new Map(ofType.map(([address, attributes]) => [identity(attributes), address] as const));
    this.takenByType.set(type, taken);
    return taken;
  }

  private async resolved(written: unknown): Promise<Resolved> {
    if (typeof written === "string") return this.text(piecesOf(written));
    if (Array.isArray(written)) return all(await Promise.all(written.map((item) => this.resolved(item))));
    if (typeof written !== "object" || written === null) return { value: written };
    const entries = Object.entries(written);
    const values = all(await Promise.all(entries.map(([, inner]) => this.resolved(inner))));
    if (!("value" in values)) return values;
    return { value: Object.fromEntries(entries.map(([key], index) => [key, values.value[index]])) };
  }

  private async text(pieces: readonly Piece[]): Promise<Resolved> {
    const parts = await Promise.all(
      pieces.map((piece) => ("data" in piece ? { value: piece.data } : this.reference(piece.expression))),
    );
    const [only] = parts;
    if (only && parts.length === 1) return only;
    const values = all(parts);
    return "value" in values ? { value: values.value.map(String).join("") } : values;
  }

  /** The value of `type.name.attribute`, as it is live; of other expressions nothing is known. */
  private async reference(expression: string): Promise<Resolved> {
    const [, address = "", attribute = ""] = /^((?:data\.)?\w+\.\w+)\.(\w+)$/.exec(expression) ?? [];
    const block = this.configuration.blocks.get(address);
    if (!block) return { unresolved: "unknown" };
    const sight = await this.sight(block);
    const attributes =
      sight.is === "managed" ? sight.attributes : sight.is === "found" ? sight.match.attributes : {};
    const value = attributes[attribute];
    return value === undefined || value === null ? { unresolved: "absent" } : { value };
  }
}

function finderOf(row: Row | undefined, { type, written }: Block): Finder | NotImported {
  if (!row) throw new Error(`live/finders.ts has no row for ${type}`);
  return "sortOf" in row ? row.sortOf(written) : row;
}

function sightOf([match, ...others]: readonly Match[]): Sight {
  if (!match) return ABSENT;
  return others.length === 0 ? { is: "found", match } : { is: "several", matches: [match, ...others] };
}

function all(
  parts: readonly Resolved[],
): { readonly value: readonly unknown[] } | Exclude<Resolved, { value: unknown }> {
  const values: unknown[] = [];
  for (const part of parts) {
    if (!("value" in part)) return part;
    values.push(part.value);
  }
  return { value: values };
}
