/** A plan of Terraform in, what it does out: entity by entity. */
import type { Catalog } from "../catalog/catalog";
import type { Provider } from "../kinds/kind";
import { withAccess } from "./access";
import type { Compared } from "./compare";
import { type Digested, digestOf } from "./digest";
import { type Difference, differencesIn, secretsIn, textsIn } from "./marked";
import type {
  Does,
  EntityChange,
  EntityName,
  Json,
  ObjectChange,
  Seen,
  StackReview,
  ValueChange,
} from "./model";
import { type Owner, Owners } from "./owners";
import { type PlanJson, type PlannedJson, planOf, unclear } from "./plan-json";
import { withoutSecrets } from "./secrets";
import type { Told } from "./stories";
import { sortOf } from "./touched";
import { changedValues } from "./values";

/** What carries a value of an entity: its address and argument, as `words` has them for a key. */
export function wordMark(address: string, argument: string): string {
  return `${address} ${argument}`;
}

/** One stack, its plan, and who knows what its arguments are called. */
export interface PlannedStack {
  readonly name: string;
  readonly provider: Provider;
  readonly catalog: Catalog;
  /** The data that was there before: it knows what is removed. */
  readonly base?: Catalog | undefined;
  /** What `terraform show -json` says. */
  readonly plan: unknown;
  /** Does the configuration write the argument of that name? */
  isWritten(address: string, argument: string): boolean;
  /** What an entity's values are called, by `wordMark`. */
  words(owner: NonNullable<Owner["of"]>): ReadonlyMap<string, Told>;
  /** Every value of an entity. */
  told(owner: NonNullable<Owner["of"]>): readonly Told[];
  /** Reads a document that an argument holds as text. */
  document(text: string): unknown;
}

/** What one stack's plan does. */
export interface ReviewedStack {
  readonly stack: StackReview;
  readonly changes: readonly Compared[];
  readonly drift: readonly Compared[];
  /** What is not understood, in sentences: never taken for fine. */
  readonly unclear: readonly string[];
  /** The ids of objects that are destroyed, by address. */
  readonly ids: ReadonlyMap<string, string>;
}

export function reviewOfPlan(input: PlannedStack): ReviewedStack {
  const plan = planOf(input.plan);
  if ("fault" in plan) {
    const stack: StackReview = { name: input.name, is: "failed", why: plan.fault };
    return { stack, changes: [], drift: [], unclear: [plan.fault], ids: new Map() };
  }
  return new Reviewing(input, plan).run();
}

/** One change of a plan, read. */
interface Read extends Digested {
  readonly json: PlannedJson;
  readonly owner: Owner;
}

class Reviewing {
  private readonly owners: Owners;
  /** What ids mean, in words. */
  private readonly names = new Map<string, string>();
  private readonly unclear: string[];
  private readonly words = new Map<string, ReadonlyMap<string, Told>>();

