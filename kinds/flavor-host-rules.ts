import { type AggregateSpec, aggregate } from "./aggregate";
import { type FlavorSpec, flavor } from "./flavor";
import { type FlavorClassSpec, flavorClass } from "./flavor-class";
import { hostGroup } from "./host-group";
import type { Entity, Finding, Look } from "./kind";
import { suggest } from "./names";
import { answers, type Demand, demandsOf, someHostAnswers } from "./scheduling";

/** A class is told once, however many flavors it has; what it asks for and none of its flavors keeps is not judged. */
export function* classFindsAHost({ key, spec }: Entity<FlavorClassSpec>, look: Look): Iterable<Finding> {
  const demands = demandsOf(spec.extra_specs);
  if ([...look.all(flavor).values()].some((one) => one.spec.class === key && keepsAll(one.spec, demands)))
    yield* unanswered("flavor-class", key, demands, look);
}

/** A flavor that asks for something else or more than its class does. */
export function* flavorFindsAHost({ key, spec }: Entity<FlavorSpec>, look: Look): Iterable<Finding> {
  const base = spec.class === undefined ? undefined : look.find(flavorClass, spec.class);
  const inherited = demandsOf(base?.spec.extra_specs);
  const own = demandsOf(spec.extra_specs).filter((demand) => !isAmong(demand, inherited));
  if (own.length === 0) return;
  const [finding] = unanswered("flavor", key, own, look);
  if (finding) {
    yield finding;
    return;
  }
  // Where nothing answers the class, that is told at the class.
  const [toldOfClass] = keepsAll(spec, inherited) ? unanswered("flavor-class", "", inherited, look) : [];
  const kept = inherited.filter((demand) => isAmong(demand, demandsOf(spec.extra_specs)));
  if (!toldOfClass) yield* unanswered("flavor", key, [...own, ...kept], look);
}

function keepsAll(spec: FlavorSpec, demands: readonly Demand[]): boolean {
  const kept = demandsOf(spec.extra_specs);
  return demands.every((demand) => isAmong(demand, kept));
}

function isAmong({ key, asks }: Demand, demands: readonly Demand[]): boolean {
  return demands.some((one) => one.key === key && one.asks === asks);
}

/** Demands that no host answers, told at the first. Where not all hosts of aggregates are known, nothing is told. */
function* unanswered(
  block: "flavor" | "flavor-class",
  key: string,
  demands: readonly Demand[],
  look: Look,
): Iterable<Finding> {
  const aggregates = [...look.all(aggregate).values()].map(({ spec }) => spec);
  const first = demands.find((demand) => !someHostAnswers(aggregates, [demand])) ?? demands[0];
  const isKnown =
    look.isSound(aggregate) && look.isSound(hostGroup) && aggregates.every(({ lacksHosts }) => !lacksHosts);
  // A site without any aggregate keeps them elsewhere.
  if (!first || aggregates.length === 0 || !isKnown || someHostAnswers(aggregates, demands)) return;
  yield {
    path: [block, "extra_specs", first.spec],
    ...why(
      `Nova finds no host for the ${block === "flavor" ? block : "class"} "${key}"`,
      first,
      demands,
      aggregates,
    ),
  };
}

function why(
  message: string,
  demand: Demand,
  demands: readonly Demand[],
  aggregates: readonly AggregateSpec[],
): Pick<Finding, "message" | "help"> {
  const { key, asks } = demand;
  const answering = aggregates.filter((one) => answers(one, demand));
  if (answering.some(({ hosts }) => hosts.length > 0)) {
    const all = demands.map((one) => `\`${one.key}: ${one.asks}\``).join(" and ");
    return {
      message: `${message}: none is in aggregates with ${all}`,
      help: "add the hosts to an aggregate of each",
    };
  }
  if (answering.length > 0) {
    const names = answering.map(({ name }) => `"${name}"`).join(", ");
    return {
      message: `${message}: ${names}, with \`${key}: ${asks}\`, has none`,
      help: "write them there, under `hosts` or `host-groups`",
    };
  }
  const there = [
    ...new Set(
      aggregates.flatMap(({ metadata }) => (Object.hasOwn(metadata, key) ? (metadata[key] ?? []) : [])),
    ),
  ].sort();
  return {
    message: `${message}: no aggregate has the metadata \`${key}: ${asks}\``,
    help:
      there.length > 0
        ? suggest(asks, there, `values of \`${key}\` in aggregates`)
        : `write \`metadata: {${key}: ${asks}}\` in the aggregate of its hosts`,
  };
}
