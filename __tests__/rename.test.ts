/**
 * Renames: cases with a part `rename`, the words after the verb, and a part `output`, what `--dry-run` prints, which
 * `UPDATE=1` fills in; and what holds of every rename.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load, type Request } from "../catalog/load";
import { isRefused } from "../change/edits";
import { addressesOf } from "../change/effects";
import { Renaming } from "../change/keys";
import { declaring, planRename } from "../change/rename";
import { writeFiles } from "../change/write-files";
import { lineDiff } from "../commands/line-diff";
import { run } from "../commands/main";
import { kinds } from "../kinds/kinds";
import { AS_OF, type Case, casesIn, withSite } from "./case";

const EXPECTATIONS = ["rename", "output"];

/** The files of a case, as a site has them. */
function filesOf({ parts }: Case): ReadonlyMap<string, string> {
  return new Map([...parts].filter(([name]) => !EXPECTATIONS.includes(name)));
}

/** Runs a rename to its end: it never waits. */
function call(root: string, words: readonly string[]): { code: Promise<number>; text: () => string } {
  let text = "";
  const add = (more: string) => {
    text += more;
  };
  const streams = { out: add, err: add, colour: false, columns: 80 };
  const world = { variables: {}, cwd: "/nowhere", now: new Date(`${AS_OF}T12:00:00Z`), streams };
  return { code: run(["rename", "--root", root, ...words], world), text: () => text };
}

/** Every file below a folder, by its path. */
function contentsOf(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(root, file)).isFile(),
  );
  return new Map(files.sort().map((file) => [file, readFileSync(join(root, file), "utf8")]));
}

const cases = casesIn("rename");

describe.each(cases)("$title", (one) => {
  const words = (one.parts.get("rename") ?? "").trim().split(/\s+/);

  test("says what would change, and changes nothing", async () => {
    const dry = withSite(filesOf(one), (root) => {
      const before = contentsOf(root);
      const result = call(root, [...words, "--dry-run"]);
      expect(contentsOf(root)).toEqual(before);
      return result;
    });
    const output = `exit ${await dry.code}\n${dry.text()}`;
    if (process.env["UPDATE"]) update(one, output);
    else expect(output.trim()).toBe((one.parts.get("output") ?? "").trim());
  });
});

test("writes what it shows", async () => {
  const one = cases.find(({ title }) => title === "project");
  if (!one) throw new Error("the case is gone");
  const [result, files] = withSite(filesOf(one), (root) => {
    const ended = call(root, ["project", "d/one", "d/two"]);
    return [ended, contentsOf(root)] as const;
  });
  expect([await result.code, result.text()]).toEqual([
    0,
    expect.stringContaining("project d/one is now d/two"),
  ]);
  expect([...files.keys()].filter((file) => file.includes("/d/"))).toEqual([
    "environments/test/openstack/projects-quotas-acls/d/child.yaml",
    "environments/test/openstack/projects-quotas-acls/d/old.yaml",
    "environments/test/openstack/projects-quotas-acls/d/two.yaml",
    "environments/test/openstack/users/d/u.yaml",
  ]);
  expect(files.get("environments/test/openstack/projects-quotas-acls/d/two.yaml")).toBe(
    "# A comment before.\nmetadata:\n  # who to ask\n  address: d_one\n  contacts: [a@example.org]\nproject:\n  name: two # the first\n  domain: d",
  );
});

function update({ file, parts }: Case, output: string): void {
  const all = new Map([...parts, ["output", output.trim()]]);
  const texts = [...all].map(([name, content]) => `-- ${name} --\n${content}\n`);
  writeFileSync(file, texts.join(""));
}

/** Lines that keep Terraform names. */
const KEEPING = /^\+(metadata:| {2}address: \S+| {2}addresses:| {4}\S+: \S+)$/;

/** Adds to blocks in braces are taken out again. */
function withoutKeeping(text: string): string {
  return text
    .replace(/addresses: \{[^}]*\}(, )?/g, "")
    .replace(/metadata: \{address: \S+\}, /g, "")
    .replace(/([{ ])address: "?\w+"?, (?=contacts|accept)/g, "$1");
}

