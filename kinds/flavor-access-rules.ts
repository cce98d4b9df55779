import { type FlavorSpec, flavor } from "./flavor";
import { type FlavorClassSpec, flavorClass } from "./flavor-class";
import type { Entity, Finding, Kind, Look } from "./kind";
import { project } from "./project";

/** Flavors of one class that nobody may use are one forgotten line in an ACL, from this many on. */
const ONE_MISTAKE = 3;

/** A class none of whose private flavors any project may use. */
export function* classIsInSomeAcl({ key }: Entity<FlavorClassSpec>, look: Look): Iterable<Finding> {
  const unused = unusedOfClass(key, look);
  if (!unused) return;
  yield {
    path: ["flavor-class", "name"],
    message: `no project may use any of the ${unused} private flavors of the class "${key}"`,
    help: `name them under \`acls: flavors\` of a project, all at once by \`- {class: ${key}}\``,
  };
}

/** A private flavor that no project may use, unless that is told of its whole class. */
export function* privateFlavorIsInSomeAcl(
  { key, spec }: Entity<FlavorSpec>,
  look: Look,
  written: { readonly flavor: { readonly is_public?: boolean | undefined } },
): Iterable<Finding> {
  if (spec.is_public || isUsed(key, look)) return;
  // Where nobody says whether it is public, that is told already.
  if (spec.class === undefined && written.flavor.is_public === undefined) return;
  // A broken class may be the one that makes it public; one that is not used at all is told itself.
  if (spec.class !== undefined && !look.find(flavorClass, spec.class)) return;
  if (spec.class !== undefined && unusedOfClass(spec.class, look)) return;
  yield {
    path: ["flavor", "name"],
    message: `no project may use the private flavor "${key}"`,
    help: `name it under \`acls: flavors\` of a project, \`- ${key}\`, or say why not under \`metadata: accept: {private-flavor: …}\``,
  };
}

/** How many private flavors a class has, if they are some and no project may use any. */
function unusedOfClass(className: string, look: Look): number | undefined {
  const flavors = [...look.all(flavor).values()].filter(
    ({ spec }) => spec.class === className && !spec.is_public,
  );
  const isWhole = flavors.length >= ONE_MISTAKE && flavors.every(({ key }) => !isUsed(key, look));
  return isWhole ? flavors.length : undefined;
}

type Projects = ReturnType<typeof projectsOf>;

const projectsOf = (look: Look) => look.all(project);

const named = new WeakMap<Projects, ReadonlySet<string>>();

function flavorsIn(projects: Projects): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { spec } of projects.values()) for (const name of spec.flavors) used.add(name);
  return used;
}

/** May some project use the flavor? Where no project has an ACL, or one is broken or misspelled, nobody knows. */
function isUsed(name: string, look: Look): boolean {
  const projects = projectsOf(look);
  const used = named.get(projects) ?? flavorsIn(projects);
  named.set(projects, used);
  return used.size === 0 || used.has(name) || !look.isSound(project) || someAclNamesNothing(look);
}

const misspelled = new WeakMap<Projects, boolean>();

/** Does an ACL name a flavor or a class that is not there? It may be the one that was meant to name this flavor. */
function someAclNamesNothing(look: Look): boolean {
  const projects = projectsOf(look);
  const known = misspelled.get(projects);
  if (known !== undefined) return known;
  const isThere = (kind: Kind<unknown, unknown>, key: string) =>
    look.find(kind, key) !== undefined || look.isUnmanaged(kind, key);
  const is = [flavor, flavorClass].some((kind) =>
    [...look.named(project, kind)].some((key) => !isThere(kind, key)),
  );
  misspelled.set(projects, is);
  return is;
}
