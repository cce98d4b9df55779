/** What the arguments of a plan are called in the files. */
import { addressOf } from "../catalog/addresses";
import type { Catalog, Located } from "../catalog/catalog";
import type { Provider } from "../kinds/kind";
import type { Json, Seen } from "./model";
import type { Owner, Owners } from "./owners";
import type { PlanJson } from "./plan-json";
import type { Told } from "./stories";
import { sortOf } from "./touched";

/** What carries a value of an entity: its address and argument, as `words` has them for a key. */
export function wordMark(address: string, argument: string): string {
  return `${address} ${argument}`;
}

/** One stack, its plan, and who knows what its arguments are called. */
export interface PlannedStack {
  readonly name: string;
  readonly provider: Provider;
  readonly catalog: Catalog;
  /** The data that was there before: it knows what is removed. */
  readonly base?: Catalog | undefined;
  /** What `terraform show -json` says. */
  readonly plan: unknown;
  /** Does the configuration write the argument of that name? */
  isWritten(address: string, argument: string): boolean;
  /** What an entity's values are called, by `wordMark`. */
  words(owner: NonNullable<Owner["of"]>): ReadonlyMap<string, Told>;
  /** Every value of an entity. */
  told(owner: NonNullable<Owner["of"]>): readonly Told[];
  /** Reads a document that an argument holds as text. */
  document(text: string): unknown;
}

/** The words of one plan. */
export class PlanWords {
  /** What ids mean, such as `project einfra_cz/courses`. */
  readonly names = new Map<string, string>();
  /** The names of domains, by their ids. */
  readonly domains = new Map<string, string>();
  private readonly words = new Map<Located, ReadonlyMap<string, Told>>();

  constructor(
    private readonly input: PlannedStack,
    private readonly owners: Owners,
    { prior_state }: PlanJson,
  ) {
    for (const { address, values } of prior_state?.values?.root_module?.resources ?? []) {
      const id = values?.["id"];
      const name = values?.["name"];
      if (typeof id !== "string") continue;
      const object = address.replace(/^data\./, "");
      // Keystone's first domain has the id `default`, which elsewhere is a word.
      if (object.startsWith("openstack_identity_project_v3.") && typeof name === "string")
        this.domains.set(id, name);
      if (id.length < SHORTEST_ID) continue;
      const owner = owners.of({ address: object });
      if (owner.kind !== "terraform" && owner.isNode) this.names.set(id, `${owner.kind} ${owner.key}`);
      else if (typeof name === "string") this.names.set(id, `${sortOf(object)} ${name}`);
    }
  }

  /** The value that an argument carries. */
  wordOf({ of }: Owner, address: string, argument: string): Told | undefined {
    return of && this.wordsOf(of).get(wordMark(address, argument));
  }

  /** The value that an argument carries now, or what its value was called before it lost it. */
  pathOf(owner: Owner, address: string, argument: string): Pick<Told, "path" | "unit"> | undefined {
    const told =
      this.wordOf(owner, address, argument) ?? this.wordOf({ ...owner, of: owner.was }, address, argument);
    if (!told) return undefined;
    const { path, unit, isItem } = told;
    const within = isItem ? /^(?:\w+: )?[\w.]+?(\[\d+\]\..+)$/.exec(argument)?.[1] : undefined;
    return { path: within === undefined ? path : `${path}${within}`, unit };
  }

  /** The entries of an entity's lists that an object carries; of an object beside it also the values that somebody wrote. */
  carriedBy({ of, isNode }: Owner, address: string): readonly Told[] {
    if (!of) return [];
    const found = [...this.wordsOf(of)].filter(
      ([mark, { isItem, place }]) =>
        mark.startsWith(`${address} `) && (isItem || (!isNode && place !== undefined)),
    );
    return [...new Map(found.map(([, told]) => [JSON.stringify([told.path, told.value]), told])).values()];
  }

  /** What the value is called that such objects stand for, or the list whose entries they are. */
  listOf(address: string): string | undefined {
    const like = this.owners.like(address);
    if (!like?.of) return undefined;
    return this.carriedBy(like, addressOf(like.of.resource))[0]?.path;
  }

  /** An id as the name of what it means. */
  named(seen: Seen): Seen {
    const name = "value" in seen && typeof seen.value === "string" ? this.names.get(seen.value) : undefined;
    return name === undefined ? seen : { value: keyIn(name) };
  }

  private wordsOf(of: NonNullable<Owner["of"]>): ReadonlyMap<string, Told> {
    // What it was before and what it is now have the same key.
    const known = this.words.get(of.entity) ?? this.input.words(of);
    this.words.set(of.entity, known);
    return known;
  }
}

/** Shorter ids are numbers, which may be anything else too. */
const SHORTEST_ID = 8;

/** The key in `project einfra_cz/courses`. */
export function keyIn(name: string): string {
  return name.slice(name.indexOf(" ") + 1);
}

/** Is what is seen that value? */
export function isSame(seen: Seen, value: Json): boolean {
  return "value" in seen && JSON.stringify(seen.value) === JSON.stringify(value);
}
