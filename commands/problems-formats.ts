import { createHash } from "node:crypto";
import type { Catalog } from "../catalog/catalog";
import { type Problem, wholeHelp } from "../catalog/problem";
import { CODES, type Code, isAcceptable } from "../kinds/codes";
import type { Place } from "../kinds/kind";

/** What a report is made of. */
interface Report {
  readonly problems: readonly Problem[];
  readonly catalogs: readonly Catalog[];
  /** The path of a file of the data root as a forge knows it: from the top of the repository. */
  pathOf(file: string): string;
}

/** The formats of `validate`, for machines: each turns problems into the text of a report. */
export const FORMATS = { json, github, gitlab, sarif } as const;

export type Format = keyof typeof FORMATS;

function json({ problems, catalogs }: Report): string {
  const environments = Object.fromEntries(
    catalogs.map((catalog) => [catalog.environment.name, catalog.counts()]),
  );
  const rows = problems.map((problem) => {
    const { file, line, column, severity, code, message, environments } = problem;
    return { file, line, column, severity, code, message, help: wholeHelp(problem), environments };
  });
  return `${JSON.stringify({ problems: rows, environments }, null, 2)}\n`;
}

/**
 * Workflow commands, which GitHub shows beside the lines of a pull request: ten errors and ten warnings of a step
 * at most, so all errors come first. Its log shows all.
 */
function github({ problems, pathOf }: Report): string {
  const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const errorsFirst = [
    ...problems.filter(({ severity }) => severity === "error"),
    ...problems.filter(({ severity }) => severity !== "error"),
  ];
  return errorsFirst
    .map((problem) => {
      const { severity, file, line, column, code, message } = problem;
      const text = data(`${message}\n${wholeHelp(problem)}`);
      return `::${severity} file=${property(pathOf(file))},line=${line},col=${column},title=${property(code)}::${text}\n`;
    })
    .join("");
}

/** GitLab's code quality report (its documentation lists the fields that are read). */
function gitlab({ problems, pathOf }: Report): string {
  const prints = fingerprints(problems);
  const rows = problems.map((problem, index) => ({
    type: "issue",
    check_name: problem.code,
    description: `${problem.message}. ${wholeHelp(problem)}`,
    fingerprint: prints[index],
    severity: problem.severity === "error" ? "major" : "minor",
    location: { path: pathOf(problem.file), lines: { begin: problem.line } },
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** A name of each problem that holds no line, so that it stays when lines move; equal ones of a file are counted. */
function fingerprints(problems: readonly Problem[]): string[] {
  const seen = new Map<string, number>();
  return problems.map(({ file, code, message }) => {
    const base = JSON.stringify([file, code, message]);
    const nth = seen.get(base) ?? 0;
    seen.set(base, nth + 1);
    return createHash("sha256").update(`${base}${nth}`).digest("hex").slice(0, 40);
  });
}

/** SARIF 2.1.0, the format of static analysis reports (OASIS). */
function sarif({ problems, pathOf }: Report): string {
  const codes = [...new Set(problems.map(({ code }) => code))].sort();
  const indexes = new Map(codes.map((code, index) => [code, index]));
  const prints = fingerprints(problems);
  const locationOf = ({ file, line, column }: Place) => ({
    physicalLocation: {
      artifactLocation: { uri: pathOf(file).split("/").map(encodeURIComponent).join("/") },
      region: { startLine: line, startColumn: column },
    },
  });
  const results = problems.map((problem, index) => ({
    ruleId: problem.code,
    ruleIndex: indexes.get(problem.code),
    level: problem.severity,
    message: { text: `${problem.message}. ${wholeHelp(problem)}` },
    locations: [locationOf(problem)],
    ...(problem.related
      ? { relatedLocations: [{ ...locationOf(problem.related), message: { text: problem.related.message } }] }
      : {}),
    // The name that GitHub compares; without it each upload would open the same alerts anew.
    partialFingerprints: { primaryLocationLineHash: prints[index] },
  }));
  const driver = { name: "cloud-entities", rules: codes.map(sarifRule) };
  const runs = [{ tool: { driver }, columnKind: "utf16CodeUnits", results }];
  return `${JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs }, null, 2)}\n`;
}

/** What the table of codes says of a code; there is no `helpUri`, for nobody knows where this project is published. */
function sarifRule(code: Code) {
  const { severity, means, why } = CODES[code];
  const accept = isAcceptable(code) ? ` It may be accepted: metadata: accept: {${code}: "reason"}.` : "";
  return {
    id: code,
    shortDescription: { text: means },
    fullDescription: { text: `${means} ${why}` },
    help: { text: `${why}${accept} docs/problems.md of cloud-entities has an example.` },
    defaultConfiguration: { level: severity },
  };
}