  constructor(
    private readonly input: PlannedStack,
    private readonly plan: PlanJson,
  ) {
    this.owners = new Owners(input.catalog, input.provider, input.base);
    this.unclear = [...unclear(plan)];
    this.learnNames();
    this.owners.guess([...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])], this.names);
  }

  run(): ReviewedStack {
    const { name } = this.input;
    const changes = (this.plan.resource_changes ?? []).flatMap((json) => this.read(json));
    const drift = (this.plan.resource_drift ?? []).flatMap((json) => this.read(json)).filter(isNoMove);
    const secrets = this.secrets();
    const stack: StackReview = {
      name,
      is: this.plan.errored === true ? "failed" : changes.length === 0 ? "unchanged" : "changed",
      digest: digestOf(changes),
      ...(this.plan.errored === true ? { why: "Terraform could not finish the plan" } : {}),
    };
    const ids = changes.flatMap(({ json, object }) => {
      const id = valueAt(json.change.before, "id");
      return typeof id === "string" && isLoss(object.does) ? [[object.address, id] as const] : [];
    });
    const told = (some: readonly Read[]) =>
      this.entities(some).map((one) => ({ ...one, change: withoutSecrets(one.change, secrets) }));
    return {
      stack,
      changes: told(changes),
      drift: told(drift.filter((one) => isLoss(one.object.does) || this.differs(one).length > 0)),
      unclear: this.unclear,
      ids: new Map(ids),
    };
  }

  private read(json: PlannedJson): Read[] {
    const does = this.doesOf(json);
    if (does === undefined || json.mode !== "managed") return [];
    const { change, address, type } = json;
    const both = {
      ...{ before: change.before, after: change.after, unknown: change.after_unknown },
      ...{ secretBefore: change.before_sensitive, secretAfter: change.after_sensitive },
    };
    const open = (path: Difference["path"], text: string) => this.documentAt(type, path, text);
    const all = does === "destroy" || does === "forget" ? [] : differencesIn(both, open);
    const differences = all.filter(({ path }) => !isEcho(type, path));
    const forced = (change.replace_paths ?? []).map((path) => this.wordFor(json, path));
    const owner = this.owners.of(json);
    const to = owner.of?.resource.to;
    const anew = does === "replace" && to ? { why: `${to.kind} ${to.key} is made anew` } : undefined;
    const object: ObjectChange = {
      address,
      ...(owner.isNode ? { entity: true as const } : {}),
      does,
      ...(REASONS[json.action_reason ?? ""] ? { why: REASONS[json.action_reason ?? ""] } : {}),
      ...(anew ?? {}),
      ...(does === "replace" && !anew && forced.length > 0 ? { forcedBy: [...new Set(forced)].sort() } : {}),
      ...(json.previous_address && json.previous_address !== address
        ? { movedFrom: json.previous_address }
        : {}),
      ...(change.importing ? { imports: true as const } : {}),
      ...(json.deposed === undefined ? {} : { deposed: true as const }),
    };
    return [{ json, owner, object, differences, importId: change.importing?.id }];
  }

  private doesOf({
    address,
    previous_address,
    change: { actions, importing },
  }: PlannedJson): Does | undefined {
    const does = DOES[actions.join()];
    if (does === undefined) {
      this.unclear.push(`what \`${actions.join(", ")}\` does to ${address} is not known here`);
      // The worst that it may be.
      return "destroy";
    }
    if (does !== "no-op") return does === "read" ? undefined : does;
    if (importing) return "import";
    return previous_address !== undefined && previous_address !== address ? "move" : undefined;
  }

  /** The values of arguments, as texts hold them: Helm's values, bodies of REST. */
  private documentAt(type: string, path: Difference["path"], text: string): unknown {
    if (type === "helm_release" && path[0] === "values" && path.length === 2)
      return this.input.document(text);
    if (type === "restapi_object" && path[0] === "data" && path.length === 1)
      return this.input.document(text);
    return undefined;
  }

  /** Arguments that files write: what a service computes by itself is nobody's drift. */
  private differs({ json, differences }: Read): readonly Difference[] {
    return differences.filter(({ path }) => this.input.isWritten(json.address, String(path[0])));
  }

  private entities(all: readonly Read[]): Compared[] {
    const byEntity = new Map<string, Read[]>();
    for (const one of all) {
      const mark = JSON.stringify([one.owner.kind, one.owner.key]);
      byEntity.set(mark, [...(byEntity.get(mark) ?? []), one]);
    }
    const replaced = new Set(all.filter((one) => one.owner.isNode).map(({ owner }) => markOf(owner)));
    return [...byEntity.values()].map((some) => this.entity(some, replaced));
  }

  private entity(some: readonly Read[], changing: ReadonlySet<string>): Compared {
    const node = some.find((one) => one.owner.isNode && one.object.deposed === undefined);
    const owner = (node ?? some.find((one) => one.owner.of) ?? some[0])?.owner ?? NOBODY;
    const { kind, key, isProtected, of } = owner;
    const is = isOf(node?.object);
    const values = this.valuesOf(some, is, of);
    const own = this.input.catalog.kinds.find(({ name }) => name === kind);
    const place = (of ?? owner.in)?.entity.place([]);
    const change: EntityChange = {
      environments: [this.input.catalog.environment.name],
      ...{ kind, key, is, protected: isProtected },
      ...(place ? { place } : {}),
      values: values.map((value) =>
        is === "added" && !isBeing(own?.grants) ? value : withAccess(own, value),
      ),
      objects: some.map(({ object }) => object),
      notes: own?.lost !== undefined && (is === "removed" || is === "replaced") ? [own.lost] : [],
    };
    const relates = new Map<string, EntityName>();
    for (const one of some) {
      const to = one.owner.of?.resource.to;
      if (to && changing.has(markOf(to))) relates.set(one.object.address, { kind: to.kind, key: to.key });
    }
    return { change, isOwn: this.isOwn(owner, values, some, relates), relates };
  }

  /** Did somebody change its own files, as far as anybody can tell? */
  private isOwn(
    { of, kind, key }: Owner,
    values: readonly ValueChange[],
    some: readonly Read[],
    relates: Compared["relates"],
  ): boolean {
    const own = this.input.catalog.kinds.find(({ name }) => name === kind);
    const was = own && this.input.base?.located(own).get(key);
    const is = own && this.input.catalog.located(own).get(key);
    if (was && is) return textOfWritten(was) !== textOfWritten(is);
    if (kind === "terraform" || !of) return true;
    if (values.length > 0) return !values.every(({ by }) => by !== undefined);
    return relates.size < some.length;
  }

  private valuesOf(some: readonly Read[], is: EntityChange["is"], of: Owner["of"]): ValueChange[] {
    if (is === "removed" || is === "forgotten") return [];
    if (is === "added" && of) return changedValues([], this.input.told(of));
    const values = some.flatMap((one) => {
      if (one.object.does === "create" || one.object.does === "import") return this.comes(one);
      if (one.object.does === "destroy") return this.goes(one);
      return this.changesOf(one);
    });
    return joined(values);
  }

  /** What an object that is new to an entity stands for: an entry of its lists. */
  private comes({ json, owner, object }: Read): ValueChange[] {
    if (object.does === "import" && owner.isNode) return [];
    const told = this.entriesOf(owner, json.address);
    if (told.length > 0)
      return told.map(({ path, value, place, by }) => ({
        ...{ path, object: json.address, items: { added: [value], removed: [] } },
        ...(place ? { place } : {}),
        ...(by ? { by } : {}),
      }));
    return [];
  }

  private goes({ json, owner }: Read): ValueChange[] {
    const told = this.entriesOf(owner, json.address);
    if (told.length > 0)
      return told.map(({ path, value, place, by }) => ({
        ...{ path, object: json.address, items: { added: [], removed: [value] } },
        ...(place ? { place } : {}),
        ...(by ? { by } : {}),
      }));
    const named = [...textsIn(json.change.before)].flatMap((text) => this.names.get(text) ?? []);
    const others = [...new Set(named)].filter((name) => name !== `${owner.kind} ${owner.key}`);
    const removed = others.length > 0 ? [others.map(keyIn).join(", ")] : [json.name];
    if (owner.isNode) return [];
    const like = this.owners.like(json.address);
    const [entry] = like?.of ? this.entriesOf(like, `${json.type}.${like.of.resource.name}`) : [];
    const path = entry?.path ?? sortOf(json.address);
    return [{ path, object: json.address, items: { added: [], removed } }];
  }

  /** The entries of an entity's lists that an object carries. */
  private entriesOf({ of }: Owner, address: string): readonly Told[] {
    if (!of) return [];
    const found = [...this.wordsOf(of)].filter(
      ([mark, told]) => mark.startsWith(`${address} `) && told.isItem,
    );
    return [...new Map(found.map(([, told]) => [JSON.stringify([told.path, told.value]), told])).values()];
  }

  private changesOf(one: Read): ValueChange[] {
    const { json, object, differences } = one;
    const forced = new Set((json.change.replace_paths ?? []).map((path) => String(path[0])));
    return differences.flatMap((difference): ValueChange[] => {
      const { path, before, after, items } = difference;
      const first = String(path[0]);
      const isUnknown = after !== undefined && "unknown" in after;
      const isForced = forced.has(first);
      // What only the provider computes says nothing; what becomes unknown with another object says little.
      if (!this.input.isWritten(json.address, first) && !isForced) return [];
      if (isUnknown && !isForced && object.does === "replace") return [];
      const argument = pathText(json.type, path);
      const told = this.wordOf(one.owner, json.address, argument);
      // Only the id is another: what it means has the same name and is made anew.
      if (isUnknown && told && before && isSame(this.named(before), told.value)) return [];
      return [
        {
          ...{ path: told?.path ?? argument, argument, object: json.address },
          ...(before ? { before: this.named(before) } : {}),
          ...(after ? { after: this.named(isUnknown && told ? { value: told.value } : after) } : {}),
          ...(items ? { items } : {}),
          ...(told?.unit ? { unit: told.unit } : {}),
          ...(told?.place ? { place: told.place } : {}),
          ...(told?.by ? { by: told.by } : {}),
          ...(isForced ? { forces: true as const } : {}),
        },
      ];
    });
  }

  private wordFor(json: PlannedJson, path: Difference["path"]): string {
    const argument = pathText(json.type, path);
    return this.wordOf(this.owners.of(json), json.address, argument)?.path ?? argument;
  }

  private wordOf({ of }: Owner, address: string, argument: string): Told | undefined {
    return of && this.wordsOf(of).get(wordMark(address, argument));
  }

  private wordsOf(of: NonNullable<Owner["of"]>): ReadonlyMap<string, Told> {
    const mark = JSON.stringify([of.kind.name, of.entity.key]);
    const known = this.words.get(mark) ?? this.input.words(of);
    this.words.set(mark, known);
    return known;
  }

  /** An id as the name of what it means. */
  private named(seen: Seen): Seen {
    const name = "value" in seen && typeof seen.value === "string" ? this.names.get(seen.value) : undefined;
    return name === undefined ? seen : { value: keyIn(name) };
  }

  private learnNames(): void {
    const resources = this.plan.prior_state?.values?.root_module?.resources ?? [];
    for (const { address, values } of resources) {
      const id = values?.["id"];
      if (typeof id !== "string" || id.length < 8) continue;
      const owner = this.owners.of({ address: address.replace(/^data\./, "") });
      const name = values?.["name"];
      if (owner.kind !== "terraform" && owner.isNode) this.names.set(id, `${owner.kind} ${owner.key}`);
      else if (typeof name === "string")
        this.names.set(id, `${sortOf(address.replace(/^data\./, ""))} ${name}`);
    }
  }

  /** Every text that must not be seen, wherever it stands. */
  private secrets(): readonly string[] {
    const changes = [...(this.plan.resource_changes ?? []), ...(this.plan.resource_drift ?? [])];
    const marked = changes.flatMap(({ change }) => [
      ...secretsIn(change.before, change.before_sensitive),
      ...secretsIn(change.after, change.after_sensitive),
    ]);
    const sensitive = this.plan.configuration?.root_module?.variables ?? {};
    const variables = Object.entries(this.plan.variables ?? {}).flatMap(([name, { value }]) =>
      sensitive[name]?.sensitive === true ? [...textsIn(value)] : [],
    );
    return [...new Set([...marked, ...variables])];
  }
}

