/** What a deploy says: what was done, what was not, and what to type next. */
import { differencesAsLines, differencesOf } from "../review/differences";
import type { Gate, Review } from "../review/model";
import type { Applied } from "../terraform/apply";
import type { Lock } from "../terraform/lock-info";
import { objectText, outcomeLines } from "./last-run";
import { lockText } from "./lock-text";
import { type Owner, ownersOf } from "./owners";
import type { Reviewed } from "./reviewed";
import type { Stack } from "./stacks";
import { typed, typedTerraform } from "./typed";
import type { Call } from "./verb";

/** Names that are shown of what would be made again. */
const SHOWN = 20;

/** What became of a stack that was not applied to its end. */
export function failureText(
  call: Call,
  stack: Stack,
  folder: string,
  applied: Applied,
  owners: ReadonlyMap<string, Owner>,
): string {
  const { how, outcome, sentences } = applied;
  const title = how === "stale" ? "the state moves: another run changes it" : how;
  return [
    `${stack.name}: ${title}`,
    ...outcomeLines(outcome, owners),
    ...(how === "stale" ? [] : sentences.map((sentence) => `  ${sentence}`)),
    ...next(call, stack, folder, applied),
  ].join("\n");
}

function next(
  call: Call,
  { name }: Stack,
  folder: string,
  { how, isUnwritten, isKilled }: Applied,
): string[] {
  if (how === "stale") return planned(call, [name]);
  const unlock = `    ${typed(call, "unlock", name)}`;
  const adopt = `    ${typed(call, "adopt", name)}`;
  const push = `    ${typedTerraform(call, folder, "state", "push", "errored.tfstate")}`;
  const first = isUnwritten
    ? [
        "  Next: the state could not be written. When its server is back:",
        unlock,
        push,
        "    and remove that file",
      ]
    : ["  Next: what was made may be in no state:", ...(isKilled ? [unlock] : [])];
  return [...first, adopt, ...planned(call, [name], "    ")];
}

/** What to type for a new plan. */
function planned(call: Call, names: readonly string[], lead = "  Next: "): string[] {
  return [`${lead}${typed(call, "plan", ...names)}`, "    and deploy once it is reviewed"];
}

/** Who keeps a deploy out; undefined: nobody any more. */
export function lockedText(call: Call, { name }: Stack, lock: Lock | undefined, now: Date): string {
  const why = lock ? `the state is locked by ${lockText(lock, now)}` : "the state was locked until now";
  return [
    `${name}: nothing was done: ${why}`,
    "  Next: wait and deploy again (--lock-timeout 10m waits for you); if that run is dead:",
    `    ${typed(call, "unlock", name)}`,
  ].join("\n");
}

/** A deploy that was killed made these, or began to, and nobody looked since whether they are there. */
export function repeatedText(
  call: Call,
  { name, catalog, provider }: Stack,
  addresses: readonly string[],
): string {
  const owners = ownersOf(catalog, provider);
  const rest = addresses.length - SHOWN;
  return [
    `${name}: nothing was done: the deploy that was killed made, or began to make, what this one would make again:`,
    ...addresses.slice(0, SHOWN).map((address) => `    ${objectText(address, owners)}`),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
    `  Next: ${typed(call, "adopt", name)}`,
    ...planned(call, [name], "    "),
  ].join("\n");
}

/** What is refused, and what lets it pass. */
export function gatesText(gates: readonly Gate[]): string {
  const lines = gates.flatMap(({ environment, message, help, place: { file, line, column }, add }) => [
    `${file}:${line}:${column}: refused: ${message} (${environment})`,
    `  ${help}`,
    ...(add ? [`  in ${add.file}:`, ...add.lines.split("\n").map((one) => `    ${one}`)] : []),
  ]);
  return [...lines, "nothing was deployed"].join("\n");
}

/** What would be done otherwise than it was reviewed. */
export function unlikeText(call: Call, stacks: readonly Stack[], reviewed: Reviewed, now: Review): string {
  const names = stacks.map(({ name }) => name);
  const { review } = reviewed;
  const lines = review ? differencesAsLines(differencesOf(only(stacks, review), only(stacks, now))) : [];
  const same = "the entities change as reviewed; what Terraform does to their objects is not the same";
  return [
    `${names.join(", ")}: the plan is not the reviewed one (${reviewed.name})`,
    ...(review && lines.length === 0 ? [same] : lines).map((line) => `  ${line}`),
    ...planned(call, names),
  ].join("\n");
}

/** What a review says of some stacks. */
function only(stacks: readonly Stack[], review: Review): Review {
  const kinds = stacks.flatMap(({ catalog, provider }) =>
    catalog.kinds.filter((kind) => kind.provider === provider).map(({ name }) => name),
  );
  const environments = stacks.map(({ catalog }) => catalog.environment.name);
  const changes = review.changes
    .filter(({ kind }) => kinds.includes(kind) || kind === "terraform")
    .map((change) => ({
      ...change,
      environments: change.environments.filter((name) => environments.includes(name)),
    }));
  return { ...review, changes };
}
