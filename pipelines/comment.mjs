// node pipelines/comment.mjs FILE: makes our one comment on the merge request of this job say what the file says. Without a
// token it says where the comment would go, and what it is.
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { Failure, forgeOf, keyed, keyOf, MARKER, step } from "./forge.mjs";

await step(async () => {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Failure("node pipelines/comment.mjs FILE: which file?", 2);
  const forge = forgeOf(process.env);
  const text = existsSync(file) ? readFileSync(file, "utf8") : unreviewed(forge);
  if (text.split("\n", 1)[0] !== MARKER)
    throw new Failure(`${file} is no review: its first line should be ${MARKER}`, 1);
  const key = keyOf(process.env);
  const body = keyed(text, key);
  if (!forge?.token) {
    const why = forge ? "there is no CLOUD_ENTITIES_FORGE_TOKEN" : "this is no job of GitLab or GitHub";
    const where = forge ? `it would go to ${forge.where}` : "it would go nowhere";
    process.stderr.write(`${why}: ${where}\n`);
    process.stdout.write(body);
    return;
  }
  if (!forge.number) throw new Failure("this job is of no merge request: there is nothing to comment on", 2);
  process.stdout.write(`the comment on ${forge.where}: ${await forge.ready().comment(key, body)}\n`);
});

/** What stands in place of a review that there is not: the digest of an older one must not stay. */
function unreviewed(forge) {
  const job = forge?.job ? ` ([this run](<${forge.job}>))` : "";
  return `${MARKER}\n## ⛔ No review of the latest state\n\nThe plan did not come to its end${job}.\n`;
}
