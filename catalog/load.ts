import { existsSync, statSync } from "node:fs";
import { BACKENDS } from "../kinds/backend";
import { type Environment, environmentDocument } from "../kinds/environment";
import { nearest } from "../kinds/names";
import { removalsDocument } from "../kinds/removals";
import { type Catalog, sections, stackName } from "./catalog";
import { checkDocument } from "./check";
import { type AnyKind, type Folder, FolderReader } from "./document";
import { Files } from "./files";
import { layEntities } from "./layers";
import { type MapNode, originOf, placeOf, Source } from "./node";
import { type Problem, Problems } from "./problem";
import { resolve } from "./resolve";
import { documentSchema } from "./schema";
import { isFault, readYaml } from "./yaml";

/** What to read: a data root, and which of its environments. */
export interface Request {
  readonly root: string;
  /** Names of environments; empty: all. */
  readonly environments: readonly string[];
  /** The day on which dates are judged, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly kinds: readonly AnyKind[];
}

/** What was read: catalogs only where nothing stands against them. */
export interface Loaded {
  readonly catalogs: readonly Catalog[];
  readonly problems: readonly Problem[];
  readonly files: Files | undefined;
}

/** Reads a data root: YAML in, checked catalogs or problems out. */
export function load(request: Request): Loaded {
  const problems = new Problems();
  if (!existsSync(request.root) || !statSync(request.root).isDirectory()) {
    problems.add(
      { file: "environments", line: 1, column: 1 },
      {
        code: "file",
        message: `there is no folder ${request.root}`,
        help: "name the folder that holds `environments/` by --root",
      },
    );
    return { catalogs: [], problems: problems.sorted(), files: undefined };
  }
  const files = new Files(request.root);
  const loading = new Loading(request, files, problems);
  const catalogs = loading.run();
  return { catalogs, problems: problems.sorted(), files };
}

interface Site {
  readonly environment: Environment;
  readonly root: MapNode;
}

class Loading {
  private readonly reader: FolderReader;

  constructor(
    private readonly request: Request,
    private readonly files: Files,
    private readonly problems: Problems,
  ) {
    this.reader = new FolderReader(files, request.kinds, problems);
  }

  run(): Catalog[] {
    const names = this.environmentNames();
    const sites = names.map((name) => this.readEnvironment(name));
    const catalogs: Catalog[] = [];
    for (const [index, name] of names.entries()) {
      const site = sites[index];
      const own = this.reader.read(`environments/${name}`, ["environment.yaml", "removals.yaml"], [name]);
      if (!site) {
        this.checkShapes(own, [name]);
        continue;
      }
      const removals = this.readRemovals(name);
      const layers = site.environment.layers.flatMap((layer, at) => this.readLayer(site, layer, at));
      catalogs.push(this.catalog(site, [...layers, own], removals));
    }
    this.proveStatesApart(sites.filter((site) => site !== undefined));
    if (this.request.environments.length === 0) this.checkUnusedLayers(sites);
    return catalogs;
  }

  private environmentNames(): string[] {
    const at = { file: "environments", line: 1, column: 1 };
    const entries = this.files.list("environments") ?? [];
    const folders: string[] = [];
    for (const { name, file, type } of entries) {
      if (type === "folder") folders.push(name);
      else if (typeof type === "object" || /\.ya?ml$/.test(name)) {
        const message = typeof type === "object" ? type.message : "a YAML file outside every environment";
        this.problems.add(
          { file, line: 1, column: 1 },
          { code: "file", message, help: "here belong folders, one for each environment" },
        );
      }
    }
    for (const chosen of this.request.environments) {
      if (folders.includes(chosen)) continue;
      const near = nearest(chosen, folders);
      this.problems.add(at, {
        code: "environment",
        message: `there is no environment ${JSON.stringify(chosen)}`,
        help: `${near ? `did you mean "${near}"? ` : ""}There ${folders.length === 1 ? "is" : "are"} ${folders.join(", ") || "none"}`,
      });
    }
    if (folders.length === 0) {
      this.problems.add(at, {
        code: "environment",
        message: "there are no environments",
        help: "make a folder environments/<name> with an environment.yaml in it",
      });
    }
    return folders.filter(
      (name) => this.request.environments.length === 0 || this.request.environments.includes(name),
    );
  }

  private readEnvironment(name: string): Site | undefined {
    const file = `environments/${name}/environment.yaml`;
    const environments = [name];
    const source = this.files.read(file);
    if (!(source instanceof Source)) {
      const missing = !(this.files.list(`environments/${name}`) ?? []).some(
        (entry) => entry.name === "environment.yaml",
      );
      const message = missing ? "environment.yaml is missing" : source.message;
      this.problems.add(
        { file, line: 1, column: 1 },
        {
          code: missing ? "missing" : "file",
          message,
          help: missing
            ? "an environment needs it: its name, its state and the section of each provider"
            : source.help,
          environments,
        },
      );
      return undefined;
    }
    const root = readYaml(source);
    if (isFault(root)) {
      this.problems.add(root.at, { code: "yaml", message: root.message, help: root.help, environments });
      return undefined;
    }
    if (root.type !== "map") {
      this.problems.add(root, {
        code: "yaml",
        message: "the file holds no map",
        help: "it begins with `environment:`",
        environments,
      });
      return undefined;
    }
    const environment = checkDocument(environmentDocument, root, this.problems, {
      environments,
    })?.environment;
    if (!environment) return undefined;
    if (environment.name !== name) {
      this.problems.add(originOf(root, ["environment", "name"]), {
        code: "path",
        message: `the environment is called "${environment.name}", but its folder ${name}`,
        help: "make them agree",
        environments,
      });
      return undefined;
    }
    this.checkState({ environment, root });
    return { environment, root };
  }

