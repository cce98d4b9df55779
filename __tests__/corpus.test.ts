/** One mistake gives one problem, at the line where it was made; what only looks odd gives none. */
import { load } from "../catalog/load";
import { kinds } from "../kinds/kinds";
import { AS_OF } from "./case";
import { asExpected, type Change, changesIn, editsOf, SITE, update } from "./corpus";

const problemsOf = (change?: Change) =>
  load({ root: SITE, environments: [], asOf: AS_OF, kinds, ...(change && { edits: editsOf(change) }) })
    .problems;

const titled = (changes: readonly Change[]) => changes.map((change) => [change.title, change] as const);

test("the site that the cases change has no problem", () => {
  expect(problemsOf()).toEqual([]);
});

describe("bad", () => {
  test.each(titled(changesIn("bad")))("%s", (_, change) => {
    const found = asExpected(change, problemsOf(change));
    // `UPDATE=1 npm test` writes what was found; the diff is then read by a person.
    if (process.env["UPDATE"]) update(change, found);
    else expect(found).toEqual(change.expected);
    expect(found).toHaveLength(Number(/\((\d) problems\)$/.exec(change.title)?.[1] ?? 1));
  });
});

describe("good", () => {
  test.each(titled(changesIn("good")))("%s", (_, change) => {
    expect(asExpected(change, problemsOf(change))).toEqual([]);
  });
});

test("titles tell the cases apart, and the corpus is as large as it is said to be", () => {
  const [bad, good] = [changesIn("bad"), changesIn("good")];
  for (const changes of [bad, good])
    expect(new Set(changes.map(({ title }) => title)).size).toBe(changes.length);
  expect([bad.length >= 200, good.length >= 60]).toEqual([true, true]);
});
