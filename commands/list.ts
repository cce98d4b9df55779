import { load } from "../catalog/load";
import { kindNamed } from "./choice";
import { EXIT } from "./exit";
import { countOf } from "./problems-text";
import type { Verb } from "./verb";

export const list: Verb = {
  name: "list",
  usage: "[KIND]",
  summary: "List the entities, one a line: environment, kind, key, file.",
  help: "",
  options: {},
  words: { min: 0, max: 1 },
  run({ request, words, streams }) {
    const only = words[0] === undefined ? undefined : kindNamed(words[0]);
    const { catalogs, problems } = load(request);
    const rows: string[][] = [];
    for (const catalog of catalogs) {
      for (const kind of only ? [only] : catalog.kinds) {
        for (const { key, files } of catalog.located(kind).values())
          rows.push([catalog.environment.name, kind.name, key, files.at(-1) ?? ""]);
      }
    }
    const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
    const cells = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    streams.out(rows.map((row) => `${cells(row).join("  ").trimEnd()}\n`).join(""));
    return afterProblems(problems, streams);
  },
};

/** Commands that show entities show the sound ones; that there are others is said, and the exit code says it too. */
export function afterProblems(
  problems: ReturnType<typeof load>["problems"],
  { err }: { err: (text: string) => void },
) {
  if (!problems.some(({ severity }) => severity === "error")) return EXIT.fine;
  err(`only what is sound is shown (${countOf(problems)}): cloud-entities validate\n`);
  return EXIT.problems;
}
