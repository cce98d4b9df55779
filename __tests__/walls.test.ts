/** The linter holds the walls between the folders (`CONTRIBUTING.md`, The house). */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = join(__dirname, "..");

const imports = (module: string) => `import * as x from "${module}";\nexport const y = x;\n`;

/** What must not stand in a file of a folder, and the rule that says so. */
const FORBIDDEN = [
  ["kinds", imports("cdktf"), "noRestrictedImports"],
  ["kinds", imports("../catalog/load"), "noRestrictedImports"],
  ["kinds", imports("node:fs"), "noRestrictedImports"],
  ["kinds", "export default 1;\n", "noDefaultExport"],
  ["catalog", imports("../kinds/kinds"), "noRestrictedImports"],
  ["catalog", imports("../constructs/app"), "noRestrictedImports"],
  ["catalog", imports("@cdktf/provider-helm/lib/release"), "noRestrictedImports"],
  ["catalog", 'console.log("x");\n', "noConsole"],
  ["constructs", imports("node:fs"), "noRestrictedImports"],
  ["constructs", imports("js-yaml"), "noRestrictedImports"],
  ["constructs", imports("../commands/main"), "noRestrictedImports"],
  ["constructs", 'export const x = process.env["A"];\n', "noProcessEnv"],
  ["kinds", imports("../live/look"), "noRestrictedImports"],
  ["catalog", imports("../live/look"), "noRestrictedImports"],
  ["constructs", imports("../live/look"), "noRestrictedImports"],
  ["live", imports("../kinds/kinds"), "noRestrictedImports"],
  ["live", imports("../catalog/load"), "noRestrictedImports"],
  ["live", imports("../constructs/app"), "noRestrictedImports"],
  ["live", imports("cdktf"), "noRestrictedImports"],
  ["live", 'export const x = process.env["A"];\n', "noProcessEnv"],
  ["kinds", imports("../format/format"), "noRestrictedImports"],
  ["catalog", imports("../format/format"), "noRestrictedImports"],
  ["constructs", imports("../format/format"), "noRestrictedImports"],
  ["live", imports("../format/format"), "noRestrictedImports"],
  ["format", imports("../commands/main"), "noRestrictedImports"],
  ["format", imports("../kinds/kinds"), "noRestrictedImports"],
  ["format", imports("cdktf"), "noRestrictedImports"],
  ["format", imports("node:fs"), "noRestrictedImports"],
  ["format", imports("js-yaml"), "noRestrictedImports"],
  ["format", 'export const x = process.env["A"];\n', "noProcessEnv"],
  ["catalog", imports("../change/edits"), "noRestrictedImports"],
  ["constructs", imports("../change/edits"), "noRestrictedImports"],
  ["change", imports("../kinds/kinds"), "noRestrictedImports"],
  ["change", imports("../constructs/app"), "noRestrictedImports"],
  ["change", imports("cdktf"), "noRestrictedImports"],
  ["commands", imports("cdktf"), "noRestrictedImports"],
  ["editor", imports("node:fs"), "noRestrictedImports"],
  ["editor", imports("../kinds/kinds"), "noRestrictedImports"],
  ["editor", imports("../commands/main"), "noRestrictedImports"],
  ["kinds", imports("../editor/shape"), "noRestrictedImports"],
  ["catalog", imports("../editor/shape"), "noRestrictedImports"],
  ["review", imports("../commands/main"), "noRestrictedImports"],
  ["review", imports("../constructs/app"), "noRestrictedImports"],
  ["review", imports("node:fs"), "noRestrictedImports"],
  ["review", imports("js-yaml"), "noRestrictedImports"],
  ["kinds", imports("../review/model"), "noRestrictedImports"],
  ["catalog", imports("../review/model"), "noRestrictedImports"],
  ["terraform", imports("../catalog/load"), "noRestrictedImports"],
  ["terraform", imports("../review/model"), "noRestrictedImports"],
  ["terraform", 'export const x = process.env["A"];\n', "noProcessEnv"],
  ["review", imports("../terraform/program"), "noRestrictedImports"],
] as const;

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: unknown };
}

test("every wall is held", () => {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-walls-"));
  try {
    cpSync(join(home, "biome.json"), join(folder, "biome.json"));
    for (const [index, [room, text]] of FORBIDDEN.entries()) {
      mkdirSync(join(folder, room), { recursive: true });
      writeFileSync(join(folder, room, `file-${index}.ts`), text);
    }
    const biome = join(home, "node_modules/@biomejs/biome/bin/biome");
    const args = [biome, "lint", "--reporter=json", "--max-diagnostics=200", "."];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] };
    const found = diagnostics.map(({ category, location }) => `${JSON.stringify(location.path)} ${category}`);
    for (const [index, [room, text, rule]] of FORBIDDEN.entries()) {
      const held = found.some((one) => one.includes(`${room}/file-${index}.ts`) && one.endsWith(rule));
      expect([room, text, held]).toEqual([room, text, true]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