  /** Where several stacks would share a state, `{stack}` must tell them apart. */
  private checkState({ environment, root }: Site): void {
    const { backend, settings } = environment.state;
    const at = (setting: string) => originOf(root, ["environment", "state", setting]);
    const add = (setting: string, message: string, help: string) =>
      this.problems.add(at(setting), { code: "state", message, help, environments: [environment.name] });
    const stacks = sections(environment);
    if (stacks.length > 1) {
      for (const setting of BACKENDS[backend].place) {
        const value = settings[setting];
        const needed = value !== undefined || setting === "schema_name";
        if (needed && !String(value ?? "").includes("{stack}")) {
          add(
            setting,
            `the ${stacks.length} stacks of this environment would share one state`,
            `write {stack} in \`${setting}\`: it is replaced by the stack's name`,
          );
        }
      }
    }
    const path = settings["path"];
    if (backend === "local" && typeof path === "string" && /^(\.\/)*cdktf\.out(\/|$)/.test(path)) {
      add(
        "path",
        "the state would lie in the output folder, which is deleted and made anew",
        'write a path outside it, such as "state/{stack}.tfstate"',
      );
    }
  }

  /** Two stacks of different environments must not write one state. */
  private proveStatesApart(sites: readonly Site[]): void {
    const owners = new Map<string, string>();
    for (const { environment, root } of sites) {
      const { backend, settings } = environment.state;
      const [setting] = BACKENDS[backend].place;
      for (const provider of sections(environment)) {
        const stack = stackName(environment, provider);
        const place = JSON.stringify([
          backend,
          settings["conn_str"],
          settings["bucket"],
          settings["endpoints"],
          String(settings[setting] ?? "").replaceAll("{stack}", stack),
        ]);
        const owner = owners.get(place);
        if (owner !== undefined && !owner.startsWith(`${environment.name}-`)) {
          this.problems.add(originOf(root, ["environment", "state", setting]), {
            code: "state",
            message: `${stack} and ${owner} would share one state`,
            help: `write {stack} in \`${setting}\`: it is replaced by the stack's name`,
            environments: [environment.name],
          });
        }
        owners.set(place, stack);
      }
    }
  }

  private readRemovals(name: string): ReadonlySet<string> {
    const file = `environments/${name}/removals.yaml`;
    const entry = (this.files.list(`environments/${name}`) ?? []).find((one) => one.name === "removals.yaml");
    const none: ReadonlySet<string> = new Set();
    if (!entry) return none;
    const environments = [name];
    const source = this.files.read(file);
    if (!(source instanceof Source)) {
      this.problems.add(
        { file, line: 1, column: 1 },
        { code: "file", message: source.message, help: source.help, environments },
      );
      return none;
    }
    const root = readYaml(source);
    if (isFault(root))
      this.problems.add(root.at, { code: "yaml", message: root.message, help: root.help, environments });
    else if (root.type !== "map")
      this.problems.add(root, {
        code: "yaml",
        message: "the file holds no map",
        help: "it begins with `removals:`",
        environments,
      });
    else {
      const removals = checkDocument(removalsDocument, root, this.problems, { environments })?.removals ?? [];
      return new Set(
        removals.filter(({ until }) => this.request.asOf <= until).map(({ kind, key }) => `${kind} ${key}`),
      );
    }
    return none;
  }

  private readLayer({ environment, root }: Site, layer: string, index: number): Folder[] {
    const layers = this.layerNames();
    if (layers.includes(layer)) return [this.reader.read(`entities/${layer}`, [], [environment.name])];
    const near = nearest(layer, layers);
    this.problems.add(placeOf(originOf(root, ["environment", "layers", index])), {
      code: "reference",
      message: `there is no layer "${layer}"`,
      help: `${near ? `did you mean "${near}"? ` : ""}A layer is a folder below entities/: ${layers.join(", ") || "there is none"}`,
      environments: [environment.name],
    });
    return [];
  }

  private layerNames(): string[] {
    return (this.files.list("entities") ?? [])
      .filter((entry) => entry.type === "folder")
      .map((entry) => entry.name);
  }

  private catalog(site: Site, folders: readonly Folder[], removals: ReadonlySet<string>): Catalog {
    const { kinds, asOf } = this.request;
    const written = layEntities(folders, kinds, this.problems, site.environment.name);
    const companions = new Map(folders.flatMap((folder) => [...folder.companions]));
    return resolve(written, {
      environment: site.environment,
      environmentRoot: site.root,
      asOf,
      kinds,
      companions,
      removals,
      isFolder: (path) => this.files.isFolder(path),
      problems: this.problems,
    });
  }

  /** Layers that no environment uses are checked in shape: what they write, not what they lack. */
  private checkUnusedLayers(sites: readonly (Site | undefined)[]): void {
    const used = new Set(sites.flatMap((site) => site?.environment.layers ?? []));
    for (const entry of this.files.list("entities") ?? []) {
      if (entry.type === "folder" && !used.has(entry.name))
        this.checkShapes(this.reader.read(entry.file, [], []), []);
      else if (entry.type !== "folder" && (typeof entry.type === "object" || /\.ya?ml$/.test(entry.name))) {
        this.problems.add(
          { file: entry.file, line: 1, column: 1 },
          {
            code: "file",
            message: typeof entry.type === "object" ? entry.type.message : "a YAML file outside every layer",
            help: "here belong folders, one for each layer",
          },
        );
      }
    }
  }

  private checkShapes(folder: Folder, environments: readonly string[]): void {
    for (const { kind, root, removes } of folder.documents) {
      if (root && !removes)
        checkDocument(documentSchema(kind), root, this.problems, { environments, partial: true });
    }
  }
}
