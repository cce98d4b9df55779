// The demo runs, and the README shows what it prints.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { home, run } from "./terraform.mjs";

const README = join(home, "README.md");
const EXCERPT = /^```console demo\n[\s\S]*?^```$/m;

test("npm run demo prints what the README shows", async () => {
  const printed = await run(process.execPath, [join(home, "e2e/demo.mjs")]);
  const page = readFileSync(README, "utf8");
  const current = page.replace(
    EXCERPT,
    () => `\`\`\`console demo\n$ npm run demo\n${printed.trimEnd()}\n\`\`\``,
  );
  if (process.env.UPDATE) writeFileSync(README, current);
  else assert.equal(page, current, "README.md is stale: UPDATE=1 npm run e2e -- demo");
});
