import { load } from "../catalog/load";
import { plural } from "../kinds/names";
import { changedSince } from "./changed";
import { EXIT } from "./exit";
import { FORMATS, type Format } from "./problems-formats";
import { countOf, problemsAsText } from "./problems-text";
import { pathsInRepository } from "./repository";
import { UsageError, type Verb } from "./verb";

export const validate: Verb = {
  name: "validate",
  usage: "[--changed REV] [--strict] [--format text|json|github|gitlab|sarif]",
  summary: "Read and check everything; say what must be mended, and where.",
  help: [
    "  --changed REV  only environments that files changed since REV (a git revision)",
    "                 can touch: commits since the common ancestor, and the work tree",
    "  --strict       warnings count as errors",
    "  --format F     text for people (default), json, or the report of a forge:",
    "                 github, gitlab, sarif",
    "",
    "Paths begin at the data root; in the reports of forges at the top of the git",
    "work tree around it. docs/problems.md explains every code: what it means, why,",
    "and how it is mended.",
    "",
    "  cloud-entities validate --strict --environment prod-brno",
  ].join("\n"),
  options: { changed: { type: "string" }, strict: { type: "boolean" }, format: { type: "string" } },
  words: { min: 0, max: 0 },
  async run(call) {
    const { flags, streams, cwd } = call;
    const format = flags["format"] ?? "text";
    if (format !== "text" && !isFormat(format))
      throw new UsageError(
        `there is no format "${String(format)}": text, ${Object.keys(FORMATS).join(", ")}`,
      );
    const { changed } = flags;
    const request = typeof changed === "string" ? await changedSince(changed, call) : call.request;
    if (!request) {
      const nothing = `nothing below the data root has changed since ${String(changed)}\n`;
      streams.out(
        format === "text" ? nothing : FORMATS[format]({ problems: [], catalogs: [], pathOf: (file) => file }),
      );
      return EXIT.fine;
    }
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
      const which = request.touched ? ` touched since ${String(changed)}` : "";
      streams.out(
        `${plural(catalogs.length, "environment")}${which}, ${plural(entities, "entity")}: ${rest}\n`,
      );
    }
    return fails ? EXIT.problems : EXIT.fine;
  },
};

function isFormat(format: unknown): format is Format {
  return typeof format === "string" && Object.hasOwn(FORMATS, format);
}
