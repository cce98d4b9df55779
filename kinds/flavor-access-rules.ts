import { someNamesNothing } from "./dangling";
import { type FlavorSpec, flavor } from "./flavor";
import { type FlavorClassSpec, flavorClass } from "./flavor-class";
import { once } from "./groups";
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
  const base = spec.class === undefined ? undefined : look.find(flavorClass, spec.class);
  // A broken class may be the one that makes it public; one that is not used at all is told itself.
  if (spec.class !== undefined && !base) return;
  // Where nobody says whether it is public, that is told already.
  if (written.flavor.is_public === undefined && base?.spec.is_public === undefined) return;
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

/** May some project use the flavor? Where that is not known, it may. */
function isUsed(name: string, look: Look): boolean {
  return flavorsInUse(look)?.has(name) !== false;
}

/** The flavors that projects may use; undefined, so not known, where no project has an ACL, or one is broken. */
const flavorsInUse = once((look: Look): ReadonlySet<string> | undefined => {
  const used = new Set([...look.all(project).values()].flatMap(({ spec }) => spec.flavors));
  return used.size === 0 || !look.isSound(project) || someAclNamesNothing(look) ? undefined : used;
});

function someAclNamesNothing(look: Look): boolean {
  return someNamesNothing(project, flavor, look) || someNamesNothing(project, flavorClass, look);
}

/** A public flavor that ACLs name: by what makes it public, the class or the flavor itself, and in which projects. */
type Contradictions = ReadonlyMap<string, readonly Entity[]>;

const contradictionsIn = once((look: Look): Contradictions => {
  const found = new Map<string, Entity[]>();
  for (const by of look.all(project).values()) {
    for (const name of by.spec.flavors) {
      const named = look.find(flavor, name);
      if (!named?.spec.is_public) continue;
      const maker = makerOf(named, look);
      const others = found.get(maker);
      if (others) others.push(by);
      else found.set(maker, [by]);
    }
  }
  return found;
});

/** What makes a flavor public: its class, or else the flavor itself. */
function makerOf({ key, spec }: Entity<FlavorSpec>, look: Look): string {
  const base = spec.class === undefined ? undefined : look.find(flavorClass, spec.class);
  return base?.spec.is_public ? `flavor-class ${base.key}` : `flavor ${key}`;
}

/** Where many ACLs name what one line makes public, that line is wrong, and is told. */
export function isToldWhereItIsPublic(named: Entity<FlavorSpec>, look: Look): boolean {
  return (contradictionsIn(look).get(makerOf(named, look)) ?? []).length > ONE_MISTAKE;
}

/** A flavor or a class that many ACLs name, or name flavors of, is not public. */
export function* whatAclsNameIsPrivate({ kind, key }: Entity, look: Look): Iterable<Finding> {
  const uses = contradictionsIn(look).get(`${kind} ${key}`) ?? [];
  const [first] = uses;
  if (!first || uses.length <= ONE_MISTAKE) return;
  yield {
    path: [kind, "is_public"],
    message: `the ${kind} "${key}" is public, but ${uses.length} entries of ACLs name ${kind === flavor.name ? "it" : "flavors of it"}`,
    help: "write `is_public: false`, or remove the entries: Nova refuses access to public flavors",
    related: { ...first.place(["acls", "flavors"]), message: "the first ACL" },
  };
}
