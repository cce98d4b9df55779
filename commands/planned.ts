/** Plans of stacks as one review: who owns what, what arguments are called, what was there before. */
import { load as readYaml } from "js-yaml";
import type { Catalog } from "../catalog/catalog";
import type { Files } from "../catalog/files";
import type { Loaded } from "../catalog/load";
import type { Provider } from "../kinds/kind";
import type { Gate, Review, StackReview } from "../review/model";
import type { Owner } from "../review/owners";
import { type PlannedStack, wordMark } from "../review/plan-words";
import { type ReviewedStack, reviewOfPlan } from "../review/planned";
import { reviewOfEnvironments } from "../review/plans";
import type { Told } from "../review/stories";
import { argumentsOf, leavesOfBlocks } from "./arguments";
import { removalsFileOf } from "./removals-file";
import { atRevision } from "./revision";
import { toldOf, toldOfValue } from "./stories";
import { argumentsOf as blocksOf } from "./terraform-changes";
import { valuesOf } from "./value-story";
import type { Call } from "./verb";

/** What is known of one stack: its plan, or why there is none. */
export type StackPlan = { readonly stack: string } & (
  | { readonly plan: unknown }
  | { readonly failed: string }
);

/** What a look at the cloud adds to a review: gates that no plan shows. */
export type LookAtCloud = (catalog: Catalog, stacks: readonly ReviewedStack[]) => Promise<readonly Gate[]>;

const NOTHING_SEEN: LookAtCloud = () => Promise.resolve([]);

interface Asked {
  /** `drift`: only what changed outside. */
  readonly of?: "plan" | "drift";
  /** The revision that knows what is removed. */
  readonly base?: string | undefined;
  readonly look?: LookAtCloud;
}

/** One review of the plans of stacks. */
export async function reviewOfPlans(
  call: Pick<Call, "request" | "variables">,
  loaded: Loaded,
  plans: readonly StackPlan[],
  { of = "plan", base, look = NOTHING_SEEN }: Asked = {},
): Promise<Review> {
  const work = (was: Loaded | undefined) => reviewedEnvironments(loaded, was, plans);
  const reviewed = base === undefined ? work(undefined) : await atRevision(base, call, work);
  const environments = await Promise.all(
    reviewed.map(async ({ catalog, stacks, failed }) => ({
      ...{ catalog, stacks, failed, gates: await look(catalog, stacks) },
      removalsFile: removalsFileOf(loaded.files, catalog.environment.name),
    })),
  );
  return reviewOfEnvironments(environments, { of, base });
}

interface Environment {
  readonly catalog: Catalog;
  readonly stacks: readonly ReviewedStack[];
  readonly failed: readonly StackReview[];
}

function reviewedEnvironments(
  now: Loaded,
  was: Loaded | undefined,
  plans: readonly StackPlan[],
): Environment[] {
  return now.catalogs.flatMap((catalog): Environment[] => {
    const own = catalog.stacks().flatMap(({ name, provider }) => {
      const plan = plans.find(({ stack }) => stack === name);
      return plan ? [{ plan, provider }] : [];
    });
    if (own.length === 0 || !now.files) return [];
    const base = was?.catalogs.find(({ environment }) => environment.name === catalog.environment.name);
    const files = new Map<Catalog, Files>([[catalog, now.files]]);
    if (base && was?.files) files.set(base, was.files);
    const isWritten = argumentsIn(catalog);
    const stacks = own.flatMap(({ plan, provider }) =>
      "plan" in plan ? [reviewOfPlan({ ...stackOf(plan, provider, catalog, base, files), isWritten })] : [],
    );
    const failed = own.flatMap(({ plan }): StackReview[] =>
      "failed" in plan ? [{ name: plan.stack, is: "failed", why: plan.failed }] : [],
    );
    return [{ catalog, stacks, failed }];
  });
}

function stackOf(
  { stack, plan }: { readonly stack: string; readonly plan: unknown },
  provider: Provider,
  catalog: Catalog,
  base: Catalog | undefined,
  files: ReadonlyMap<Catalog, Files>,
): Omit<PlannedStack, "isWritten"> {
  return {
    ...{ name: stack, provider, catalog, base, plan },
    words: (owner) => wordsOf(owner, files),
    told(owner) {
      const own = files.get(owner.catalog);
      return own ? toldOf(owner.catalog, own, owner.kind, owner.entity) : [];
    },
    document: documentIn,
  };
}

/** Which arguments the environment's configuration writes. It is made once for all stacks, and only if somebody asks. */
function argumentsIn(catalog: Catalog): PlannedStack["isWritten"] {
  let blocks: ReadonlyMap<string, string> | undefined;
  const written = new Map<string, ReadonlySet<string>>();
  return (address, argument) => {
    blocks ??= blocksOf(catalog);
    const known = written.get(address) ?? namesIn(blocks.get(address));
    written.set(address, known);
    return known.has(argument);
  };
}

/** The names of a block's arguments. */
function namesIn(block: string | undefined): ReadonlySet<string> {
  const entries: unknown = block === undefined ? [] : JSON.parse(block);
  return new Set(Array.isArray(entries) ? entries.map(([name]) => String(name)) : []);
}

/** What the values of an entity are called, by the argument that carries them. */
function wordsOf(
  { catalog, kind, entity }: NonNullable<Owner["of"]>,
  files: ReadonlyMap<Catalog, Files>,
): ReadonlyMap<string, Told> {
  const own = files.get(catalog);
  const words = new Map<string, Told>();
  if (!own) return words;
  const asked = { catalog, files: own, kind, entity };
  const { blocksOfEntity } = require("../constructs/one-entity") as typeof import("../constructs/one-entity");
  const place = { provider: kind.provider, kind: kind.name, key: entity.key };
  const leaves = leavesOfBlocks(asked, blocksOfEntity(catalog, place));
  for (const value of valuesOf(asked)) {
    const told = toldOfValue(asked, value);
    if (!told) continue;
    for (const { address, argument } of argumentsOf(asked, value, leaves)) {
      // The argument of a list is told by its first entry, and so is one within it.
      for (const name of [
        argument,
        argument.replace(/\[\d+\]$/, ""),
        ...(told.isItem ? listsIn(argument) : []),
      ])
        if (!words.has(wordMark(address, name))) words.set(wordMark(address, name), told);
    }
  }
  return words;
}

/** The lists that an argument stands in, the innermost first: `data: rules[0].local` of `data: rules[0].local[1].user`. */
function listsIn(argument: string): string[] {
  const from = argument.indexOf(": ");
  const ends = [...argument.matchAll(/\[\d+\]/g)].map(({ index }) => index).filter((index) => index > from);
  return ends.reverse().map((end) => argument.slice(0, end));
}

/** A document of YAML or JSON that is a map or a list; undefined: the text is nothing but text. */
function documentIn(text: string): unknown {
  try {
    const value: unknown = readYaml(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
