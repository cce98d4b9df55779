/** How Nova finds hosts for flavors by the metadata of aggregates (nova: AggregateInstanceExtraSpecsFilter). */
import type { AggregateSpec } from "./aggregate";

const NAMESPACE = "aggregate_instance_extra_specs:";

/** What a flavor asks of the aggregates of its hosts: the metadata's key, and the value or an operation on it. */
export interface Demand {
  readonly key: string;
  readonly asks: string;
  /** The extra spec that says so. */
  readonly spec: string;
}

/** What extra specs ask of aggregates. */
export function demandsOf(specs: Readonly<Record<string, string>> = {}): Demand[] {
  return Object.entries(specs).flatMap(([spec, asks]) =>
    spec.startsWith(NAMESPACE) ? [{ key: spec.slice(NAMESPACE.length), asks, spec }] : [],
  );
}

/** Does an aggregate answer a demand? What cannot be judged counts as an answer. */
export function answers({ metadata, zone }: AggregateSpec, { key, asks }: Demand): boolean {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : key === "availability_zone" ? zone : undefined;
  // Nova takes what commas part as values of their own.
  return value?.split(",").some((one) => matches(one.trim(), asks)) === true;
}

/** Is there a host whose aggregates together answer every demand? */
export function someHostAnswers(aggregates: readonly AggregateSpec[], demands: readonly Demand[]): boolean {
  const answering = demands.map(
    (demand) => new Set(aggregates.filter((one) => answers(one, demand)).flatMap(({ hosts }) => hosts)),
  );
  const [first = new Set<string>(), ...others] = answering;
  return [...first].some((host) => others.every((hosts) => hosts.has(host)));
}

const OPERATIONS: Readonly<Record<string, (value: string, words: readonly string[]) => boolean>> = {
  "=": numbers((a, b) => a >= b),
  "==": numbers((a, b) => a === b),
  "!=": numbers((a, b) => a !== b),
  ">=": numbers((a, b) => a >= b),
  "<=": numbers((a, b) => a <= b),
  "s==": (value, [word]) => value === word,
  "s!=": (value, [word]) => value !== word,
  "s<": (value, [word = ""]) => value < word,
  "s<=": (value, [word = ""]) => value <= word,
  "s>": (value, [word = ""]) => value > word,
  "s>=": (value, [word = ""]) => value >= word,
  "<in>": (value, [word = ""]) => value.includes(word),
  "<all-in>": (value, words) => words.every((word) => value.includes(word)),
  "<or>": (value, words) => words.some((word) => word !== "<or>" && word === value),
};

/** A comparison of numbers; Nova fails on what is none, so it is not judged here. */
function numbers(holds: (a: number, b: number) => boolean) {
  return (value: string, [word = ""]: readonly string[]) =>
    Number.isNaN(Number(value)) || Number.isNaN(Number(word)) || holds(Number(value), Number(word));
}

function matches(value: string, asks: string): boolean {
  const [operator = "", ...words] = asks.split(/\s+/).filter((word) => word !== "");
  const operation = Object.hasOwn(OPERATIONS, operator) ? OPERATIONS[operator] : undefined;
  if (!operation) return value === asks;
  return words.length > 0 && operation(value, words);
}
