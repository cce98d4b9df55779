/** Where each of a release's values comes from: its secrets, the environment, its own values, its files of values. */
import { type HelmValues, isMap, valuePath } from "./helm-values";
import type { Origin, Path, Source } from "./kind";

/** The parts of a release's document that give values, the weakest first. */
interface ValuesWritten {
  readonly "values-files": readonly string[];
  readonly "values-from": Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** The origins of all values of a release, the secret ones included; `values` are what the others give together. */
export function originsOfValues(written: ValuesWritten, values: HelmValues): Origin[] {
  const secrets = Object.entries(written.secrets).map(([text, secret]) => {
    const keys = valuePath(text) ?? [text];
    const own: Source = { path: ["helm-release", "secrets", text] };
    return { text, keys, value: { secret }, own };
  });
  const isSecret = (path: Path) => secrets.some(({ keys }) => isSame(keys, path));
  return [
    ...leavesOf(values, [])
      .filter(({ path }) => !isSecret(path))
      .map(({ path, value }) => ({ path: ["values", ...path], value, sources: sourcesOf(written, path) })),
    ...secrets.flatMap(({ text, keys, value, own }) => [
      { path: ["values", ...keys], value, sources: [own, ...sourcesOf(written, keys)] },
      { path: ["secrets", text], value, sources: [own] },
    ]),
  ];
}

/** What may give the value at a path, the strongest first. */
function sourcesOf({ "values-files": files, "values-from": from }: ValuesWritten, path: Path): Source[] {
  const common = Object.entries(from).flatMap(([text, name]): Source[] => {
    const keys = valuePath(text) ?? [text];
    if (!isSame(keys, path.slice(0, keys.length))) return [];
    return [{ environment: ["environment", "values", name, ...path.slice(keys.length)] }];
  });
  return [
    ...common.reverse(),
    { path: ["helm-release", "values", ...path] },
    ...files.map((_, companion): Source => ({ companion, path })).reverse(),
  ];
}

function isSame(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}

/** Every value that is neither a map nor a list, or an empty one. */
function leavesOf(value: unknown, path: Path): { path: Path; value: unknown }[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (isMap(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  return path.length === 0 ? [] : [{ path, value }];
}
