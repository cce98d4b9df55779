import { createHash } from "node:crypto";
import type { Catalog } from "../catalog/catalog";
import type { Problem } from "../catalog/problem";

/** The formats of `validate`, for machines: each turns problems into the text of a report. */
export const FORMATS = { json, github, gitlab, sarif } as const;

export type Format = keyof typeof FORMATS;

function json(problems: readonly Problem[], catalogs: readonly Catalog[]): string {
  const environments = Object.fromEntries(
    catalogs.map((catalog) => [catalog.environment.name, catalog.counts()]),
  );
  return `${JSON.stringify({ problems, environments }, null, 2)}\n`;
}

/** Workflow commands, which GitHub shows beside the lines of a pull request. */
function github(problems: readonly Problem[]): string {
  const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return problems
    .map(
      ({ severity, file, line, column, code, message, help }) =>
        `::${severity} file=${property(file)},line=${line},col=${column},title=${property(code)}::${data(`${message}\n${help}`)}\n`,
    )
    .join("");
}

/** GitLab's code quality report. A fingerprint holds no line, so that a problem stays the same when lines move. */
function gitlab(problems: readonly Problem[]): string {
  const seen = new Map<string, number>();
  const rows = problems.map(({ severity, file, line, code, message, help }) => {
    const base = JSON.stringify([file, code, message]);
    const nth = seen.get(base) ?? 0;
    seen.set(base, nth + 1);
    const fingerprint = createHash("sha256").update(`${base}${nth}`).digest("hex").slice(0, 40);
    return {
      type: "issue",
      check_name: code,
      description: `${message}. ${help}`,
      fingerprint,
      severity: severity === "error" ? "major" : "minor",
      location: { path: file, lines: { begin: line } },
    };
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** SARIF 2.1.0, the format of static analysis reports (OASIS). */
function sarif(problems: readonly Problem[]): string {
  const rules = [...new Set(problems.map(({ code }) => code))].sort().map((id) => ({ id }));
  const results = problems.map(({ severity, file, line, column, code, message, help }) => ({
    ruleId: code,
    level: severity,
    message: { text: `${message}. ${help}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/") },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  }));
  const runs = [
    { tool: { driver: { name: "cloud-entities", rules } }, columnKind: "utf16CodeUnits", results },
  ];
  return `${JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs }, null, 2)}\n`;
}
