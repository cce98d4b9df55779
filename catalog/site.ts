import { posix } from "node:path";
import { BACKENDS } from "../kinds/backend";
import type { IgnoredDrift } from "../kinds/drift";
import { type Environment, environmentDocument } from "../kinds/environment";
import { SITE_DOCUMENTS, type SiteFileName } from "../kinds/site-files";
import { type Judged, readIgnoredDrift, readRemovals } from "./acknowledged";
import { checkDocument } from "./check";
import { type Files, inSmallLetters } from "./files";
import { readMapFile } from "./map-file";
import { type MapNode, originOf } from "./node";
import { type Problems, wholeFile } from "./problem";
import { sections, stackName } from "./sections";

/** The files at the top of an environment's folder that are no entities. */
export const SITE_FILES: readonly string[] = Object.keys(SITE_DOCUMENTS).map((name) => `${name}.yaml`);

/** One environment as its own files describe it. */
export interface Site {
  readonly environment: Environment;
  readonly root: MapNode;
  /** What may be removed, as `<kind> <key>`. */
  readonly removals: ReadonlySet<string>;
  /** What may differ from the files without being told. */
  readonly drift: readonly IgnoredDrift[];
}

/** Reads the files at the top of an environment's folder; undefined if `environment.yaml` cannot be used. */
export function readSite(files: Files, name: string, judged: Judged, problems: Problems): Site | undefined {
  const file = `environments/${name}/environment.yaml`;
  const environments = [name];
  const entries = (files.list(`environments/${name}`) ?? []).map((entry) => entry.name);
  if (!entries.includes("environment.yaml")) {
    const help = "an environment needs it: its name, its state and the section of each provider";
    const message = "environment.yaml is missing";
    // A file of another ending is a problem of its own.
    if (!entries.some((entry) => inSmallLetters(entry) === "environment.yaml"))
      problems.add(wholeFile(file), { code: "missing", message, help, environments });
    return undefined;
  }
  const root = readMapFile(files, file, "`environment:`", problems, environments);
  const checked = root && checkDocument(environmentDocument, root, problems, { environments });
  const has = (one: SiteFileName) => entries.includes(`${one}.yaml`);
  const removals = has("removals") ? readRemovals(files, name, judged, problems) : new Set<string>();
  const drift = has("drift") ? readIgnoredDrift(files, name, judged, problems) : [];
  if (!root || !checked?.sound) return undefined;
  const { environment } = checked.value;
  if (environment.name !== name) {
    const message = `the environment is called "${environment.name}", but its folder is called ${name}`;
    problems.add(originOf(root, ["environment", "name"]), {
      code: "path",
      message,
      help: `write \`name: ${name}\`, or rename the folder to ${environment.name}`,
      environments,
    });
    return undefined;
  }
  checkState(environment, root, problems);
  return { environment, root, removals, drift };
}

/** Where several stacks would share a state, `{stack}` must tell them apart; a local one must survive a synth. */
function checkState(environment: Environment, root: MapNode, problems: Problems): void {
  const { backend, settings } = environment.state;
  const add = (setting: string, message: string, help: string) => {
    const at = originOf(root, ["environment", "state", setting]);
    problems.add(at, { code: "state", message, help, environments: [environment.name] });
  };
  const stacks = sections(environment);
  for (const group of stacks.length > 1 ? BACKENDS[backend].place : []) {
    const [setting] = group;
    const written = group.flatMap((one) => settings[one] ?? []);
    // Without a schema's name all stacks would take the default one.
    const isUsed = written.length > 0 || setting === "schema_name";
    if (!isUsed || written.join("\n").includes("{stack}")) continue;
    const help = `write {stack} in \`${setting}\`: it is replaced by the stack's name`;
    add(setting, `the ${stacks.length} stacks of this environment would share one state`, help);
  }
  const { path } = settings;
  if (backend === "local" && typeof path === "string" && /^cdktf\.out(\/|$)/.test(posix.normalize(path))) {
    const help = 'write a path outside it, such as "state/{stack}.tfstate"';
    add("path", "the state would lie in the output folder, which is deleted and made anew", help);
  }
}

/** Two stacks of different environments must not write one state. */
export function proveStatesApart(sites: readonly Site[], problems: Problems): void {
  const owners = new Map<string, { environment: string; stack: string }>();
  for (const { environment, root } of sites) {
    const [[setting]] = BACKENDS[environment.state.backend].place;
    for (const provider of sections(environment)) {
      const stack = stackName(environment, provider);
      const place = placeOfState(environment, stack);
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

/** Has an environment a state that another one has, or had? */
export function shareState(one: Environment, other: Environment): boolean {
  const placesOf = (environment: Environment) =>
    sections(environment).map(
      (provider) => `${provider} ${placeOfState(environment, stackName(environment, provider))}`,
    );
  const known = new Set(placesOf(one));
  return placesOf(other).some((place) => known.has(place));
}

/** What tells one state from another. */
const PLACE = ["path", "address", "bucket", "key", "endpoint", "endpoints", "conn_str", "schema_name"];

function placeOfState({ state }: Environment, stack: string): string {
  const place = JSON.stringify([state.backend, ...PLACE.map((setting) => state.settings[setting])]);
  return place.replaceAll("{stack}", stack);
}
