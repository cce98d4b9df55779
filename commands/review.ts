import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { resourcesOf } from "../catalog/addresses";
import type { Catalog } from "../catalog/catalog";
import { isSystemError } from "../change/write-file";
import { suggest } from "../kinds/names";
import { WorldError } from "../live/world";
import { planOf } from "../review/plan-json";
import { EXIT } from "./exit";
import { reviewOfPlans, type StackPlan } from "./planned";
import { PRINT_HELP, PRINT_OPTIONS, printReview, printsOf } from "./prints";
import { soundData } from "./sound-data";
import { type Call, UsageError, type Verb } from "./verb";

export const review: Verb = {
  name: "review",
  usage: "[STACK=]PLAN.json… [--base REV] [--format F] [--report F:FILE]…",
  summary: "Say what plans of Terraform would do, in entity words.",
  help: [
    "PLAN.json is what `terraform show -json PLAN` prints (OpenTofu's too); `-` reads it",
    "from the input. Which stack it is of is known by the folder that it lies in or by",
    "what it holds; otherwise name it: prod-brno-openstack=plan.json.",
    "",
    "  --base REV       a git revision that has the files of what is removed",
    PRINT_HELP,
    "",
    "A plan holds secrets in clear; what is printed here holds none. Exit code 4:",
    "something is refused; what lets it pass is told.",
    "",
    "  cloud-entities review plan.json --report html:review.html",
  ].join("\n"),
  options: { base: { type: "string" }, ...PRINT_OPTIONS },
  words: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const { words, flags } = call;
    const prints = printsOf(call);
    const given = words.map((word) => planIn(word, call));
    const loaded = soundData(call);
    if ("exit" in loaded) return loaded.exit;
    const plans = given.map(({ word, stack, plan }): StackPlan => {
      return { stack: stackMeant(word, stack, plan, loaded.catalogs), plan };
    });
    const twice = plans.find(({ stack }, index) => plans.findIndex((one) => one.stack === stack) < index);
    if (twice) throw new UsageError(`two plans are of the stack ${twice.stack}: write STACK=PLAN.json`);
    const { base } = flags;
    const found = await reviewOfPlans(call, loaded, plans, {
      base: typeof base === "string" ? base : undefined,
    });
    printReview(found, prints, call);
    return found.gates.length > 0 ? EXIT.changes : EXIT.fine;
  },
};

interface Given {
  readonly word: string;
  readonly stack: string | undefined;
  readonly plan: unknown;
}

function planIn(word: string, { cwd }: Call): Given {
  const [, stack, named = word] = /^([A-Za-z0-9_.-]+)=(.+)$/s.exec(word) ?? [];
  const file = resolve(cwd, named);
  const text = textOf(named === "-" ? 0 : file, named);
  const folder = dirname(file);
  const around = named !== "-" && basename(dirname(folder)) === "stacks" ? basename(folder) : undefined;
  try {
    return { word, stack: stack ?? around, plan: JSON.parse(text) };
  } catch {
    throw new WorldError(`${named} is no JSON: it should be what \`terraform show -json PLAN\` prints`);
  }
}

function textOf(file: string | number, named: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isSystemError(error)) throw new WorldError(`${named} cannot be read: ${error.message}`);
    throw error;
  }
}

/** The stack that a plan is of: the one that is named, else the one that has most of its addresses. */
function stackMeant(
  word: string,
  named: string | undefined,
  plan: unknown,
  catalogs: readonly Catalog[],
): string {
  const all = catalogs.flatMap((catalog) => catalog.stacks().map((stack) => ({ catalog, ...stack })));
  const names = all.map(({ name }) => name);
  if (named !== undefined) {
    if (names.includes(named)) return named;
    throw new UsageError(`there is no stack "${named}"; ${suggest(named, names, "the stacks")}`);
  }
  const parsed = planOf(plan);
  if ("fault" in parsed) throw new WorldError(`${word}: ${parsed.fault}`);
  const addresses = new Set((parsed.resource_changes ?? []).map(({ address }) => address));
  const scores = all.map(({ name, catalog, provider }) => {
    const kinds = catalog.kinds.filter((kind) => kind.provider === provider);
    const own = kinds.flatMap((kind) =>
      [...catalog.located(kind).values()].flatMap((entity) => resourcesOf(kind, entity, catalog)),
    );
    const found = own.filter((resource) => addresses.has(`${resource.type}.${resource.name}`)).length;
    // What a stack has and the plan has not tells two stacks apart that share their layers.
    return { name, score: found, lacks: own.length - found };
  });
  const best = scores.sort((a, b) => b.score - a.score || a.lacks - b.lacks);
  const [first, second] = best;
  const isClear =
    first &&
    first.score > 0 &&
    (first.score !== second?.score || first.lacks !== second.lacks || best.length === 1);
  if (!isClear) {
    if (all.length === 1 && first) return first.name;
    throw new UsageError(`which stack is ${word} of? Write STACK=${word}; the stacks: ${names.join(", ")}`);
  }
  return first.name;
}
