// node pipelines/reviewed.mjs: prints the digest of what was reviewed, for `cloud-entities deploy --reviewed`. It stands in our own
// comment on the merge request that this commit merged; nobody else's counts.
import process from "node:process";
import { digestIn, Failure, forgeOf, isDigest, keyOf, step } from "./forge.mjs";

const REFUSED = 4;

await step(async () => {
  const digest = await reviewed(process.env);
  process.stdout.write(`${digest}\n`);
});

async function reviewed(variables) {
  const given = variables.CLOUD_ENTITIES_REVIEWED;
  if (given) {
    if (!isDigest(given))
      throw new Failure("CLOUD_ENTITIES_REVIEWED is no digest: sha256: and 64 digits are wanted", 2);
    process.stderr.write(`reviewed, says who started this run: ${given}\n`);
    return given;
  }
  const forge = forgeOf(variables);
  if (!forge)
    throw new Failure("this is no job of GitLab or GitHub: set CLOUD_ENTITIES_REVIEWED to the digest", 2);
  if (!forge.token) throw new Failure("there is no CLOUD_ENTITIES_FORGE_TOKEN to read our comment with", 2);
  const merged = await forge.ready().merged();
  const what = `commit ${forge.commit} of ${forge.branch}`;
  if (merged.length === 0) throw refused(`${what} comes from no merge request: nobody reviewed it`);
  if (merged.length > 1)
    throw refused(`${what} comes from several merge requests: ${merged.map(({ text }) => text).join(", ")}`);
  const [{ number, text }] = merged;
  const comments = await forge.ours(number, keyOf(variables));
  if (comments.length === 0) throw refused(`${text} has no comment of ours with a review`);
  if (comments.length > 1)
    throw refused(`${text} has ${comments.length} comments of ours: which one was reviewed?`);
  const digest = digestIn(comments[0].body);
  if (digest === undefined)
    throw refused(`our comment on ${text} has no digest: its plan did not come to its end`);
  process.stderr.write(`reviewed in ${text}: ${digest}\n`);
  return digest;
}

function refused(why) {
  return new Failure(
    `${why}. Nothing is deployed. Next: plan on this branch, read it, and start a run with CLOUD_ENTITIES_REVIEWED=<its digest>`,
    REFUSED,
  );
}
