import type { Catalog } from "../catalog/catalog";
import type { Loaded } from "../catalog/load";
import { shareState } from "../catalog/site";
import { plural } from "../kinds/names";
import { reviewOfData, type Sides } from "../review/diff";
import type { Review } from "../review/model";
import type { Side } from "../review/stories";
import { changedValues } from "../review/values";
import { EXIT } from "./exit";
import { PRINT_HELP, PRINT_OPTIONS, printReview, printsOf } from "./prints";
import { removalsFileOf } from "./removals-file";
import { atRevision } from "./revision";
import { soundData } from "./sound-data";
import { settingsTold, toldOf } from "./stories";
import { argumentsOf } from "./terraform-changes";
import { type Call, UsageError, type Verb } from "./verb";

export const diff: Verb = {
  name: "diff",
  usage: "--base REV [--exit-code] [--format F] [--report F:FILE]…",
  summary: "Say what a change of the data does: no cloud, no credentials.",
  help: [
    "Compares the data with that of REV (a git revision), more exactly with the last",
    "commit that both have in common: what is added, changed, removed; what is made",
    "anew and why; whose access or quota is widened; what must be acknowledged.",
    "",
    "  --base REV       a branch, a tag, a commit",
    "  --exit-code      exit with 4 if anything changes",
    PRINT_HELP,
    "",
    "Exit code 4: something is refused; what lets it pass is told.",
    "",
    "  cloud-entities diff --base origin/main --report markdown:comment.md",
  ].join("\n"),
  options: { base: { type: "string" }, "exit-code": { type: "boolean" }, ...PRINT_OPTIONS },
  words: { min: 0, max: 0 },
  async run(call) {
    const { flags } = call;
    const prints = printsOf(call);
    const { base } = flags;
    if (typeof base !== "string") throw new UsageError("--base REV is wanted: the revision to compare with");
    const loaded = soundData(call);
    if ("exit" in loaded) return loaded.exit;
    const review = await diffSince(base, loaded, call);
    printReview(review, prints, call);
    const isAsked = flags["exit-code"] === true && review.changes.length > 0;
    return review.gates.length > 0 || isAsked ? EXIT.changes : EXIT.fine;
  },
};

/** What the data does otherwise than at a revision. */
function diffSince(revision: string, now: Loaded, call: Call): Promise<Review> {
  return atRevision(revision, call, (was) => {
    const broken = was.problems.filter(({ severity }) => severity === "error").length;
    if (broken > 0) {
      const note = `${revision} has ${plural(broken, "error")}: what is broken there is taken for new`;
      call.streams.err(`note: ${note}\n`);
    }
    return reviewBetween(revision, was, now);
  });
}

/** What two readings of the data do otherwise. */
export function reviewBetween(base: string, was: Loaded, now: Loaded): Review {
  const names = [...was.catalogs, ...now.catalogs].map(({ environment }) => environment.name);
  const heirs = heirsOf(was.catalogs, now.catalogs);
  const left = [...new Set(names)].filter((name) => ![...heirs.values()].includes(name)).sort();
  const sides = left.map((name): Sides => {
    const [before, after] = [sideOf(was, heirs.get(name) ?? name), sideOf(now, name)];
    const settings = before && after ? changedSettings(before.catalog, after.catalog) : [];
    return { before, after, settings, removalsFile: removalsFileOf(now.files, name) };
  });
  return reviewOfData(base, sides);
}

/** Environments under a new name: what has the state of one that is gone is that one, and destroys what it has not. */
function heirsOf(was: readonly Catalog[], now: readonly Catalog[]): ReadonlyMap<string, string> {
  const namesOf = (some: readonly Catalog[]) => new Set(some.map(({ environment }) => environment.name));
  const [old, fresh] = [namesOf(was), namesOf(now)];
  const gone = was.filter(({ environment }) => !fresh.has(environment.name));
  const come = now.filter(({ environment }) => !old.has(environment.name));
  return new Map(
    come.flatMap(({ environment }) => {
      const heir = gone.find((one) => shareState(one.environment, environment));
      return heir ? [[environment.name, heir.environment.name] as const] : [];
    }),
  );
}

function changedSettings(before: Catalog, after: Catalog) {
  return changedValues(settingsTold(before), settingsTold(after));
}

function sideOf({ catalogs, files, problems }: Loaded, name: string): Side | undefined {
  const catalog = catalogs.find(({ environment }) => environment.name === name);
  if (!catalog || !files) return undefined;
  const isBroken = problems.some(
    ({ severity, environments }) => severity === "error" && environments.includes(name),
  );
  // Where nothing says otherwise than before, nobody asks for them, and making them is most of the work.
  let blocks: Side["blocks"];
  return {
    catalog,
    get blocks() {
      if (!isBroken) blocks ??= argumentsOf(catalog);
      return blocks;
    },
    told: (kind, entity) => toldOf(catalog, files, kind, entity),
  };
}