/** What a plan's actions do. */
const DOES: Readonly<Record<string, Does | "no-op">> = {
  "no-op": "no-op",
  create: "create",
  read: "read",
  update: "update",
  delete: "destroy",
  "delete,create": "replace",
  "create,delete": "replace",
  forget: "forget",
  "create,forget": "forget",
};

const IS: Readonly<Record<Does, EntityChange["is"]>> = {
  create: "added",
  update: "changed",
  replace: "replaced",
  destroy: "removed",
  import: "imported",
  move: "moved",
  forget: "forgotten",
  read: "changed",
};

/** Terraform's reasons that say more than what is shown anyway. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "the apply that made it did not finish",
  replace_by_request: "somebody asked for its replacement",
  replace_by_triggers: "what it depends on is made anew",
  delete_because_no_resource_config: "no file makes it any more",
  delete_because_no_move_target: "no file makes it any more",
};

const NOBODY: Owner = { kind: "terraform", key: "", isNode: true, isProtected: false };

function isSame(seen: Seen, value: Json): boolean {
  return "value" in seen && JSON.stringify(seen.value) === JSON.stringify(value);
}

/** The key in `project einfra_cz/courses`. */
function keyIn(name: string): string {
  return name.slice(name.indexOf(" ") + 1);
}

/** What happens to an entity, by its own object. What is taken over and changed at once is taken over first. */
function isOf(object: ObjectChange | undefined): EntityChange["is"] {
  if (!object) return "changed";
  return object.imports && object.does === "update" ? "imported" : IS[object.does];
}

