// The guides below docs/guides/: their commands run one after the other in a copy of the site, so that a page is true
// from its first step to its last, and running it changes nothing here. A block `yaml write=PATH` is written there, `yaml
// file=PATH` shows what is there by then, `console` shows what its command prints.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A step of a guide: a file that the reader writes, a file that is shown, or a command with what it prints. */
const STEP =
  /^```yaml write=(?<written>\S+)\n(?<text>[\s\S]*?)^```$|^```yaml file=(?<shown>\S+)\n[\s\S]*?^```$|^```console\n\$ (?<command>(?:npx cloud-entities|git) .+(?:(?<=\\)\n.+)*)\n[\s\S]*?^```$/gm;

/** What the reader types is `npx cloud-entities`; what runs is this checkout. */
const SHELL = `npx() { shift; "$NODE" "$CLOUD_ENTITIES" "$@"; }`;

const AUTHOR = { name: "Guide", email: "guide@example.org", date: "2026-11-21T12:00:00Z" };

/** The guide with the outputs that its commands have now. */
export function guideWithOutputs(home, page) {
  const site = mkdtempSync(join(tmpdir(), "cloud-entities-guide-"));
  const run = (command) => {
    const options = { cwd: site, encoding: "utf8", env: environmentOf(home), input: "" };
    const { stdout, stderr } = spawnSync("sh", ["-c", `${SHELL}\n${command}`], options);
    return (stdout + stderr).trimEnd();
  };
  try {
    for (const folder of ["environments", "entities", "schemas"])
      cpSync(join(home, folder), join(site, folder), { recursive: true });
    run("git init --quiet && git add . && git commit --quiet --message 'the site'");
    return page.replace(STEP, (block, ...rest) => {
      const { written, text, shown, command } = rest.at(-1);
      if (written !== undefined) {
        mkdirSync(dirname(join(site, written)), { recursive: true });
        writeFileSync(join(site, written), text);
        return block;
      }
      if (shown !== undefined)
        return `\`\`\`yaml file=${shown}\n${readFileSync(join(site, shown), "utf8").trimEnd()}\n\`\`\``;
      const output = run(command);
      return `\`\`\`console\n$ ${command}\n${output}${output === "" ? "" : "\n"}\`\`\``;
    });
  } finally {
    rmSync(site, { recursive: true });
  }
}

/** No setting of the person who runs it shows in a page. */
function environmentOf(home) {
  const { name, email, date } = AUTHOR;
  const git = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_PAGER: "cat" };
  for (const who of ["AUTHOR", "COMMITTER"])
    Object.assign(git, { [`GIT_${who}_NAME`]: name, [`GIT_${who}_EMAIL`]: email, [`GIT_${who}_DATE`]: date });
  const own = { NODE: process.execPath, CLOUD_ENTITIES: join(home, "bin/cloud-entities.mjs") };
  const { CLOUD_ENTITIES_ROOT, CLOUD_ENTITIES_ENVIRONMENT, GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...rest } =
    process.env;
  return { ...rest, ...git, ...own, CLOUD_ENTITIES_AS_OF: "2026-11-21", NO_COLOR: "1", LC_ALL: "C.UTF-8" };
}
