import { type FlavorSpec, flavor } from "./flavor";
import { type FlavorClassSpec, flavorClass } from "./flavor-class";
import type { Entity, Finding, Look } from "./kind";
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

const known = new WeakMap<Look, ReadonlySet<string> | undefined>();

/** May some project use the flavor? Where that is not known, it may. */
function isUsed(name: string, look: Look): boolean {
  if (!known.has(look)) known.set(look, flavorsInUse(look));
  return known.get(look)?.has(name) !== false;
}

/** The flavors that projects may use; undefined, so not known, where no project has an ACL, or one is broken. */
function flavorsInUse(look: Look): ReadonlySet<string> | undefined {
  const used = new Set([...look.all(project).values()].flatMap(({ spec }) => spec.flavors));
  return used.size === 0 || !look.isSound(project) || someAclNamesNothing(look) ? undefined : used;
}

/** Does an ACL name a flavor or a class that is not there? It is told, and may mean any that nobody else names. */
function someAclNamesNothing(look: Look): boolean {
  return [flavor, flavorClass].some((kind) => {
    const declared = new Set(look.declared(kind));
    return [...look.named(project, kind)].some((key) => !declared.has(key) && !look.isUnmanaged(kind, key));
  });
}
