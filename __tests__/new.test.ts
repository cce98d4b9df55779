/** New entities: by flags and at a terminal, which is played by a list of answers. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../commands/main";
import type { Terminal } from "../commands/verb";
import { AS_OF, loadSite, withSite } from "./case";

const SITE = new Map([
  ["environments/test/openstack/domains/einfra_cz.yaml", "domain: {name: einfra_cz}\n"],
  ["environments/test/openstack/quota-classes/training.yaml", "quota-class: {name: training, quota: {}}\n"],
  [
    "environments/test/openstack/flavors/f.yaml",
    "flavor: {name: f, vcpus: 1, ram: 1 GiB, disk: 1, is_public: false}\n",
  ],
  [
    "environments/test/openstack/projects-quotas-acls/einfra_cz/group-projects.yaml",
    "metadata: {contacts: [a@example.org]}\nproject: {name: group-projects, domain: einfra_cz}\n",
  ],
]);

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `new` in a site; `answers` are those of a person, who then leaves. */
async function make(root: string, words: readonly string[], answers?: readonly string[]): Promise<Result> {
  let [out, err] = ["", ""];
  const left = [...(answers ?? [])];
  const terminal = (): Terminal => ({
    ask: async (question) => {
      err += question;
      const answer = left.shift();
      err += answer === undefined ? "" : `${answer}\n`;
      return answer;
    },
    close: () => undefined,
  });
  const streams = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    colour: false,
    columns: 80,
    ...(answers ? { terminal } : {}),
  };
  const now = new Date(`${AS_OF}T12:00:00Z`);
  const code = await run(["new", ...words, "--root", root], { variables: {}, cwd: "/nowhere", now, streams });
  return { code, out, err };
}

/** A copy of the site that stands until its use has ended. */
async function inSite<T>(use: (root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "cloud-entities-new-"));
  try {
    withSite(SITE, (laid) => cpSync(laid, root, { recursive: true }));
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const PROJECT = "environments/test/openstack/projects-quotas-acls/einfra_cz/courses.yaml";

const CONTACT = ["--set", "metadata.contacts=cloud@example.org"];

test("a project by flags is written in the order of its fields, and the site stays sound", () =>
  inSite(async (root) => {
    const settings = [
      "acls.flavors=[f]",
      "quota.class=training",
      "quota.ram=2048",
      "description=yes",
      "tags=a, b",
    ];
    const flags = settings.flatMap((one) => ["--set", one]);
    const { code, out } = await make(root, ["project", "einfra_cz/courses", ...flags, ...CONTACT]);
    expect([code, out]).toEqual([
      0,
      `${PROJECT}\n\nNext: npx cloud-entities validate\n      git add ${PROJECT}\n`,
    ]);
    expect(readFileSync(join(root, PROJECT), "utf8")).toBe(
      [
        "metadata:",
        "  contacts: [cloud@example.org]",
        "",
        "project:",
        "  name: courses",
        "  domain: einfra_cz",
        '  description: "yes"',
        "  tags: [a, b]",
        "",
        "quota:",
        "  class: training",
        "  ram: 2048  # MiB",
        "",
        "acls:",
        "  flavors: [f]",
        "",
      ].join("\n"),
    );
    expect(loadSite(root).problems).toEqual([]);
  }));

test("the schema's line comes first where the site has schemas", () =>
  inSite(async (root) => {
    mkdirSync(join(root, "schemas"));
    writeFileSync(join(root, "schemas/role.schema.json"), "{}");
    const { out } = await make(root, ["role", "r", "--dry-run"]);
    expect(out).toBe(
      "# yaml-language-server: $schema=../../../../schemas/role.schema.json\nrole:\n  name: r\n",
    );
    expect(existsSync(join(root, "environments/test/openstack/roles/r.yaml"))).toBe(false);
  }));

test.each([
  [["project"], "3 required values missing"],
  [["project"], "--set 'domain=Default'"],
  [["project", "courses"], "write <domain>/<name>"],
  [["project", "einfra/courses", ...CONTACT], ""],
  [["project", "einfra_cz/group-projects", ...CONTACT], "is there already"],
  [["project", "einfra_cz/c", "--set", "quota.coers=1"], "did you mean `quota.cores`?"],
  [["project", "einfra_cz/c", "--set", "quota.class=trainig"], 'did you mean "training"?'],
  [["project", "einfra_cz/c", "--set", "quota.cores=many"], '"many" is not a number'],
  [["project", "einfra_cz/c", "--set", "metadata.contacts=nobody"], "is no mail address"],
  [["project", "einfra_cz/c", "--set", "quota.cores"], "is not FIELD=VALUE"],
  [["project", "einfra_cz/c", ...CONTACT, "--output", "x.yaml"], "takes only `-`"],
  [["project", "einfra_cz/c", ...CONTACT, "--layer", "common"], 'there is no layer "common"'],
  [["project", "einfra_cz/c", ...CONTACT, "--environment", "tets"], 'did you mean "test"?'],
  [["role-assignment", "--set", "role=member"], "a KEY is wanted"],
  [["role", "a\nb"], "control character"],
  [["role", ".hidden"], "would not be read"],
])("%j is refused, and nothing is written", (words, message) =>
  inSite(async (root) => {
    const before = loadSite(root).problems;
    const { code, err } = await make(root, words);
    expect([code > 0, err]).toEqual([true, expect.stringContaining(message)]);
    expect(loadSite(root).problems).toEqual(before);
    expect(existsSync(join(root, PROJECT))).toBe(false);
  }));

test("what the rules refuse is told with its cure, and nothing is written", () =>
  inSite(async (root) => {
    const words = ["role-assignment", "x", "--set", "role=member", "--set", "domain=einfra_cz"];
    const { code, err } = await make(root, words);
    expect([code, err]).toEqual([1, expect.stringContaining("write `user` or `group`")]);
    expect(err).toContain("nothing was written");
    expect(existsSync(join(root, "environments/test/openstack/role-assignments"))).toBe(false);
  }));

test("at a terminal each answer is judged at once, and asked for again", () =>
  inSite(async (root) => {
    const answers = [
      ...["a/b", "courses"],
      ...["einfra", "?", "einfra_cz"],
      ...["nobody", "cloud@example.org"],
      ...["parent=grup-projects", "parent=group-projects", "quota.cores=10", ""],
    ];
    const { code, err } = await make(root, ["project"], answers);
    expect(code).toBe(0);
    expect(err).toContain('"nobody" is no mail address');
    expect(err).toContain('"a/b" holds a "/"');
    expect(err).toContain('there is no domain "einfra"');
    expect(err).toContain('did you mean "group-projects"?');
    expect(err.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(readFileSync(join(root, PROJECT), "utf8")).toBe(
      "metadata:\n  contacts: [cloud@example.org]\n\nproject:\n  name: courses\n  domain: einfra_cz\n  parent: group-projects\n\nquota:\n  cores: 10\n",
    );
  }));

test("who leaves in the middle leaves nothing behind", () =>
  inSite(async (root) => {
    const { code, err } = await make(root, ["project"], ["courses", "einfra_cz"]);
    expect([code, err]).toEqual([1, expect.stringContaining("nothing was written")]);
    expect(existsSync(join(root, PROJECT))).toBe(false);
  }));

test("what is refused in the end can be mended in the same dialogue", () =>
  inSite(async (root) => {
    const answers = ["f2", "1", "1 GiB", "", "disk=10", "is_public=true", ""];
    const { code, err } = await make(root, ["flavor"], answers);
    expect([code, err]).toEqual([0, expect.stringContaining("`disk` and `is_public` are missing")]);
  }));
