import type { Code } from "../kinds/codes";
import type { Path, Reference } from "../kinds/kind";
import { many, suggest } from "../kinds/names";
import type { AnyKind } from "./document";
import { type Entities, placeIn, type Setting } from "./entities";
import { type Cause, compare } from "./problem";
import { unmanagedKeys } from "./sections";
import { unusedLayer } from "./unused-layer";

/** Proves that every reference names an entity that is there, and that those that must end do. */
export function proveReferences(entities: Entities, setting: Setting): void {
  const causes = new Map<string, Cause>();
  // A name that is gone is gone in many files.
  const causeOf = (reference: Reference, target: AnyKind) => {
    const mark = JSON.stringify([target.name, reference.key, reference.only]);
    const known = causes.get(mark) ?? causeFor(reference, target, entities, setting);
    causes.set(mark, known);
    return known;
  };
  const byName = new Map(setting.kinds.map((kind) => [kind.name, kind]));
  for (const kind of setting.kinds) {
    const acyclic = new Map<string, Reference[]>();
    for (const [key, { root, document }] of entities.of(kind)) {
      for (const reference of kind.references?.(document, setting.environment) ?? []) {
        const target = byName.get(reference.kind);
        if (!target)
          throw new Error(`${kind.name} refers to a kind that is not in the table: ${reference.kind}`);
        if (!entities.exists(target, reference.key)) {
          if (!setting.isWhole) continue;
          const message = `the ${kind.name} "${key}" names the ${target.name} "${reference.key}", which does not exist`;
          const at = placeIn(root, reference.path);
          const cause = causeOf(reference, target);
          add(setting, at, "reference", message, cause.help, cause);
        } else if (reference.acyclic && target === kind) {
          acyclic.set(key, [...(acyclic.get(key) ?? []), reference]);
        }
      }
    }
    for (const { keys, path } of cycles(acyclic)) {
      const [first = ""] = keys;
      const root = entities.of(kind).get(first)?.root;
      const message = `a cycle of ${kind.name} references: ${[...keys, first].join(" -> ")}`;
      if (root) add(setting, placeIn(root, path), "cycle", message, "remove one of these references");
    }
  }
}

/** So many places that name what is not there may each be wrong; of more it is told once. */
const FEW = 3;

/** Why an entity is not there: a file removes it, a layer is not used that has it, or nobody declares it. */
function causeFor(reference: Reference, target: AnyKind, entities: Entities, setting: Setting): Cause {
  const what = `${target.name} ${reference.key}`;
  const remover = setting.removerOf(target, reference.key);
  if (remover !== undefined) {
    const help = `${remover} removes it: name another ${target.name}, or delete that file`;
    return { what, help, many: { from: FEW + 1, help } };
  }
  const unused = unusedLayer(setting, target, reference.key);
  if (unused) return unused;
  const many = { from: FEW + 1, help: declared(reference, target).join(", or ") };
  return { what, help: cure(reference, target, entities, setting), many };
}

function add(
  setting: Setting,
  at: ReturnType<typeof placeIn>,
  code: Code,
  message: string,
  help: string,
  cause?: Cause,
): void {
  setting.problems.add(at, { code, message, help, cause, environments: [setting.environment.name] });
}

/** What would be right where a name means nothing. */
function cure(
  { key, only }: Reference,
  target: AnyKind,
  entities: Entities,
  { environment }: Setting,
): string {
  const all = [...entities.keys(target), ...unmanagedKeys(environment, target), ...(target.always ?? [])];
  // A file outside every domain's folder counts as there, but nobody could write its key.
  const known = [...new Set(all)].filter((one) => !one.startsWith("/"));
  const [written, names, elsewhere] = only ? within(key, only, known) : [key, known, undefined];
  const near = suggest(written, names, `${many(target.name)} ${only ? `in ${only.within}` : "here"}`);
  // Who misspelled a name does not want to hear of files and of unmanaged ones.
  if (near.startsWith("did you mean")) return near;
  if (elsewhere !== undefined) return `there is "${elsewhere}", but ${only?.why}; ${near}`;
  return `${near}; ${declared({ key }, target).join(", or ")}`;
}

/** How what is named may come to be there. */
function declared({ key }: Pick<Reference, "key">, target: AnyKind): string[] {
  const declare = target.freeStem
    ? `declare it below ${target.provider}/${target.folder}/`
    : `declare it in ${target.provider}/${target.folder}/${key}.yaml`;
  return target.unmanaged === undefined
    ? [declare]
    : [declare, `name it under \`unmanaged: ${target.unmanaged}\` if it exists in the cloud without a file`];
}

/** What a field holds that can mean keys below one alone, what it could hold, and who has that name elsewhere. */
function within(
  key: string,
  only: NonNullable<Reference["only"]>,
  known: readonly string[],
): [written: string, names: readonly string[], elsewhere: string | undefined] {
  const start = `${only.within}/`;
  const written = key.slice(start.length);
  const names = known.filter((one) => one.startsWith(start)).map((one) => one.slice(start.length));
  return [written, names, known.find((one) => one.endsWith(`/${written}`))];
}

interface Cycle {
  /** The keys in the order of their references, the smallest first. */
  readonly keys: readonly string[];
  /** Where the smallest refers to the next. */
  readonly path: Path;
}

/** Each cycle of a graph once. Depth first with a trail of its own: chains may be as long as there are entities. */
function cycles(next: ReadonlyMap<string, readonly Reference[]>): Cycle[] {
  const found: Cycle[] = [];
  const done = new Set<string>();
  for (const start of [...next.keys()].sort(compare)) {
    const trail = [{ key: start, index: 0 }];
    const onTrail = new Set([start]);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const step = done.has(top.key) ? undefined : next.get(top.key)?.[top.index++];
      if (!step) {
        done.add(top.key);
        onTrail.delete(top.key);
        trail.pop();
      } else if (onTrail.has(step.key)) {
        const keys = trail.map(({ key }) => key);
        found.push(fromSmallest(keys.slice(keys.indexOf(step.key)), next));
      } else if (!done.has(step.key)) {
        onTrail.add(step.key);
        trail.push({ key: step.key, index: 0 });
      }
    }
  }
  return found;
}

function fromSmallest(keys: readonly string[], next: ReadonlyMap<string, readonly Reference[]>): Cycle {
  const at = keys.indexOf([...keys].sort(compare)[0] ?? "");
  const turned = [...keys.slice(at), ...keys.slice(0, at)];
  const [first = "", second = first] = turned;
  return { keys: turned, path: next.get(first)?.find(({ key }) => key === second)?.path ?? [] };
}
