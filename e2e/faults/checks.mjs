// What holds after every fault.
import assert from "node:assert/strict";

export const BACKENDS = ["pg", "s3", "http"];

/** What exists and is in no state is named by `adopt`, all of it and nothing else. */
export async function taken(site, orphans) {
  const { said, addresses } = await site.adopt();
  const derived = /quota|flavor_access/;
  assert.deepEqual(addresses.filter((address) => !derived.test(address)).sort(), [...orphans].sort());
  assert.match(said, new RegExp(`found in the cloud: ${addresses.length} resource`));
  return said;
}

/** The plan is empty and the cloud holds everything once. */
export async function nothingLeft(site, cloud) {
  const { empty, said } = await site.plan();
  assert.ok(empty, said.slice(-4000));
  assert.deepEqual(await site.namesInCloud(cloud), site.wanted());
}

/** The errors of a run, each in one line. */
export function decisive(said) {
  const errors = said.split(/^Error: /m).slice(1);
  const lines = errors.map((error) => error.split(/\n\n|\n {2}with /)[0].replace(/\s+/g, " "));
  return [...new Set(lines)].join(" | ").slice(0, 600);
}
