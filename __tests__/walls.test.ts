/** The linter holds the walls between the folders (`CONTRIBUTING.md`, The house). */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const home = join(__dirname, "..");

/** What the linter says of a file of that text in that folder. */
function lint(folder: string, text: string): string {
  const biome = join(home, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "lint", `--stdin-file-path=${folder}/new.ts`, "--colors=off"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: home, input: text, encoding: "utf8" });
  return stdout + stderr;
}

test.each([
  ["kinds", "cdktf"],
  ["kinds", "../catalog/load"],
  ["kinds", "node:fs"],
  ["catalog", "../kinds/kinds"],
  ["catalog", "../constructs/app"],
  ["catalog", "@cdktf/provider-helm/lib/release"],
  ["constructs", "node:fs"],
  ["constructs", "js-yaml"],
  ["constructs", "../commands/main"],
  ["commands", "cdktf"],
])("%s may not import %s", (folder, module) => {
  expect(lint(folder, `import * as x from "${module}";\nexport const y = x;\n`)).toContain("noRestrictedImports");
});

test("constructs read no environment variable, and nobody but commands writes to the console", () => {
  expect(lint("constructs", 'export const x = process.env["A"];\n')).toContain("noProcessEnv");
  expect(lint("catalog", 'console.log("x");\n')).toContain("noConsole");
  expect(lint("kinds", "export default 1;\n")).toContain("noDefaultExport");
});
