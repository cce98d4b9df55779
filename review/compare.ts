/** Two revisions of one environment's data in, what changes out: entity by entity, without a look at the world. */
import { addressOf, baseName, isNode, resourcesOf } from "../catalog/addresses";
import type { Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import { isAnew } from "../change/kept-names";
import { type MadeAnew, madeAnew, markOf, type Pair } from "../change/made-anew";
import type { Resource } from "../kinds/kind";
import { apart, withAccess } from "./access";
import type { Does, EntityChange, EntityName, ObjectChange, ValueChange } from "./model";
import type { Side } from "./stories";
import { changedValues } from "./values";

/** What happens to an entity, and what is needed to say who is to blame. */
export interface Compared {
  readonly change: EntityChange;
  /** Its own files say something else than before; otherwise others changed it. */
  readonly isOwn: boolean;
  /** The others that its changed objects relate it to, by address. */
  readonly relates: ReadonlyMap<string, EntityName>;
}

type Both = readonly [before: Side, after: Side];

/** What changes between two revisions of an environment; either may be absent. */
export function compared(before: Side | undefined, after: Side | undefined): Compared[] {
  if (!before || !after) {
    const side = before ?? after;
    const found = side ? entitiesOf(side) : [];
    return found.map((one) => (before ? removed(before, one) : added(side, one)));
  }
  const both: Both = [before, after];
  const matched = matchedOf(both);
  const keyOf = (kind: string, key: string) => matched.keys.get(markOf(kind, key));
  const called = matched.pairs.filter(isCalledOtherwise);
  const others = new Set(called.map(({ kind, before: { key } }) => markOf(kind.name, key)));
  const anew = madeAnew(matched.pairs, before.catalog, { keyOf }, others);
  return [
    ...matched.pairs.flatMap((pair) => changed(both, pair, anew)),
    ...matched.gone.map((one) => removed(before, one, { after, come: matched.come })),
    ...matched.come.map((one) => added(after, one, matched, both)),
  ];
}

/** Do all entities of an environment say what they said before? */
export function isUnchanged(before: Side, after: Side): boolean {
  return before.catalog.kinds.every((kind) => {
    const [was, is] = [before.catalog.located(kind), after.catalog.located(kind)];
    const isSame = (entity: Located) => {
      const other = is.get(entity.key);
      return other !== undefined && textOf(other) === textOf(entity);
    };
    return was.size === is.size && [...was.values()].every(isSame);
  });
}

interface Thing {
  readonly kind: AnyKind;
  readonly entity: Located;
}

interface Matched {
  readonly pairs: readonly Pair[];
  readonly gone: readonly Thing[];
  readonly come: readonly Thing[];
  /** New keys of those that are called otherwise and keep their resource. */
  readonly keys: ReadonlyMap<string, string>;
}

function entitiesOf({ catalog }: Side): Thing[] {
  return catalog.kinds.flatMap((kind) =>
    [...catalog.located(kind).values()].map((entity) => ({ kind, entity })),
  );
}

/** Entities are the same by their key, or by the Terraform name that `metadata.address` keeps. */
function matchedOf([before, after]: Both): Matched {
  const pairs: Pair[] = [];
  const gone: Thing[] = [];
  const come: Thing[] = [];
  const keys = new Map<string, string>();
  for (const kind of before.catalog.kinds) {
    const [was, is] = [before.catalog.located(kind), after.catalog.located(kind)];
    const fresh = [...is.values()].filter(({ key }) => !was.has(key));
    for (const entity of was.values()) {
      const other =
        is.get(entity.key) ?? fresh.find(({ address }) => kind.resource && address === entity.address);
      if (!other) gone.push({ kind, entity });
      else pairs.push({ kind, before: entity, after: other });
      if (other && other.key !== entity.key) keys.set(markOf(kind.name, entity.key), other.key);
    }
    const taken = new Set(pairs.filter((pair) => pair.kind === kind).map((pair) => pair.after.key));
    come.push(...fresh.filter(({ key }) => !taken.has(key)).map((entity) => ({ kind, entity })));
  }
  return { pairs, gone, come, keys };
}

/** Terraform takes another name for another resource: the old one goes, and a new one comes. */
function isCalledOtherwise({ kind, before, after }: Pair): boolean {
  return kind.resource !== undefined && before.address !== after.address;
}

function changed(both: Both, pair: Pair, anew: MadeAnew): Compared[] {
  const { kind, before, after } = pair;
  const mark = markOf(kind.name, before.key);
  const fields = anew.fields.get(mark) ?? [];
  const isReplaced = anew.replaced.has(mark);
  const isCalled = isCalledOtherwise(pair);
  const forcedBy = [...fields, ...(isCalled ? ["metadata.address"] : [])];
  const { objects, relates } = objectsOf(both, pair, isReplaced, anew, forcedBy);
  const isSame = textOf(before) === textOf(after) && before.key === after.key;
  if (isSame && objects.length === 0) return [];
  const told = isSame ? [] : changedValues(both[0].told(kind, before), both[1].told(kind, after));
  const forces = ({ path }: ValueChange) =>
    fields.includes(fieldOf(path)) || (isCalled && path === "metadata.address");
  const values = told.flatMap((value) => apart(kind, forces(value) ? { ...value, forces: true } : value));
  if (values.length === 0 && objects.length === 0) return [];
  const notes = [
    ...(before.key === after.key
      ? []
      : [`It was called ${before.key}${isReplaced ? "" : "; its resource stays"}.`]),
    ...(isCalled ? [CALLED_OTHERWISE] : []),
    ...(isReplaced ? lossOf(kind) : []),
    ...(anew.refused.has(mark)
      ? [`The service refuses to change ${fields.join(", ")}: this apply would fail.`]
      : []),
  ];
  const is: EntityChange["is"] = isReplaced ? "replaced" : "changed";
  const isOwn = writtenText(before) !== writtenText(after);
  // Whoever lifts the protection in the same change has not acknowledged the loss.
  const isProtected = named(both[0], kind, before).protected;
  const change = { ...named(both[1], kind, after), protected: isProtected, is, values, objects, notes };
  return [{ change, isOwn, relates }];
}

const CALLED_OTHERWISE =
  "Terraform takes another name for another resource: leave the name as it is in the state, or change it there first (terraform state mv).";

/** What there is beside an entity that goes. */
interface Around {
  readonly after: Side;
  readonly come: readonly Thing[];
}

function removed(side: Side, { kind, entity }: Thing, around?: Around): Compared {
  const resources = resourcesOf(kind, entity, side.catalog);
  const isLetGo = around?.after.catalog.isUnmanaged(kind, entity.key) === true;
  // Terraform is told to forget the name that the key gives, and no other.
  const isForgotten =
    isLetGo &&
    entity.address === baseName(kind, entity.key) &&
    !resources.some((one) => isNode(one) && around.after.blocks?.has(addressOf(one)));
  const objects = resources.map((resource) =>
    objectOf(resource, isForgotten && isNode(resource) ? "forget" : "destroy"),
  );
  const twin = around?.come.find((one) => one.kind === kind && isTwin(kind, entity, one.entity));
  const notes = [
    ...(isForgotten
      ? ["It is unmanaged now: Terraform forgets it, and leaves it in the cloud."]
      : lossOf(kind)),
    ...(isLetGo && !isForgotten
      ? [
          `It is unmanaged now, but destroyed: Terraform forgets what is called ${baseName(kind, entity.key)}, and its name is ${entity.address}. Change that in the state first (terraform state mv).`,
        ]
      : []),
    ...(twin ? [`It looks like ${twin.entity.key}, which is new: see there.`] : []),
  ];
  const told = isForgotten ? [] : side.told(kind, entity);
  const values = changedValues(told, [])
    .map((value) => withAccess(kind, value))
    .filter(({ access }) => access === "narrower");
  const is: EntityChange["is"] = isForgotten ? "forgotten" : "removed";
  const change = { ...named(side, kind, entity), is, values, objects, notes };
  return { change, isOwn: true, relates: new Map() };
}

function added(side: Side | undefined, thing: Thing, matched?: Matched, both?: Both): Compared {
  const { kind, entity } = thing;
  const resources = side ? resourcesOf(kind, entity, side.catalog) : [];
  const objects = resources.map((resource) => objectOf(resource, "create"));
  const told = side?.told(kind, entity) ?? [];
  // Everything of a new entity is new: of what it is given, only what is given by its being there is a widening.
  const isGiven = Object.values(kind.grants ?? {}).includes("being");
  const values = changedValues([], told).map((value) => (isGiven ? withAccess(kind, value) : value));
  const twin = matched?.gone.find((one) => one.kind === kind && isTwin(kind, one.entity, entity));
  const keep = twin && both && keepOf(kind, twin.entity, entity, both);
  const wasUnmanaged = both?.[0].catalog.isUnmanaged(kind, entity.key) === true;
  const notes = wasUnmanaged
    ? ["It was unmanaged and is there already: adopt it before this is applied."]
    : [];
  const change = {
    ...(side
      ? named(side, kind, entity)
      : { environments: [], kind: kind.name, key: entity.key, protected: false }),
    ...{ is: "added" as const, values, objects, notes },
    ...(keep ? { keep } : {}),
  };
  return { change, isOwn: true, relates: new Map() };
}

/** Is one the other under a new name? All that their files say is equal but for the parts of the key. */
function isTwin(kind: AnyKind, one: Located, other: Located): boolean {
  return kind.resource !== undefined && withoutKey(kind, one) === withoutKey(kind, other);
}

function withoutKey({ identity }: AnyKind, { document, metadata }: Located): string {
  const copy: unknown = JSON.parse(
    JSON.stringify({ document, metadata: { ...metadata, address: undefined } }),
  );
  for (const path of identity) remove(copy, ["document", ...path]);
  return JSON.stringify(copy);
}

function remove(value: unknown, [step, ...rest]: readonly (string | number)[]): void {
  if (typeof value !== "object" || value === null || step === undefined) return;
  if (rest.length === 0) Reflect.deleteProperty(value, step);
  else remove(Object.getOwnPropertyDescriptor(value, step)?.value, rest);
}

/** The line that keeps the resource of an entity with a new name; none where a new key makes it anew all the same. */
function keepOf(kind: AnyKind, was: Located, is: Located, [before]: Both): EntityChange["keep"] {
  const mark = markOf(kind.name, was.key);
  const keys = { keyOf: (name: string, key: string) => (markOf(name, key) === mark ? is.key : undefined) };
  const anew = madeAnew([{ kind, before: was, after: is }], before.catalog, keys);
  if (anew.replaced.has(mark) || anew.refused.has(mark)) return undefined;
  const line = `address: ${was.address}`;
  return is.root.entries.has("metadata")
    ? { from: was.key, place: is.place(["metadata"]), below: "metadata", line: `  ${line}` }
    : { from: was.key, place: is.place([]), line: `metadata: {${line}}` };
}

interface Objects {
  readonly objects: ObjectChange[];
  readonly relates: Map<string, EntityName>;
}

function objectsOf(
  [before, after]: Both,
  { kind, before: one, after: other }: Pair,
  isReplaced: boolean,
  anew: MadeAnew,
  fields: readonly string[],
): Objects {
  const was = new Map(
    resourcesOf(kind, one, before.catalog).map((resource) => [addressOf(resource), resource]),
  );
  const is = new Map(
    resourcesOf(kind, other, after.catalog).map((resource) => [addressOf(resource), resource]),
  );
  const objects: ObjectChange[] = [];
  const relates = new Map<string, EntityName>();
  const isElsewhere = ({ blocks }: Side, address: string) => blocks?.has(address) === true;
  const isOther = (address: string, resource: Resource) =>
    before.blocks && after.blocks
      ? argumentsText(before.blocks.get(address)) !== argumentsText(after.blocks.get(address))
      : // Broken data makes no blocks: of the objects around the entity nobody can say.
        isNode(resource) && textOf(one) !== textOf(other);
  const add = (resource: Resource, does: Does, also: Partial<ObjectChange> = {}) => {
    const { to } = resource;
    objects.push({ ...objectOf(resource, does), ...also });
    if (to) relates.set(addressOf(resource), { kind: to.kind, key: to.key });
  };
  const reasonOf = (resource: Resource) => (isReplaced && isNode(resource) ? { forcedBy: [...fields] } : {});
  const comes = (resource: Resource, isThere: boolean): Does => {
    if (!isThere) return "create";
    // It takes the name of another one, whose resource it would have to become.
    return isReplaced && resource.outlives !== true ? "replace" : "update";
  };
  for (const [address, resource] of was) {
    const isGone = !is.has(address) && !isElsewhere(after, address);
    if (isGone) add(resource, "destroy", reasonOf(resource));
    else if (!is.has(address)) continue;
    else if (isReplaced && resource.outlives !== true) add(resource, "replace", reasonOf(resource));
    else if (isAnew(resource, anew)) add(resource, "replace", { why: whyOf(resource) });
    else if (isOther(address, resource)) add(resource, "update");
  }
  for (const [address, resource] of is)
    if (!was.has(address)) add(resource, comes(resource, isElsewhere(before, address)), reasonOf(resource));
  return { objects, relates };
}

/** A block as text. An id is the same, whether its object is managed here or only read. */
function argumentsText(block: string | undefined): string | undefined {
  return block?.replaceAll("${data.", "${");
}

function objectOf(resource: Resource, does: Does): ObjectChange {
  return { address: addressOf(resource), ...(isNode(resource) ? { entity: true as const } : {}), does };
}

function whyOf({ to }: Resource): string {
  return to ? `${to.kind} ${to.key} is made anew` : "";
}

function lossOf({ lost }: AnyKind): string[] {
  return lost === undefined ? [] : [lost];
}

function fieldOf(path: string): string {
  return path.split(".")[0] ?? path;
}

function named({ catalog }: Side, kind: AnyKind, entity: Located) {
  return {
    environments: [catalog.environment.name],
    kind: kind.name,
    key: entity.key,
    protected: entity.metadata.protected ?? kind.protected ?? false,
    place: entity.place([]),
  };
}

function textOf({ spec, metadata }: Located): string {
  return JSON.stringify([spec, metadata]);
}

function writtenText({ document, metadata }: Located): string {
  return JSON.stringify([document, metadata]);
}
