/** Version constraints of Terraform's providers (language/expressions/version-constraints). */
import type { z } from "zod";
import { Fault, field, show } from "./fields";

/** Provider versions that are proven; an environment may narrow them. */
export const CONSTRAINTS = {
  openstack: ">= 1.54.1, < 4.0.0",
  restapi: ">= 1.20.0, < 2.0.0",
  kubernetes: ">= 2.0.0, < 4.0.0",
  helm: ">= 1.3.2, < 4.0.0",
} as const;

const CONSTRAINT =
  /^\s*(=|!=|>=|<=|>|<|~>)?\s*v?\d+(\.\d+)*(-[\w.]+)?(\s*,\s*(=|!=|>=|<=|>|<|~>)?\s*v?\d+(\.\d+)*(-[\w.]+)?)*\s*$/;

/** A version constraint such as `~> 3.4`, which leaves something of what is proven. */
export function constraint(of: keyof typeof CONSTRAINTS, name: string): z.ZodType<string> {
  const about = {
    description: `Narrower versions of the ${name} provider.`,
    examples: ["~> 3.4"],
    words: "version constraint",
  };
  const json = {
    type: "string",
    pattern: CONSTRAINT.source,
    patternErrorMessage: 'write one such as "~> 3.4"',
  };
  return field(about, json, (value) => {
    if (typeof value !== "string" || !CONSTRAINT.test(value))
      return new Fault(`${show(value)} is no version constraint`, 'write one such as "~> 3.4"');
    if (mayBeMet(`${value}, ${CONSTRAINTS[of]}`)) return value;
    return new Fault(
      `no version that is proven fits ${show(value)}`,
      `write a part of ${CONSTRAINTS[of]}`,
      "range",
    );
  });
}

/** Where a range of versions begins or ends. */
interface Bound {
  readonly version: readonly number[];
  readonly isWithin: boolean;
}

/** Is there a version, pre-releases aside, that fits all parts of a constraint? */
function mayBeMet(constraint: string): boolean {
  const parts = constraint.split(",").map(boundsOf);
  const lower = parts
    .flatMap(({ from }) => from ?? [])
    .sort((a, b) => compare(b, a) || inside(a) - inside(b))[0];
  const upper = parts.flatMap(({ to }) => to ?? []).sort((a, b) => compare(a, b) || inside(a) - inside(b))[0];
  if (!lower || !upper) return true;
  const order = compare(lower, upper);
  return order < 0 || (order === 0 && lower.isWithin && upper.isWithin);
}

/** The least and the greatest version that one part allows. */
function boundsOf(part: string): { from?: Bound; to?: Bound } {
  const sign = /^\s*(\D*?)\s*v?\d/.exec(part)?.[1] || "=";
  const version = (/\d+(\.\d+)*/.exec(part)?.[0] ?? "").split(".").map(Number);
  const [own, beside] = [
    { version, isWithin: true },
    { version, isWithin: false },
  ];
  if (sign === "=") return { from: own, to: own };
  if (sign === ">=") return { from: own };
  if (sign === ">") return { from: beside };
  if (sign === "<=") return { to: own };
  if (sign === "<") return { to: beside };
  // `~> 3.4.1`: the last number may grow.
  const next = version.slice(0, -1).map((number, index) => number + (index === version.length - 2 ? 1 : 0));
  return sign === "~>"
    ? { from: own, ...(next.length > 0 && { to: { version: next, isWithin: false } }) }
    : {};
}

function compare(a: Bound, b: Bound): number {
  for (let index = 0; index < Math.max(a.version.length, b.version.length); index++) {
    const difference = (a.version[index] ?? 0) - (b.version[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function inside({ isWithin }: Bound): number {
  return isWithin ? 1 : 0;
}
