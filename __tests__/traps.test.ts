/** docs/traps.md and the numbers that the tests on real servers bear say the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const home = join(__dirname, "..");
const NUMBER = /\b[A-Z]\d{1,2}\b/g;

/** The numbers in the page, with the file that tries each. */
const rows = [
  ...readFileSync(join(home, "docs/traps.md"), "utf8").matchAll(/^\| ([A-Z]\d+) \|.*\| `(e2e\/\S+)` \|$/gm),
].map(([, number = "", file = ""]) => ({ number, file }));

/** The numbers that a file's tests bear: in the beginning of a title, or in `traps` of a life. */
function borne(file: string): string[] {
  const text = readFileSync(join(home, file), "utf8");
  const titles = text.match(/(?:\b(?:test|describe)|phase)\((?:t, )?["`](?:[A-Z]\d+(?:, )?)+:/g) ?? [];
  const lists = text.match(/^ +traps: \[.*\]$/gm) ?? [];
  return [...titles, ...lists].flatMap((one) => one.match(NUMBER) ?? []);
}

test.each(rows)("$number is tried in $file", ({ number, file }) => {
  expect(borne(file)).toContain(number);
});

test("every number that a test bears is in the page", () => {
  const files = readdirSync(join(home, "e2e"), { recursive: true, encoding: "utf8" });
  const numbers = files
    .filter((file) => /^[^/]*\.test\.mjs$|^faults\/.*\.mjs$|^lifecycles\/.*\.yaml$/.test(file))
    .flatMap((file) => borne(join("e2e", file)));
  const known = rows.map(({ number }) => number);
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers.filter((number) => !known.includes(number))).toEqual([]);
});