function isLoss(does: Does): boolean {
  return does === "destroy" || does === "replace";
}

function isNoMove({ object }: Read): boolean {
  return object.does !== "move";
}

function isBeing(grants: object | undefined): boolean {
  return Object.values(grants ?? {}).includes("being");
}

/** Copies of other arguments, secret ones in clear among them, and answers of servers. */
function isEcho(type: string, [first]: Difference["path"]): boolean {
  if (type === "helm_release") return first === "metadata" || first === "manifest";
  return type === "restapi_object" && first !== "data" && first !== "path" && first !== "id_attribute";
}

/** An argument's path as `explain` shows it: `external_fixed_ip[0].ip_address`, `values[0]: replicas.api`. */
function pathText(type: string, path: Difference["path"]): string {
  const depth =
    type === "helm_release" && path[0] === "values" ? 2 : type === "restapi_object" ? 1 : path.length;
  const outer = plainPath(path.slice(0, depth));
  return path.length > depth ? `${outer}: ${plainPath(path.slice(depth))}` : outer;
}

function plainPath(path: Difference["path"]): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step}`))
    .join("");
}

/** Items of one list that several objects carry are one change. */
function joined(values: readonly ValueChange[]): ValueChange[] {
  const found = new Map<string, ValueChange>();
  for (const [index, value] of values.entries()) {
    const mark = value.items && value.argument === undefined ? `list ${value.path}` : `${index}`;
    const earlier = found.get(mark);
    if (!earlier?.items || !value.items) {
      found.set(mark, value);
      continue;
    }
    const added = [...earlier.items.added, ...value.items.added];
    const removed = [...earlier.items.removed, ...value.items.removed];
    const { object: _, ...rest } = earlier;
    found.set(mark, { ...rest, items: { added, removed } });
  }
  return [...found.values()];
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}

function markOf({ kind, key }: EntityName): string {
  return `${kind} ${key}`;
}

function textOfWritten({
  document,
  metadata,
}: {
  readonly document: unknown;
  readonly metadata: unknown;
}): string {
  return JSON.stringify([document, metadata]);
}
