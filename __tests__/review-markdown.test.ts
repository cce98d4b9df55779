/** The comment of a merge request. */
import fc from "fast-check";
import { code, prose } from "../review/inert";
import { MARKER, reviewAsMarkdown } from "../review/markdown";
import type { Review } from "../review/model";
import { isDestructive, nameText } from "../review/words";
import { bigReview, expectPrint, HOSTILE, REVIEWS, reviewCalled, reviewSaying } from "./reviews";

const LINK = "https://gitlab.example.org/cloud/entities/-/jobs/1/artifacts/file/review.html";

test.each(REVIEWS)("%s", (name) =>
  expectPrint(`${name}.md`, reviewAsMarkdown(reviewCalled(name), { link: LINK })));

describe("it keeps to its budget", () => {
  const reviews: readonly (readonly [string, Review])[] = [
    ...REVIEWS.map((name) => [name, reviewCalled(name)] as const),
    ["large", bigReview(60, 300)],
    ["all is lost", bigReview(250, 0)],
    ["nothing is lost", bigReview(0, 250)],
  ];

  test.each(reviews)("%s", (_, review) => {
    const lost = review.changes.filter(isDestructive).map((change) => code(nameText(change)));
    const names = lost.reduce((sum, name) => sum + "- replace \n".length + name.length, 0);
    for (const budget of budgets(reviewAsMarkdown(review, { budget: 10_000_000 }).length)) {
      const text = reviewAsMarkdown(review, { budget, link: LINK });
      expect(text.length).toBeLessThanOrEqual(budget);
      expect(text.startsWith(`${MARKER}\n`)).toBe(true);
      expect(foldedNames(text).filter((name) => lost.some((one) => one.includes(name)))).toEqual([]);
      const missing = lost.filter((name) => !text.includes(name));
      if (missing.length > 0) {
        expect(budget).toBeLessThan(names + 1000);
        expect(text).toMatch(/^- (and )?\d+( more)? not shown$/m);
      }
      if (review.digest !== undefined) expect(text).toMatch(/^digest: /m);
    }
  });

  /** Every budget near the least, and fewer and fewer up to what holds everything. */
  function budgets(whole: number): number[] {
    const found: number[] = [];
    for (let budget = 1000; budget < whole + 1000; budget = Math.ceil(budget * 1.2)) found.push(budget);
    return [...found, whole - 1, whole].filter((one) => one >= 1000);
  }

  function foldedNames(text: string): string[] {
    return [...text.matchAll(/<summary><b>(?:remove|replace)<\/b> <code>(.*?)<\/code>/g)].map(
      ([, name]) => name ?? "",
    );
  }

  test("whatever it says", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1000, max: 20_000 }), (said, budget) => {
        const review = reviewSaying(said);
        expect(reviewAsMarkdown(review, { budget, link: LINK }).length).toBeLessThanOrEqual(budget);
      }),
      { numRuns: 100 },
    );
  });

  test("the more there is room for, the more of what is lost is named", () => {
    const review = bigReview(300, 100);
    const shown = (budget: number) =>
      reviewAsMarkdown(review, { budget }).match(/^- remove .*removed-/gm)?.length;
    expect(shown(6000)).toBeGreaterThan(100);
    expect(shown(12_000)).toBeGreaterThan(shown(6000) ?? 0);
  });
});

const piece = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 3 }));
const text = fc
  .tuple(fc.array(piece, { maxLength: 6 }), fc.constantFrom("", " "))
  .map(([pieces, between]) => pieces.join(between));
const texts = fc.array(text, { minLength: 1, maxLength: 40 });

describe("what the data says does nothing", () => {
  test("in a whole comment", () => {
    fc.assert(
      fc.property(texts, (said) => {
        const markdown = reviewAsMarkdown(reviewSaying(said), { budget: 1_000_000, link: LINK });
        expect(actingIn(markdown)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["plain words, as they are.", "plain words, as they are."],
    ["see @octocat, #1 and (http://a.example)", "see `@octocat`, `#1` and (`http://a.example`)"],
    ['project "einfra_cz/pilot"', 'project "`einfra_cz/pilot`"'],
    ["the role `admin` may", "the role `admin` may"],
    ["raise `lifecycle: {most: 1}`, or (`wait a day`)", "raise `lifecycle: {most: 1}`, or (`wait a day`)"],
    ["a``b`c` d", "``` a``b`c` ``` d"],
    ["1. one", "`1`. one"],
    ["--a b=1", "`--a b=1`"],
    ["a ``` b", "a ```` ``` ```` b"],
    ["deadbeefcafe", "`deadbeefcafe`"],
    ["你www.a.example", "`你www.a.example`"],
  ])("%s", (said, shown) => expect(prose(said)).toBe(shown));

  test("a link that is none is left out", () => {
    for (const link of ["javascript:alert(1)", "no", "", `https://a.example/${"x".repeat(5000)}`])
      expect(reviewAsMarkdown(reviewCalled("small"), { link })).not.toContain("whole review");
    const odd = reviewAsMarkdown(reviewCalled("small"), { link: "https://a.example/x>)[b](c) `|@d" });
    expect(odd).toContain("(<https://a.example/x%3E%29%5Bb%5D%28c%29%20%60%7C@d>)");
  });
});

/** What stands outside of code and is neither a plain word nor ours. */
function actingIn(markdown: string): string[] {
  const ours = markdown
    .replace(/^ *```(yaml|text)\n[\s\S]*?\n *```$/gm, "")
    .replace(/^ *<pre><code>[^<>`@]*<\/code><\/pre>$/gm, "")
    .replace(`[the whole review](<${LINK}>)`, "")
    .replace(`[The whole review](<${LINK}>)`, "")
    .replace(MARKER, "");
  return ours.split("\n").flatMap((line, at, lines) => {
    // Up to a blank line all that follows a tag at the beginning of a line is HTML, not Markdown.
    if (/^ *<\/?(details|summary)\b/.test(lines[at - 1]?.replace(/^ *- /, "") ?? "") && line !== "")
      return [line];
    const rest = withoutCode(line)
      .replace(/<code>([\p{L}\p{N} ,./_-]|&#\d+;)*<\/code>/gu, "")
      .replace(/<summary><b>\w+<\/b>(.*)<\/summary>/gu, "$1")
      .replace(/<\/?details>|<br>|^#{2,3} |^ *\| --- .*$|^ *- |\*\*[\w ]+\*\*/gu, "")
      .replace(/^ *\|.*\|$/gu, (row) => row.replaceAll("|", ""));
    const isActing = /[<>@#~[\]{}$%&\\*`|=^+]|!\[|!\d|https?:|www\.|:\w+:|^\s*(\/|\d+[.)]|- )/u.test(rest);
    return isActing || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line) ? [line] : [];
  });
}

/** A line with `x` for each span of code: a run of backticks up to the next one of the same length. */
function withoutCode(line: string): string {
  const run = /`+/g;
  for (let found = run.exec(line); found; found = run.exec(line)) {
    const [fence] = found;
    const closing = [...line.slice(run.lastIndex).matchAll(/`+/g)].find(
      ([one]) => one.length === fence.length,
    );
    if (!closing) continue;
    const end = run.lastIndex + closing.index + fence.length;
    return `${line.slice(0, found.index)}x${withoutCode(line.slice(end))}`;
  }
  return line;
}
