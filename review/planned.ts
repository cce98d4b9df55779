/** A plan of Terraform in, what it does out: entity by entity. */

import type { AnyKind } from "../catalog/document";
import { markOf } from "../change/made-anew";
import { apart } from "./access";
import type { Compared } from "./compare";
import { digestOf } from "./digest";
import { inside, textsIn } from "./marked";
import type { Does, EntityChange, EntityName, ObjectChange, StackReview, ValueChange } from "./model";
import { type Owner, Owners } from "./owners";
import { type PlanJson, planOf, unclear } from "./plan-json";
import { PlanReading, pathText, type Read, secretsOf } from "./plan-reading";
import { isSame, keyIn, type PlannedStack, PlanWords } from "./plan-words";
import { withoutSecrets } from "./secrets";
import type { Told } from "./stories";
import { sortOf } from "./touched";
import { changedValues } from "./values";

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

class Reviewing {
  private readonly owners: Owners;
  private readonly words: PlanWords;
  private readonly reading: PlanReading;

  constructor(
    private readonly input: PlannedStack,
    private readonly plan: PlanJson,
  ) {
    this.owners = new Owners(input.catalog, input.provider, input.base);
    this.words = new PlanWords(input, this.owners, plan);
    this.owners.guess([...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])], this.words.domains);
    this.reading = new PlanReading(input, this.owners, this.words);
  }

  run(): ReviewedStack {
    const { name } = this.input;
    const changes = (this.plan.resource_changes ?? []).flatMap((json) => this.reading.read(json));
    const drift = (this.plan.resource_drift ?? [])
      .flatMap((json) => this.reading.read(json))
      .map((one) => ({ ...one, isDrift: true as const }));
    const secrets = secretsOf(this.plan);
    const stack: StackReview = {
      name,
      is: this.plan.errored === true ? "failed" : changes.length === 0 ? "unchanged" : "changed",
      digest: digestOf(changes),
      ...(this.plan.errored === true ? { why: "Terraform could not finish the plan" } : {}),
    };
    const ids = changes.flatMap(({ json, object }) => {
      const id = inside(json.change.before, "id");
      return typeof id === "string" && isLoss(object.does) ? [[object.address, id] as const] : [];
    });
    const told = (some: readonly Read[]) =>
      this.entities(some).map((one) => ({ ...one, change: withoutSecrets(one.change, secrets) }));
    return {
      stack,
      changes: told(changes),
      drift: told(drift.filter((one) => this.isDrift(one))),
      unclear: [...unclear(this.plan), ...this.reading.unclear],
      ids: new Map(ids),
    };
  }

  /** What a service computes by itself is nobody's drift: only what files write counts, and what is gone. */
  private isDrift({ json, object, differences }: Read): boolean {
    if (object.does === "move") return false;
    return (
      isLoss(object.does) ||
      differences.some(({ path }) => this.input.isWritten(json.address, String(path[0])))
    );
  }

  private entities(all: readonly Read[]): Compared[] {
    const byEntity = new Map<string, Read[]>();
    for (const one of all) {
      const mark = markOf(one.owner.kind, one.owner.key);
      byEntity.set(mark, [...(byEntity.get(mark) ?? []), one]);
    }
    const replaced = new Set(
      all.filter((one) => one.owner.isNode).map(({ owner }) => markOf(owner.kind, owner.key)),
    );
    return [...byEntity.values()].map((some) => this.entity(some, replaced));
  }

  private entity(some: readonly Read[], changing: ReadonlySet<string>): Compared {
    const nodes = some.filter((one) => one.owner.isNode && one.object.deposed === undefined);
    // What becomes one of another type is destroyed and made anew by two objects.
    const gone = nodes.length > 1 ? nodes.find((one) => one.object.does === "destroy") : undefined;
    const node = nodes.find((one) => one !== gone);
    const owner = (node ?? some.find((one) => one.owner.of) ?? some[0])?.owner ?? NOBODY;
    const { kind, key, isProtected, of } = owner;
    const is = gone && node?.object.does === "create" ? "replaced" : isOf(node?.object);
    const values =
      gone?.owner.of && of && is === "replaced"
        ? this.between(gone.owner.of, of)
        : this.valuesOf(some, is, of);
    const own = this.input.catalog.kinds.find(({ name }) => name === kind);
    const place = (of ?? owner.in)?.entity.place([]);
    const change: EntityChange = {
      environments: [this.input.catalog.environment.name],
      ...{ kind, key, is, protected: isProtected },
      ...(place ? { place } : {}),
      values: values.flatMap((value) =>
        is === "added" && !isBeing(own?.grants) ? [value] : apart(own, value),
      ),
      // That no file makes one of the two any more is no reason: the other one is its file's.
      objects: some.map((one) =>
        one === gone && is === "replaced" ? { ...one.object, why: undefined } : one.object,
      ),
      notes: [
        ...(own?.lost !== undefined && (is === "removed" || is === "replaced") ? [own.lost] : []),
        ...(is === "changed" && own ? refusedOf(own, values) : []),
      ],
    };
    const relates = new Map<string, EntityName>();
    for (const one of some) {
      const to = one.owner.of?.resource.to;
      if (to && changing.has(markOf(to.kind, to.key)))
        relates.set(one.object.address, { kind: to.kind, key: to.key });
    }
    return { change, isOwn: this.isOwn(owner, change, some, relates), relates };
  }

  /** Did somebody change its own files, as far as anybody can tell? */
  private isOwn(
    { of, kind, key }: Owner,
    { is: happens, values }: EntityChange,
    some: readonly Read[],
    relates: Compared["relates"],
  ): boolean {
    const own = this.input.catalog.kinds.find(({ name }) => name === kind);
    const was = own && this.input.base?.located(own).get(key);
    const is = own && this.input.catalog.located(own).get(key);
    // What comes or goes though its files stay is no matter of the others that it names: the cloud, or a day, made it so.
    if (was && is && (happens === "changed" || happens === "replaced"))
      return textOfWritten(was) !== textOfWritten(is);
    if (kind === "terraform" || !of) return true;
    if (values.length > 0) return !values.every(({ by }) => by !== undefined);
    return relates.size < some.length;
  }

  /** What differs between the files of before and those of now. */
  private between(was: NonNullable<Owner["of"]>, is: NonNullable<Owner["of"]>): ValueChange[] {
    return changedValues(this.input.told(was), this.input.told(is));
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

  /** What an object that is new to an entity stands for: entries of its lists, or values. */
  private comes({ json, owner, object }: Read): ValueChange[] {
    if (object.does === "import" && owner.isNode) return [];
    return this.words.carriedBy(owner, json.address).map((told) => ({
      ...itemOf(told, json.address),
      ...(told.isItem ? { items: { added: [told.value], removed: [] } } : { after: { value: told.value } }),
    }));
  }

  private goes({ json, owner }: Read): ValueChange[] {
    const told = this.words.carriedBy(owner, json.address);
    if (told.length > 0)
      return told.map((one) => ({
        ...itemOf(one, json.address),
        ...(one.isItem ? { items: { added: [], removed: [one.value] } } : { before: { value: one.value } }),
      }));
    if (owner.isNode) return [];
    // No file says any more what it stood for: the ids in it do.
    const named = [...textsIn(json.change.before)].flatMap((text) => this.words.names.get(text) ?? []);
    const others = [...new Set(named)].filter((name) => name !== `${owner.kind} ${owner.key}`);
    const removed = others.length > 0 ? [others.map(keyIn).join(", ")] : [json.name];
    const path = this.words.listOf(json.address) ?? sortOf(json.address);
    return [{ path, object: json.address, items: { added: [], removed } }];
  }

  private changesOf(one: Read): ValueChange[] {
    const { json, object, differences } = one;
    const forced = new Set((json.change.replace_paths ?? []).map((path) => String(path[0])));
    return differences.flatMap((difference): ValueChange[] => {
      const { path, before, after, items } = difference;
      const first = String(path[0]);
      const isUnknown = after !== undefined && "unknown" in after;
      const isForced = forced.has(first);
      // What only the provider computes says nothing, and what becomes unknown with another object little. What nobody writes
      // any more is taken away.
      const isWritten = this.input.isWritten(json.address, first);
      if (!isWritten && !isForced && (isUnknown || one.isDrift || object.does !== "update")) return [];
      if (isUnknown && object.does === "replace" && (!isForced || !one.owner.isNode)) return [];
      const argument = pathText(json.type, path);
      const told = this.words.wordOf(one.owner, json.address, argument);
      const called = this.words.pathOf(one.owner, json.address, argument);
      // Only the id is another: what it means has the same name and is made anew.
      if (isUnknown && told && before && isSame(this.words.named(before), told.value)) return [];
      return [
        {
          ...{ path: called?.path ?? argument, argument, object: json.address },
          ...(before ? { before: this.words.named(before) } : {}),
          ...(after ? { after: this.words.named(isUnknown && told ? { value: told.value } : after) } : {}),
          ...(items ? { items } : {}),
          ...(called?.unit ? { unit: called.unit } : {}),
          ...(told?.place ? { place: told.place } : {}),
          ...(told?.by ? { by: told.by } : {}),
          ...(isForced ? { forces: true as const } : {}),
        },
      ];
    });
  }
}

