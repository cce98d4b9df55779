import type { Catalog, Located } from "../catalog/catalog";
import type { AnyKind } from "../catalog/document";
import type { Files } from "../catalog/files";
import type { Loaded } from "../catalog/load";
import type { Problem } from "../catalog/problem";
import { kinds } from "../kinds/kinds";
import { many, nearest, suggest } from "../kinds/names";
import { EXIT, type ExitCode } from "./exit";
import { countOf, problemsAsText } from "./problems-text";
import { type Call, type Streams, UsageError } from "./verb";

/** The kind of that name, or wrong use. `Flavors` and `flavor_classes` are understood too. */
export function kindNamed(name: string): AnyKind {
  const meant = name.toLowerCase().replaceAll("_", "-");
  const kind = kinds.find(({ name: known, folder }) => [known, folder, many(known)].includes(meant));
  if (kind) return kind;
  const names = kinds.map((one) => one.name);
  const near = nearest(meant, names);
  throw new UsageError(
    `there is no kind "${name}"${near ? `; did you mean ${near}?` : ";"} Kinds: ${names.join(", ")}`,
  );
}

/** The format that a flag names, the first one if it is absent, or wrong use. */
export function formatOf<Format extends string>(
  flag: Call["flags"][string],
  formats: readonly [Format, ...Format[]],
): Format {
  if (flag === undefined) return formats[0];
  const format = formats.find((one) => one === flag);
  if (format) return format;
  throw new UsageError(`there is no format "${String(flag)}": ${formats.join(", ")}`);
}

interface Found {
  readonly entities: readonly { readonly catalog: Catalog; readonly entity: Located }[];
  readonly files: Files;
}

/** The entity of that key in each environment that has it sound; or how the attempt to find it ended. */
export function soundEntities(
  { catalogs, problems, files }: Loaded,
  kind: AnyKind,
  key: string,
  streams: Streams,
): Found | { readonly exit: ExitCode } {
  const tell = (some: readonly Problem[]) => {
    streams.err(problemsAsText(some, { files, catalogs }, streams));
    return { exit: EXIT.problems };
  };
  if (!files || catalogs.length === 0) return tell(problems);
  const entities = catalogs.flatMap((catalog) => {
    const entity = catalog.located(kind).get(key);
    return entity ? [{ catalog, entity }] : [];
  });
  if (entities.length > 0) return { entities, files };
  const declaring = catalogs.filter((catalog) => catalog.declared(kind).includes(key));
  const broken = new Set(declaring.flatMap((catalog) => catalog.filesOf(kind, key)));
  if (broken.size === 0) throw new UsageError(notThere(catalogs, kind, key));
  const own = problems.filter(({ file, severity }) => broken.has(file) && severity === "error");
  streams.err(`the ${kind.name} "${key}" is there, but it is not sound:\n\n`);
  return tell(own.length > 0 ? own : problems);
}

function notThere(catalogs: readonly Catalog[], kind: AnyKind, key: string): string {
  const unmanaged = catalogs.find((catalog) => catalog.isUnmanaged(kind, key));
  if (unmanaged) {
    const why = unmanaged.unmanaged(kind).includes(key) ? "is unmanaged" : "is in every cloud";
    return `the ${kind.name} "${key}" ${why} in ${unmanaged.environment.name}: no file says anything of it`;
  }
  const keys = [...new Set(catalogs.flatMap((catalog) => catalog.declared(kind)))].sort();
  return `there is no ${kind.name} "${key}"; ${suggest(key, keys, many(kind.name))}`;
}

/** Commands that show entities show the sound ones; that there are others is said, and the exit code says it too. */
export function afterProblems(problems: readonly Problem[], { err }: Pick<Streams, "err">): ExitCode {
  if (!problems.some(({ severity }) => severity === "error")) return EXIT.fine;
  err(`only what is sound is shown (${countOf(problems)}): cloud-entities validate\n`);
  return EXIT.problems;
}
