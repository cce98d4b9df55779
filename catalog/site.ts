import { BACKENDS } from "../kinds/backend";
import { type Environment, environmentDocument } from "../kinds/environment";
import { suggest } from "../kinds/names";
import { type Removal, removalsDocument } from "../kinds/removals";
import { checkDocument } from "./check";
import type { AnyKind } from "./document";
import type { Files } from "./files";
import { readMapFile } from "./map-file";
import { type MapNode, originOf } from "./node";
import { type Problems, wholeFile } from "./problem";
import { sections, stackName } from "./sections";

/** The files at the top of an environment's folder that are no entities. */
export const SITE_FILES = ["environment.yaml", "removals.yaml"];

/** What removals are held against: a day, and the table of kinds. */
interface Judged {
  readonly asOf: string;
  readonly kinds: readonly AnyKind[];
}

/** One environment as its own files describe it. */
export interface Site {
  readonly environment: Environment;
  readonly root: MapNode;
  /** What may be removed, as `<kind> <key>`. */
  readonly removals: ReadonlySet<string>;
}

/** Reads `environment.yaml` and `removals.yaml` of an environment; undefined if the first cannot be used. */
export function readSite(files: Files, name: string, judged: Judged, problems: Problems): Site | undefined {
  const file = `environments/${name}/environment.yaml`;
  const environments = [name];
  const entries = (files.list(`environments/${name}`) ?? []).map((entry) => entry.name);
  if (!entries.includes("environment.yaml")) {
    const help = "an environment needs it: its name, its state and the section of each provider";
    const message = "environment.yaml is missing";
    // A file of the other ending is a problem of its own.
    if (!entries.includes("environment.yml"))
      problems.add(wholeFile(file), { code: "missing", message, help, environments });
    return undefined;
  }
  const root = readMapFile(files, file, "`environment:`", problems, environments);
  const checked = root && checkDocument(environmentDocument, root, problems, { environments });
  const removals = entries.includes("removals.yaml")
    ? readRemovals(files, name, judged, problems)
    : new Set<string>();
  if (!root || !checked?.sound) return undefined;
  const { environment } = checked.value;
  if (environment.name !== name) {
    const message = `the environment is called "${environment.name}", but its folder ${name}`;
    problems.add(originOf(root, ["environment", "name"]), {
      code: "path",
      message,
      help: `write \`name: ${name}\`, or rename the folder to ${environment.name}`,
      environments,
    });
    return undefined;
  }
  checkState(environment, root, problems);
  return { environment, root, removals };
}

function readRemovals(files: Files, name: string, { asOf, kinds }: Judged, problems: Problems): Set<string> {
  const environments = [name];
  const root = readMapFile(
    files,
    `environments/${name}/removals.yaml`,
    "`removals:`",
    problems,
    environments,
  );
  const checked = root && checkDocument(removalsDocument, root, problems, { environments });
  const removals = checked?.value.removals ?? [];
  const told = new Set<string>();
  for (const [index, removal] of removals.entries()) {
    const wrong = root && wrongIn(removal, kinds, told);
    told.add(`${removal.kind} ${removal.key}`);
    if (!wrong) continue;
    const { field, ...problem } = wrong;
    problems.add(originOf(root, ["removals", index, field]), { ...problem, environments });
  }
  const current = removals.filter(({ until }) => asOf <= until);
  return new Set(current.map(({ kind, key }) => `${kind} ${key}`));
}

/** What a removal could never mean: it would acknowledge nothing, or nobody would know why. */
function wrongIn(removal: Removal, kinds: readonly AnyKind[], told: ReadonlySet<string>) {
  const { key } = removal;
  const kind = kinds.find(({ name }) => name === removal.kind);
  if (!kind) {
    const known = kinds.map(({ name }) => name);
    const help = suggest(removal.kind, known, "kinds");
    return { field: "kind", code: "reference", message: `there is no kind "${removal.kind}"`, help } as const;
  }
  const parts = key.split("/");
  if (parts.length !== (kind.within ? 2 : 1) || parts.includes("")) {
    const help = `write ${kind.within ? `<${kind.within}>/<name>` : "a name without `/`"}`;
    const message = `${JSON.stringify(key)} is no key of a ${kind.name}`;
    return { field: "key", code: "reference", message, help } as const;
  }
  if (told.has(`${kind.name} ${key}`)) {
    const message = `the removal of the ${kind.name} "${key}" stands twice in this list`;
    return { field: "key", code: "duplicate", message, help: "remove one of the two entries" } as const;
  }
  const field = (["who", "why"] as const).find((one) => removal[one].trim() === "");
  if (!field) return undefined;
  const help = "say who acknowledges the removal, and in a few words why";
  return { field, code: "missing", message: `\`${field}\` is empty`, help } as const;
}

/** Where several stacks would share a state, `{stack}` must tell them apart; a local one must survive a synth. */
function checkState(environment: Environment, root: MapNode, problems: Problems): void {
  const { backend, settings } = environment.state;
  const add = (setting: string, message: string, help: string) => {
    const at = originOf(root, ["environment", "state", setting]);
    problems.add(at, { code: "state", message, help, environments: [environment.name] });
  };
  const stacks = sections(environment);
  for (const setting of stacks.length > 1 ? BACKENDS[backend].place : []) {
    const value = settings[setting];
    // Without a schema's name all stacks would take the default one.
    const isUsed = value !== undefined || setting === "schema_name";
    if (!isUsed || String(value ?? "").includes("{stack}")) continue;
    const help = `write {stack} in \`${setting}\`: it is replaced by the stack's name`;
    add(setting, `the ${stacks.length} stacks of this environment would share one state`, help);
  }
  const { path } = settings;
  if (backend === "local" && typeof path === "string" && /^(\.\/+)*cdktf\.out(\/|$)/.test(path)) {
    const help = 'write a path outside it, such as "state/{stack}.tfstate"';
    add("path", "the state would lie in the output folder, which is deleted and made anew", help);
  }
}

/** Two stacks of different environments must not write one state. */
export function proveStatesApart(sites: readonly Site[], problems: Problems): void {
  const owners = new Map<string, { environment: string; stack: string }>();
  for (const { environment, root } of sites) {
    const [setting] = BACKENDS[environment.state.backend].place;
    for (const provider of sections(environment)) {
      const stack = stackName(environment, provider);
      const place = placeOfState(environment, setting, stack);
      const owner = owners.get(place);
      if (owner && owner.environment !== environment.name) {
        const message = `${stack} and ${owner.stack} would share one state`;
        const help = `write {stack} in \`${setting}\`: it is replaced by the stack's name`;
        const at = originOf(root, ["environment", "state", setting]);
        problems.add(at, { code: "state", message, help, environments: [environment.name] });
      }
      owners.set(place, { environment: environment.name, stack });
    }
  }
}

function placeOfState({ state }: Environment, setting: string, stack: string): string {
  const { conn_str, bucket, endpoints, [setting]: place } = state.settings;
  return JSON.stringify([
    state.backend,
    conn_str,
    bucket,
    endpoints,
    String(place ?? "").replaceAll("{stack}", stack),
  ]);
}
