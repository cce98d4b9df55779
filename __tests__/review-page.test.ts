/** The page of a review, as text; `e2e/page.test.mjs` looks at it in a browser. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { reviewAsPage } from "../review/page";
import { bigReview, HOSTILE, REVIEWS, reviewCalled, reviewSaying } from "./reviews";

test.each(REVIEWS)("%s: the same bytes for the same review", (name) => {
  expect(reviewAsPage(reviewCalled(name))).toBe(reviewAsPage(reviewCalled(name)));
});

test.each(REVIEWS)("%s: nothing in it leads outside", (name) => {
  const markup = markupOf(reviewAsPage(reviewCalled(name)));
  expect(markup.join("")).not.toMatch(/\b(src|srcset|href|action|style|on\w+)=|<(link|img|iframe|base|a)\b/i);
});

test("only its own script and its own style may run, and they load nothing", () => {
  const page = reviewAsPage(reviewCalled("small"));
  const [, policy = ""] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? [];
  const said = policy.replaceAll("&#39;", "'");
  for (const [name, text = ""] of [
    ["style", /<style>([\s\S]*?)<\/style>/.exec(page)?.[1]],
    ["script", /<script>([\s\S]*?)<\/script>/.exec(page)?.[1]],
  ]) {
    const hash = createHash("sha256").update(text).digest("base64");
    expect(said).toContain(`${name}-src 'sha256-${hash}'`);
    expect(text).not.toMatch(/https?:|@import|url\(|fetch|XMLHttp|innerHTML|import\(/);
  }
  expect(said).toContain("default-src 'none'");
  expect(said).not.toMatch(/unsafe|\*/);
});

test("all of it is there without a script, and what is lost is open", () => {
  const page = reviewAsPage(bigReview(50, 300));
  for (let index = 0; index < 300; index++) expect(page).toContain(`einfra_cz/changed-${pad(index)}<`);
  for (let index = 0; index < 50; index++)
    expect(page).toMatch(new RegExp(`<details class="change"[^>]* data-lost open>.*removed-${pad(index)}<`));
});

test("whatever the data says stays text", () => {
  const piece = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 3 }));
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (said) => {
      const page = reviewAsPage(reviewSaying(said));
      const body = page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "");
      expect(markupOf(page).filter((tag) => !OURS.test(tag))).toEqual([]);
      expect(body.replace(TAG, "")).not.toMatch(/[<>"'`]|&(?!(amp|lt|gt|quot|#39|#96);)/);
      expect(body.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
    { numRuns: 200 },
  );
});

const TAG = /<[^>]*>/g;

/** The tags that the page is made of, with attributes that hold nothing of the data but for names in `aria-label`. */
const OURS =
  /^<(!doctype|\/?(html|head|meta|title|style|script|body|header|h1|h2|h3|small|span|p|ul|li|b|form|input|select|option|button|output|main|section|div|details|summary|code|mark|pre|table|thead|tbody|tr|th|td|footer|dialog|dl|dt|dd|kbd))( html| hidden| open| data-lost| data-wider| [a-z-]+="[^"<>]*")*>$/;

function markupOf(page: string): string[] {
  return page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "").match(TAG) ?? [];
}

function pad(index: number): string {
  return String(index).padStart(4, "0");
}
