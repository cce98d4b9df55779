import type { Entity, Finding, Look, Place, Rule } from "./kind";
import { latest } from "./layer-order";
import type { ProjectSpec, ProjectWritten } from "./project";
import { type EffectiveTerm, effectiveTerms } from "./project-quota";
import { SERVICE_OF } from "./quota";

type ProjectRule = Rule<ProjectWritten, ProjectSpec>;

/** A quota that is used up by others: each of them takes so many of it. */
interface Comparison {
  readonly limit: string;
  readonly users: readonly { readonly key: string; readonly times: number }[];
  readonly why: string;
}

const COMPARISONS: readonly Comparison[] = [
  {
    limit: "port",
    users: [
      { key: "router", times: 3 },
      { key: "instances", times: 1 },
    ],
    why: "each server needs a port and each router three",
  },
  {
    limit: "volumes",
    users: [{ key: "instances", times: 1 }],
    why: "each server that boots from a volume needs one",
  },
];

/**
 * Only a project that writes one of the terms is told: what a class and the defaults make of each other concerns all
 * that take them over. A term without limit fits everything, and one of 0 means that nobody wants any.
 */
const quotasFitEachOther: ProjectRule["check"] = function* (entity, look, { quota }) {
  if (!checksQuotas(look)) return;
  const termOf = effectiveTerms(quota, entity, look);
  if (!termOf) return;
  for (const { limit: limitKey, users, why } of COMPARISONS) {
    const limit = termOf(limitKey);
    const uses = users.map(({ key, times }) => ({ ...termOf(key), times }));
    const terms = [limit, ...uses];
    // Whoever wrote last has seen what the others had written.
    const own = latest(
      terms.flatMap((term) => (term.giver === "project" && term.place ? { ...term, at: term.place() } : [])),
      look.environment,
    );
    const need = uses.reduce((sum, { value, times }) => sum + value * times, 0);
    if (!own || terms.some(({ key, value }) => value <= 0 || !hasServiceOf(key, look))) continue;
    if (limit.value >= need) continue;
    const { file } = own.at;
    const sum = uses.map((use) => `${use.times > 1 ? `${use.times} x ` : ""}${shown(use, file)}`).join(" + ");
    const result = uses.length > 1 ? ` = ${need}` : "";
    yield {
      path: ["quota", own.key],
      message: `${shown(limit, file)} is less than ${sum}${result}`,
      help: `write \`${limitKey}: ${need < 2 ** 31 ? need : "unlimited"}\` below \`quota\`, or smaller quotas of the others: ${why}${origins(terms)}`,
    };
  }
};

/** The places of what stands in environment.yaml, which a message that several environments share cannot name. */
function origins(terms: readonly EffectiveTerm[]): string {
  const far = terms.filter(({ giver }) => giver === "quota-defaults");
  return far.map(({ key, place }) => `; \`${key}\` is given by ${place && lineOf(place())}`).join("");
}

function shown({ key, value, giver, place }: EffectiveTerm, here: string | undefined): string {
  const from = giver === "quota-defaults" ? "quota-defaults" : place ? lineOf(place(), here) : "stock";
  return `\`${key}\` ${value} (${from})`;
}

function lineOf({ file, line }: Place, here?: string): string {
  return file === here ? `line ${line}` : `${file}:${line}`;
}

function checksQuotas({ environment }: Look): boolean {
  return environment.openstack?.["quota-checks"] === true;
}

function hasServiceOf(key: string, { environment }: Look): boolean {
  const service = SERVICE_OF.get(key);
  return environment.openstack?.services.some((one) => one === service) === true;
}

/** Nobody works in an umbrella or in a disabled project: neither needs a router. */
export function routerIsGiven(
  isUmbrella: (entity: Entity<ProjectSpec>, look: Look) => boolean,
): ProjectRule["check"] {
  return function* routersAreGivenWhereTheCloudGrantsNone(entity, look, { quota }): Iterable<Finding> {
    if (!checksQuotas(look) || !hasServiceOf("router", look) || !entity.spec.enabled) return;
    const router = effectiveTerms(quota, entity, look)?.("router");
    if (router?.giver !== "quota-defaults" || router.value !== 0 || isUmbrella(entity, look)) return;
    yield {
      path: quota === undefined ? ["project"] : ["quota", "router"],
      message: `the project "${entity.key}" gets no router: neither it nor a class of it gives \`router\`, and the cloud's default is 0`,
      help: `write \`router: 1\` below \`quota\`, or \`router: 0\` if it is to have none${router.place ? ` (the default: ${lineOf(router.place())})` : ""}`,
    };
  };
}

/** What must hold between the quotas of a project. */
export const projectQuotaRules: readonly ProjectRule[] = [
  { code: "quota-effective", check: quotasFitEachOther },
];
