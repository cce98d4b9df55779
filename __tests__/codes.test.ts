/** Every code of the table has an example: a site with one mistake, and the same site mended. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CODES, isCode } from "../kinds/codes";
import { casesIn, loadSite, mended, withSite } from "./case";

/** Codes that the data alone does not bring about: `docs/problems.md` shows their examples in its own words. */
const OF_THE_WORLD = ["adopt"];

/** Codes whose rules are still to come; empty when all are there. Their examples wait here. */
const NOT_YET = [
  "class-hosts",
  "clean-up-tags",
  "date-near",
  "date-past",
  "enabled-beside-dates",
  "everybody",
  "extra-spec",
  "private-flavor",
  "quota-effective",
  "router-quota",
  "umbrella-tags",
  "yes-no",
];

const examples = casesIn("cases/codes");

test("every code has an example, and every example a code", () => {
  const wanted = Object.keys(CODES).filter((code) => !OF_THE_WORLD.includes(code));
  expect(examples.map(({ title }) => title).sort()).toEqual(wanted.sort());
});

test("no rule is there whose example waits", () => {
  for (const { title, parts } of examples.filter((one) => NOT_YET.includes(one.title))) {
    const problems = withSite(parts, (root) => loadSite(root).problems);
    expect([title, problems.some(({ code }) => code === title)]).toEqual([title, false]);
  }
});

test("every code of the world is one that something names", () => {
  const files = readdirSync(join(__dirname, "../commands")).filter((file) => file.endsWith(".ts"));
  const text = files.map((file) => readFileSync(join(__dirname, "../commands", file), "utf8")).join("\n");
  for (const code of OF_THE_WORLD) expect(text).toContain(`code: "${code}"`);
});

describe.each(examples.filter(({ title }) => !NOT_YET.includes(title)))("$title", ({ title, parts }) => {
  const problemsOf = (site: ReadonlyMap<string, string>) =>
    withSite(site, (root) => loadSite(root, site.get("environment")?.trim().split(",")).problems);

  test("the example has exactly this problem", () => {
    expect(isCode(title) && problemsOf(parts).map(({ code }) => code)).toEqual([title]);
  });

  test("mended it has none", () => {
    expect(problemsOf(mended(parts))).toEqual([]);
  });
});