/** What is known of an entry of a list that an object carries. */
function itemOf({ path, unit, place, by }: Told, object: string): Omit<ValueChange, "items"> {
  return { path, object, ...(unit ? { unit } : {}), ...(place ? { place } : {}), ...(by ? { by } : {}) };
}

/** What a plan promises and the service refuses. */
function refusedOf({ forces = {} }: AnyKind, values: readonly ValueChange[]): string[] {
  const fields = values.map(({ path }) => path).filter((path) => forces[path] === "never");
  return fields.length === 0
    ? []
    : [`The service refuses to change ${fields.join(", ")}: this apply would fail.`];
}

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

const NOBODY: Owner = { kind: "terraform", key: "", isNode: true, isProtected: false };

/** What happens to an entity, by its own object. What is taken over and changed at once is taken over first. */
function isOf(object: ObjectChange | undefined): EntityChange["is"] {
  if (!object) return "changed";
  return object.imports && object.does === "update" ? "imported" : IS[object.does];
}

function isLoss(does: Does): boolean {
  return does === "destroy" || does === "replace";
}

function isBeing(grants: object | undefined): boolean {
  return Object.values(grants ?? {}).includes("being");
}

/** Items of one list that several objects carry are one change, and so is a value that one object takes over from another. */
function joined(values: readonly ValueChange[]): ValueChange[] {
  const found = new Map<string, ValueChange>();
  for (const [index, value] of values.entries()) {
    const mark =
      value.argument === undefined ? `${value.items ? "list" : "value"} ${value.path}` : `${index}`;
    const earlier = found.get(mark);
    if (!earlier?.items || !value.items) {
      found.set(mark, { ...earlier, ...value });
      continue;
    }
    const added = [...earlier.items.added, ...value.items.added];
    const removed = [...earlier.items.removed, ...value.items.removed];
    const { object: _, ...rest } = earlier;
    found.set(mark, { ...rest, items: { added, removed } });
  }
  return [...found.values()].filter(
    ({ argument, before, after }) =>
      argument !== undefined || !before || JSON.stringify(before) !== JSON.stringify(after),
  );
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
