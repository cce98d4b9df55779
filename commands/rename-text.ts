import { dataAddress } from "../catalog/addresses";
import type { Catalog } from "../catalog/catalog";
import type { FileChange } from "../change/edits";
import { addressesOf, type Effect, effectsOf } from "../change/effects";
import type { RenamePlan } from "../change/rename";
import { plural } from "../kinds/names";
import { fitted } from "./fitted";
import { lineDiff } from "./line-diff";
import { argumentsOf } from "./terraform-changes";

/** Names that are shown of each sort. */
const SHOWN = 10;

/** What a rename changes, for a person: files, what Terraform would do, and what was left alone. */
export function renameAsText(plan: RenamePlan, columns: number, verb: "are" | "would be"): string {
  const { renaming, files, environments, leftAlone } = plan;
  const { kind, from, to } = renaming;
  const names = files.reduce((sum, { replaced }) => sum + replaced, 0);
  const moved = files.filter((file) => file.from !== file.to).length;
  const is = verb === "are" ? "is now" : "would be";
  const lines = [
    ...fitted(`${kind.name} ${from} ${is} ${to}`, columns, ""),
    "",
    `${plural(files.length, "file")} ${verb} changed, ${moved} of them renamed; ${plural(names, "text")} replaced:`,
    ...files.flatMap((file) => fileLines(file, columns)),
    ...environments.flatMap((catalogs) => ["", ...terraformLines(catalogs, plan, columns)]),
  ];
  const places = [...new Set(leftAlone.map(({ file, line }) => `${file}:${line}`))];
  if (places.length > 0) {
    lines.push("", "The old name stands here too; nothing says that it means this, so it stays:");
    lines.push(...some(places.map((place) => `  ${place}`)));
  }
  return `${lines.join("\n")}\n`;
}

/** What a rename changes, line by line. */
export function renameAsDiff(
  { edits, files }: RenamePlan,
  textOf: (file: string) => string | undefined,
): string {
  const lines = files.flatMap(({ from, to }) => [
    `--- ${from}`,
    `+++ ${to}`,
    ...lineDiff(textOf(from) ?? "", edits.get(to) ?? "").map((line) => line.replace(/\r$/, "")),
    "",
  ]);
  return `${lines.join("\n")}\n`;
}

function fileLines({ from, to, replaced, isLonger }: FileChange, columns: number): string[] {
  const what = [
    ...(from === to ? [] : [`becomes ${differing(from, to)}`]),
    ...(replaced > 0 ? [plural(replaced, "text")] : []),
    ...(isLonger ? ["keeps Terraform names"] : []),
  ];
  return [`  ${from}`, ...fitted(what.join(", "), columns, "    ")];
}

/** A path from where it differs from another. */
function differing(from: string, to: string): string {
  const [old, parts] = [from.split("/"), to.split("/")];
  return parts.slice(parts.findIndex((part, index) => part !== old[index])).join("/");
}

/** What Terraform would do in one environment, by what it does and type. */
function terraformLines(catalogs: readonly [Catalog, Catalog], plan: RenamePlan, columns: number): string[] {
  const [before, after] = catalogs;
  const effects = effectsOf(catalogs, plan.renaming);
  const [old, fresh] = [argumentsOf(before), argumentsOf(after)];
  const translated = (text: string | undefined) =>
    dataRenamed(before, plan).reduce((inner, [was, is]) => inner?.replaceAll(was, is), text);
  const isChanged = ({ type, before: was, after: is, does }: Effect) =>
    does === "changed" ||
    (does === "kept" && translated(old.get(`${type}.${was}`)) !== fresh.get(`${type}.${is}`));
  const groups = [
    ["destroy and make anew", effects.filter(({ does }) => does === "replaced")],
    ["destroy, and make under another name", effects.filter(({ does }) => does === "moved")],
    ["change in place", effects.filter(isChanged)],
  ] as const;
  const lines = groups.flatMap(([does, some]) => groupLines(does, some, columns));
  const told = new Set(
    effects.flatMap(({ type, before: was, after: is }) => [`${type}.${was}`, `${type}.${is}`]),
  );
  const [gone, come] = [addressesOf(before), addressesOf(after)].map((set) =>
    [...set].filter((one) => !told.has(one)),
  );
  lines.push(
    ...(gone ?? []).map((one) => `  destroy ${one}`),
    ...(come ?? []).map((one) => `  create ${one}`),
  );
  return [
    `Terraform would, in ${before.environment.name}:`,
    ...(lines.length > 0 ? lines : ["  do nothing"]),
  ];
}

/** Data sources of what is unmanaged in a renamed domain are called otherwise, and read the same objects. */
function dataRenamed(catalog: Catalog, { renaming }: RenamePlan): (readonly [string, string])[] {
  return catalog.kinds.flatMap((kind) =>
    catalog.unmanaged(kind).flatMap((key) => {
      const to = renaming.keyOf(kind.name, key);
      return to === undefined
        ? []
        : [[`\${${dataAddress(kind, key)}.`, `\${${dataAddress(kind, to)}.`] as const];
    }),
  );
}

function groupLines(does: string, effects: readonly Effect[], columns: number): string[] {
  const types = new Map<string, Effect[]>();
  for (const effect of effects) types.set(effect.type, [...(types.get(effect.type) ?? []), effect]);
  return [...types].flatMap(([type, ofType]) => [
    ...fitted(`${does}: ${ofType.length} ${type}`, columns, "  "),
    ...some(
      ofType.flatMap(({ before, after }) =>
        before === after
          ? [`    ${before}`]
          : `    ${before} -> ${after}`.length <= columns
            ? [`    ${before} -> ${after}`]
            : [`    ${before}`, `      -> ${after}`],
      ),
    ),
  ]);
}

function some(lines: readonly string[]): string[] {
  const rest = lines.length - SHOWN;
  const first = lines.slice(0, rest === 1 ? SHOWN + 1 : SHOWN);
  return rest > 1 ? [...first, `    … and ${rest} more`] : first;
}
