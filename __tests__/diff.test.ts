/** Single changes of one good site (`corpus/site/`), each with what `diff` says of it (`diffs/`, in the corpus' language). */
import { join } from "node:path";
import { load } from "../catalog/load";
import { reviewBetween } from "../commands/diff";
import { kinds } from "../kinds/kinds";
import { reviewDocument } from "../review/model";
import { reviewAsText } from "../review/text";
import { AS_OF } from "./case";
import { changesIn, editsOf, SITE, update } from "./corpus";

const request = { root: SITE, environments: [], asOf: AS_OF, kinds };

const before = load(request);

test.each(
  changesIn(join("..", "diffs")).map((change) => [change.title, change] as const),
)("%s", (_, change) => {
  const after = load({ ...request, edits: editsOf(change) });
  expect(after.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const review = reviewBetween("main", before, after);
  expect(reviewDocument.safeParse(review).error).toBeUndefined();
  const lines = reviewAsText(review, { colour: false, width: 80 }).trimEnd().split("\n");
  if (process.env["UPDATE"]) update(change, lines);
  else expect(lines).toEqual(change.expected);
});

test("the same data again changes nothing", () => {
  expect(reviewBetween("main", before, load(request)).changes).toEqual([]);
});
