/** The prints of a review that `--format` and `--report` offer. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printReview, printsOf } from "../commands/prints";
import { AS_OF } from "./case";
import { reviewCalled } from "./reviews";

const review = reviewCalled("removal");

/** What a call with these flags prints, and what is in the files. */
function printed(flags: Readonly<Record<string, string | string[]>>, files: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), "cloud-entities-prints-"));
  let out = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: () => {},
    colour: false,
    columns: 80,
  };
  const request = { root: cwd, environments: [], asOf: AS_OF, kinds: [] };
  try {
    printReview(review, printsOf({ flags }), { request, words: [], flags, streams, cwd, variables: {} });
    return { out, files: files.map((file) => readFileSync(join(cwd, file), "utf8")) };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

test("all prints of one review come out of one call", () => {
  const report = ["html:a/page.html", "gitlab:a/terraform.json", "markdown:comment.md"];
  const { out, files } = printed(
    { format: "json", report },
    report.map((one) => one.split(":")[1] ?? ""),
  );
  expect(JSON.parse(out)).toEqual(review);
  const [page = "", widget = "", comment = ""] = files;
  expect(page).toMatch(/^<!doctype html>/);
  expect(Object.keys(JSON.parse(widget))).toEqual(["create", "update", "delete"]);
  expect(comment).toMatch(/^<!-- cloud-entities review -->\n/);
});

test("a print that there is not is wrong use, and says which there are", () => {
  expect(() => printsOf({ flags: { report: ["pdf:x"] } })).toThrow(
    'there is no format "pdf": text, markdown, html, json, gitlab',
  );
});
