/** The changes of a plan, each read by itself: what happens to the object, and which arguments differ. */
import type { Digested } from "./digest";
import { type Difference, differencesIn, secretsIn, textsIn } from "./marked";
import type { Does, ObjectChange } from "./model";
import type { Owner, Owners } from "./owners";
import type { PlanJson, PlannedJson } from "./plan-json";
import type { PlannedStack, PlanWords } from "./plan-words";

/** One change of a plan, read. */
export interface Read extends Digested {
  readonly json: PlannedJson;
  readonly owner: Owner;
  /** It is no plan of ours: somebody changed it outside. */
  readonly isDrift?: true;
}

export class PlanReading {
  /** What is not understood, in sentences. */
  readonly unclear: string[] = [];

  constructor(
    private readonly input: PlannedStack,
    private readonly owners: Owners,
    private readonly words: PlanWords,
  ) {}

  /** A change; none where nothing happens to the object. */
  read(json: PlannedJson): Read[] {
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
    const owner = this.owners.of(json);
    const object: ObjectChange = {
      address,
      ...(owner.isNode ? { entity: true as const } : {}),
      does,
      ...this.reasonOf(json, owner, does),
      ...(json.previous_address && json.previous_address !== address
        ? { movedFrom: json.previous_address }
        : {}),
      ...(change.importing ? { imports: true as const } : {}),
      ...(json.deposed === undefined ? {} : { deposed: true as const }),
    };
    return [{ json, owner, object, differences, importId: change.importing?.id }];
  }

  private reasonOf(json: PlannedJson, owner: Owner, does: Does): Pick<ObjectChange, "why" | "forcedBy"> {
    const why = REASONS[json.action_reason ?? ""];
    const to = owner.of?.resource.to;
    if (does === "replace" && to) return { why: `${to.kind} ${to.key} is made anew` };
    const forced = (json.change.replace_paths ?? []).map((path) => {
      const argument = pathText(json.type, path);
      return this.words.wordOf(owner, json.address, argument)?.path ?? argument;
    });
    return {
      ...(why === undefined ? {} : { why }),
      ...(does === "replace" && forced.length > 0 ? { forcedBy: [...new Set(forced)].sort() } : {}),
    };
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
}

/** Every text of a plan that must not be seen, wherever it stands. */
export function secretsOf(plan: PlanJson): readonly string[] {
  const changes = [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])];
  const marked = changes.flatMap(({ change }) => [
    ...secretsIn(change.before, change.before_sensitive),
    ...secretsIn(change.after, change.after_sensitive),
  ]);
  const sensitive = plan.configuration?.root_module?.variables ?? {};
  const variables = Object.entries(plan.variables ?? {}).flatMap(([name, { value }]) =>
    sensitive[name]?.sensitive === true ? [...textsIn(value)] : [],
  );
  return [...new Set([...marked, ...variables])];
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

/** Terraform's reasons that say more than what is shown anyway. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "the apply that made it did not finish",
  replace_by_request: "somebody asked for its replacement",
  replace_by_triggers: "what it depends on is made anew",
  delete_because_no_resource_config: "no file makes it any more",
  delete_because_no_move_target: "no file makes it any more",
};

/** Copies of other arguments, secret ones in clear among them, and answers of servers. */
function isEcho(type: string, [first]: Difference["path"]): boolean {
  if (type === "helm_release") return first === "metadata" || first === "manifest";
  return type === "restapi_object" && first !== "data" && first !== "path" && first !== "id_attribute";
}

/** An argument's path as `explain` shows it: `external_fixed_ip[0].ip_address`, `values[0]: replicas.api`. */
export function pathText(type: string, path: Difference["path"]): string {
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
