/** Every code of the table has an example: a site with one mistake, and the same site mended. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CODES, isCode } from "../kinds/codes";
import { casesIn, loadSite, mended, withSite } from "./case";

/** Codes that the data alone does not bring about: `docs/problems.md` shows their examples in its own words. */
const OF_THE_WORLD = ["adopt", "format"];

const examples = casesIn("cases/codes");

test("every code has an example, and every example a code", () => {
  const wanted = Object.keys(CODES).filter((code) => !OF_THE_WORLD.includes(code));
  expect(examples.map(({ title }) => title).sort()).toEqual(wanted.sort());
});

test("every code of the world is one that something names", () => {
  const files = readdirSync(join(__dirname, "../commands")).filter((file) => file.endsWith(".ts"));
  const text = files.map((file) => readFileSync(join(__dirname, "../commands", file), "utf8")).join("\n");
  for (const code of OF_THE_WORLD) expect(text).toContain(`code: "${code}"`);
});

describe.each(examples)("$title", ({ title, parts }) => {
  const problemsOf = (site: ReadonlyMap<string, string>) =>
    withSite(site, (root) => loadSite(root, site.get("environment")?.trim().split(",")).problems);

  test("the example has exactly this problem", () => {
    expect(isCode(title) && problemsOf(parts).map(({ code }) => code)).toEqual([title]);
  });

  test("mended it has none", () => {
    expect(problemsOf(mended(parts))).toEqual([]);
  });
});
