/** Scenarios as data: `ok-…` yields no problem, `err-…` has the expected problems in the same file. */
import { readFileSync, writeFileSync } from "node:fs";
import { casesIn, loadSite, withSite } from "./case";

/** The examples of the codes have a test of their own. */
const scenarios = casesIn("cases").filter(({ title }) => !title.startsWith("codes/"));

describe.each(scenarios)("$title", ({ file, parts, title }) => {
  const { problems, sites } = withSite(parts, (root) => {
    const loaded = loadSite(root);
    return { problems: loaded.problems, sites: loaded.catalogs.length };
  });
  const found = problems
    .map(
      ({ file, line, column, severity, code, message }) =>
        `${file}:${line}:${column} ${severity} ${code}: ${message}`,
    )
    .join("\n");

  if (/(^|\/)err-/.test(title)) {
    test("has exactly the expected problems", () => {
      // `UPDATE=1 npm test` writes what was found; the diff is then read by a person.
      if (process.env["UPDATE"]) update(file, found);
      else expect(found).toBe((parts.get("problems") ?? "").trimEnd());
    });
    test("says of every problem what would be right, at a place that exists", () => {
      expect(problems).not.toEqual([]);
      for (const { help, message, line, column } of problems) {
        expect(help).not.toBe("");
        expect(message).not.toContain(help);
        expect(help).not.toContain(message);
        expect(Math.min(line, column)).toBeGreaterThan(0);
      }
    });
  } else {
    test("has no problem", () => {
      expect(found).toBe("");
      expect(sites).toBeGreaterThan(0);
    });
  }
});

/** Writes the problems that were found into a case, whose last part they are. */
function update(file: string, found: string): void {
  const [site = "", expected = ""] = readFileSync(file, "utf8").split(/^-- problems --\n/m);
  if (/^-- .+ --$/m.test(expected)) throw new Error(`${file}: the problems must be the last part`);
  writeFileSync(file, `${site}-- problems --\n${found}\n`);
}
