import { load } from "../catalog/load";
import { plural } from "../kinds/names";
import { EXIT } from "./exit";
import { FORMATS, type Format } from "./problems-formats";
import { countOf, problemsAsText } from "./problems-text";
import { pathsInRepository } from "./repository";
import { UsageError, type Verb } from "./verb";

export const validate: Verb = {
  name: "validate",
  usage: "[--strict] [--format text|json|github|gitlab|sarif]",
  summary: "Read and check everything; say what must be mended, and where.",
  help: [
    "  --strict     warnings count as errors",
    "  --format F   text for people (default), json, or the report of a forge: github, gitlab, sarif",
    "",
    "Paths begin at the data root; in the reports of forges at the top of the git work tree around it.",
    "docs/problems.md explains every code: what it means, why, and how it is mended.",
  ].join("\n"),
  options: { strict: { type: "boolean" }, format: { type: "string" } },
  words: { min: 0, max: 0 },
  run({ request, flags, streams, cwd }) {
    const format = flags["format"] ?? "text";
    if (format !== "text" && !isFormat(format))
      throw new UsageError(
        `there is no format "${String(format)}": text, ${Object.keys(FORMATS).join(", ")}`,
      );
    const loaded = load(request);
    const { catalogs, problems } = loaded;
    const fails = problems.some(({ severity }) => severity === "error" || flags["strict"] === true);
    if (format !== "text")
      streams.out(FORMATS[format]({ problems, catalogs, pathOf: pathsInRepository(request.root, cwd) }));
    else if (problems.length > 0) streams.out(problemsAsText(problems, loaded, streams));
    if (format === "text" && !fails) {
      const entities = catalogs
        .flatMap((catalog) => Object.values(catalog.counts()))
        .reduce((sum, count) => sum + count, 0);
      const rest = problems.length === 0 ? "no problem, no warning" : countOf(problems);
      streams.out(`${plural(catalogs.length, "environment")}, ${entities} entities: ${rest}\n`);
    }
    return fails ? EXIT.problems : EXIT.fine;
  },
};

function isFormat(format: unknown): format is Format {
  return typeof format === "string" && Object.hasOwn(FORMATS, format);
}