function requestFor(root: string): Request {
  return { root, environments: [], asOf: AS_OF, kinds };
}

/** Renames in a site; undefined: it was refused, and by which problems. */
function renamed(root: string, kind: (typeof kinds)[number], from: string, to: string) {
  const request = requestFor(root);
  const before = load(request);
  const renaming = new Renaming(kind, from, to, kinds);
  const plan = planRename(request, renaming, before, declaring(renaming, before.catalogs));
  if (isRefused(plan)) return plan;
  expect(writeFiles(root, plan.edits, (file) => before.files?.source(file)?.text)).toBeUndefined();
  return plan.environments.map((catalogs) => catalogs.map(addressesOf));
}

/** Renames there and back: the site is sound, its addresses are kept, and all its bytes but those that keep them. */
function proveThereAndBack(root: string, kind: (typeof kinds)[number], from: string, to: string): void {
  const problems = load(requestFor(root)).problems.length;
  const before = contentsOf(root);
  const result = renamed(root, kind, from, to);
  if (isRefused(result)) {
    expect(contentsOf(root)).toEqual(before);
    // Regular flavors carry the name of their class.
    for (const { code } of result.problems)
      expect([kind.name, from, code]).toEqual([kind.name, from, "flavor-name"]);
    return;
  }
  expect(load(requestFor(root)).problems).toHaveLength(problems);
  if (keepsAddresses(kind.name, from, to))
    for (const [old, fresh] of result) expect([kind.name, from, fresh]).toEqual([kind.name, from, old]);
  expect(isRefused(renamed(root, kind, to, from))).toBe(false);
  // A domain's folder is made anew in the domain's own spelling.
  const spelt = (files: Map<string, string>) =>
    new Map([...files].map(([file, text]) => [file.toLowerCase(), text]));
  const [was, after] = [spelt(before), spelt(contentsOf(root))];
  expect([...after.keys()].sort()).toEqual([...was.keys()].sort());
  const changed = [...after].flatMap(([file, text]) =>
    lineDiff(withoutKeeping(was.get(file) ?? ""), withoutKeeping(text)).filter((line) => !KEEPING.test(line)),
  );
  expect([kind.name, from, changed]).toEqual([kind.name, from, []]);
}

/** Kinds whose new name makes what relates to them anew, under another name. */
const LET_GO = ["flavor", "volume-qos", "identity-mapping"];

/** Keystone does not move a user to another domain, so that another one is made. */
function keepsAddresses(kind: string, from: string, to: string): boolean {
  return !LET_GO.includes(kind) && !(kind === "user" && from.split("/")[0] !== to.split("/")[0]);
}

/** Quotes that a name needed stay when the next one does not need them. */
const STAY_QUOTED = ["quotes", "yes-is-quoted"];

const ALLOWED = cases.filter(
  ({ title, parts }) => parts.get("output")?.startsWith("exit 0") && !STAY_QUOTED.includes(title),
);

test.each(ALLOWED)("$title: there and back", (one) => {
  const [kindName = "", from = "", to = ""] = (one.parts.get("rename") ?? "").trim().split(/\s+/);
  const kind = kinds.find(({ name }) => name === kindName);
  if (kind) withSite(filesOf(one), (root) => proveThereAndBack(root, kind, from, to));
});

/** The first entity of each kind of an environment. */
describe.each(["dev", "micro-cloud"])("of the environment %s", (environment) => {
  const root = mkdtempSync(join(tmpdir(), "cloud-entities-rename-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  cpSync(join(__dirname, "../entities"), join(root, "entities"), { recursive: true });
  cpSync(join(__dirname, "../environments", environment), join(root, "environments", environment), {
    recursive: true,
  });
  const [catalog] = load(requestFor(root)).catalogs;
  const firsts = kinds.flatMap((kind) =>
    [...(catalog?.located(kind).keys() ?? [])].slice(0, 1).map((key) => [kind.name, key, kind] as const),
  );

  test.each(firsts)("%s %s: there and back", (name, key, kind) => {
    const next = key.replace(/\d+$/, (last) => String(Number(last) + 1));
    proveThereAndBack(root, kind, key, name === "floating-ip" ? next : `${key}-x`);
  });
});
