/** What other programs read of a review: its JSON Schema, GitLab's widget. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { schemas } from "../editor/schemas";
import { kinds } from "../kinds/kinds";
import { reviewAsGitlabReport } from "../review/gitlab-report";
import { reviewDocument } from "../review/model";
import { REVIEW_SCHEMA, reviewSchema } from "../review/schema";
import { bigReview, HOSTILE, REVIEWS, reviewCalled, reviewSaying } from "./reviews";

const folder = join(__dirname, "../schemas");

describe("the schema", () => {
  const isReview = new Ajv({ strict: false, allErrors: true }).compile(reviewSchema());

  test("of the repository is current: npm run docs", () => {
    expect(JSON.parse(readFileSync(join(folder, REVIEW_SCHEMA), "utf8"))).toEqual(reviewSchema());
  });

  test("is the only one beside those of what people write", () => {
    expect(readdirSync(folder).sort()).toEqual([...schemas(kinds, new Map()).keys(), REVIEW_SCHEMA].sort());
  });

  test("takes every review, as the model does", () => {
    const reviews = [...REVIEWS.map(reviewCalled), bigReview(3, 3), reviewSaying(HOSTILE)];
    for (const review of reviews) {
      expect(isReview(review) ? [] : isReview.errors).toEqual([]);
      expect(reviewDocument.parse(review)).toEqual(review);
    }
  });

  test("refuses what the model does", () => {
    const review = reviewCalled("small");
    const others: readonly unknown[] = [
      {},
      { ...review, format: 2 },
      { ...review, more: 1 },
      { ...review, counts: {} },
      { ...review, changes: [{ ...review.changes[0], is: "deleted" }] },
    ];
    for (const other of others) {
      expect(reviewDocument.safeParse(other).success).toBe(false);
      expect(isReview(other)).toBe(false);
    }
  });
});

describe("GitLab's widget", () => {
  const none = { create: 0, update: 0, replace: 0, destroy: 0, import: 0, move: 0, forget: 0 };
  const reported = (counts: Partial<typeof none>) =>
    JSON.parse(reviewAsGitlabReport({ ...reviewCalled("nothing"), counts: { ...none, ...counts } }));

  test.each([
    ["nothing", {}, [0, 0, 0]],
    ["one of each", { create: 1, update: 2, destroy: 4 }, [1, 2, 4]],
    ["a replacement is created and deleted", { create: 1, replace: 2, destroy: 4 }, [3, 0, 6]],
    ["what it does not know is not counted", { import: 1, move: 2, forget: 3 }, [0, 0, 0]],
    ["six digits", { create: 999_999 }, [999_999, 0, 0]],
    ["seven digits", { create: 999_999, replace: 1, update: 1_000_000 }, [999_999, 999_999, 1]],
  ])("%s", (_, counts, [create, update, remove]) => {
    expect(reported(counts)).toEqual({ create, update, delete: remove });
  });
});
