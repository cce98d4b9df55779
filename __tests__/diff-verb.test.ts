/** `diff --base REV` as people call it, in real git repositories. */
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { called } from "./command-line";
import { Repository } from "./repository";

const SITE = {
  "environments/a/environment.yaml":
    "environment: {name: a, layers: [shared], state: {backend: local, path: 'state/{stack}'}, openstack: {unmanaged: {domains: [Default]}}}\n",
  "environments/b/environment.yaml":
    "environment: {name: b, layers: [shared], state: {backend: local, path: 'state/{stack}'}, openstack: {unmanaged: {domains: [Default]}}}\n",
  "environments/a/openstack/domains/one.yaml": "domain: {name: one}\n",
  "entities/shared/openstack/roles/r.yaml": "role: {name: r, description: old}\n",
};

const ROLE = "entities/shared/openstack/roles/r.yaml";

// Each test runs git a dozen times, which takes as long as it takes.
jest.setTimeout(120_000);

function diff(root: string, ...words: string[]) {
  return called(["diff", ...words], { PATH: process.env["PATH"], HOME: root }, {}, root);
}

describe("diff", () => {
  let site: Repository;
  beforeEach(() => {
    site = new Repository(SITE);
  });
  afterEach(() => site.gone());

  test("nothing changed", async () => {
    expect(await diff(site.root, "--base", "base", "--exit-code")).toMatchObject({ code: 0, err: "" });
  });

  test("a change of a layer is one change in both environments; --exit-code asks to know", async () => {
    site.write(ROLE, "role: {name: r, description: new}\n");
    const { code, out } = await diff(site.root, "--base", "base");
    expect([code, out]).toEqual([0, expect.stringContaining("change role r  in a, b")]);
    expect(out).toContain("description  old → new");
    expect((await diff(site.root, "--base", "base", "--exit-code")).code).toBe(4);
    const one = await diff(site.root, "--base", "base", "--environment", "b", "--format", "json");
    expect(JSON.parse(one.out)).toMatchObject({ of: "diff", base: "base", environments: [{ name: "b" }] });
  });

  test("it has the charts of the base, so that only what changed is told", async () => {
    site.write("charts/c/Chart.yaml", "name: c\nversion: 1.0.0\n");
    site.write(
      "environments/a/environment.yaml",
      `${SITE["environments/a/environment.yaml"].slice(0, -2)}, kubernetes: {}}\n`,
    );
    const folder = "environments/a/kubernetes";
    site.write(
      `${folder}/helm-repositories/local.yaml`,
      "helm-repository: {name: local, type: path, url: charts}\n",
    );
    site.write(
      `${folder}/helm-releases/kube-system/r.yaml`,
      "helm-release: {name: r, namespace: kube-system, repository: local, chart: c, version: 1.0.0}\n",
    );
    site.commit();
    site.write("environments/a/openstack/domains/one.yaml", "domain: {name: one, enabled: false}\n");
    const { code, out, err } = await diff(site.root, "--base", "HEAD", "--format", "json");
    expect([code, err]).toEqual([0, ""]);
    expect(JSON.parse(out).counts).toMatchObject({ update: 1, create: 0, replace: 0, destroy: 0 });
  });

  test("an environment under a new name that keeps its state destroys what it has no more", async () => {
    const kept = SITE["environments/a/environment.yaml"].replace("state/{stack}", "state/a");
    site.write("environments/a/environment.yaml", kept);
    site.commit();
    site.remove("environments/a");
    site.write("environments/c/environment.yaml", kept.replace("name: a", "name: c"));
    const { code, out } = await diff(site.root, "--base", "HEAD");
    expect([code, out]).toEqual([4, expect.stringContaining("the domain one is removed")]);
    expect(out).toContain("It was called a and keeps its state");
  });

  test("what is refused ends with 4, and the proposed line lets it pass once somebody fills it in", async () => {
    site.remove("environments/a/openstack/domains/one.yaml");
    const { code, out } = await diff(site.root, "--base", "base", "--format", "json");
    const [gate] = JSON.parse(out).gates;
    expect([code, gate.code, gate.add.file]).toEqual([4, "removal", "environments/a/removals.yaml"]);
    site.write(gate.add.file, `${gate.add.lines}\n`);
    expect(await diff(site.root, "--base", "base")).toMatchObject({
      code: 1,
      err: expect.stringContaining("`who` is still what was proposed"),
    });
    const filled = gate.add.lines.replace("YOUR NAME", "Ann").replace("THE REASON", "merged into two");
    site.write(gate.add.file, `${filled}\n`);
    expect(await diff(site.root, "--base", "base")).toMatchObject({ code: 0 });
  });

  test.each([
    ["removals: []\n", "its entries as lines, in place of its brackets"],
    ["# Nothing yet.\nremovals:\n  - {kind: domain, key: x, who: A, why: b, until: 2027-01-01}\n", undefined],
  ])("what is proposed fits to %j", async (text, hint) => {
    site.write("environments/a/removals.yaml", text);
    site.remove("environments/a/openstack/domains/one.yaml");
    const { out } = await diff(site.root, "--base", "base", "--format", "json");
    const [gate] = JSON.parse(out).gates;
    if (hint) expect(gate.help).toContain(hint);
    const filled = gate.add.lines.replace("YOUR NAME", "Ann").replace("THE REASON", "merged into two");
    site.write(gate.add.file, `${hint ? "" : text}${filled}\n`);
    expect(await diff(site.root, "--base", "base")).toMatchObject({ code: 0 });
  });

  test("what the other branch did meanwhile is not told", async () => {
    site.git("checkout", "-q", "-b", "mine");
    site.write(ROLE, "role: {name: r, description: mine}\n");
    site.commit();
    site.git("checkout", "-q", "main");
    site.write("entities/shared/openstack/roles/s.yaml", "role: {name: s}\n");
    site.commit();
    site.git("checkout", "-q", "mine");
    const { out } = await diff(site.root, "--base", "main");
    expect(out).toContain("change role r");
    expect(out).not.toContain("role s");
  });

  test("an environment that goes destroys nothing, and says so", async () => {
    site.remove("environments/a");
    const { code, out } = await diff(site.root, "--base", "base");
    expect([code, out]).toEqual([0, expect.stringContaining("remove environment a")]);
    expect(out).toContain("No stack is left that would destroy anything");
  });

  test("errors in the data are told, and nothing else", async () => {
    site.write(ROLE, "role: {nam: r}\n");
    expect(await diff(site.root, "--base", "base")).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("[unknown-key]"),
    });
  });

  test("errors in the base are noted, and the rest is compared", async () => {
    site.write(ROLE, "role: {nam: r}\n");
    site.commit();
    site.git("tag", "broken");
    site.write(ROLE, "role: {name: r}\n");
    const { code, out, err } = await diff(site.root, "--base", "broken");
    expect([code, err]).toEqual([0, expect.stringContaining("broken has 1 error")]);
    expect(out).toContain("add role r");
  });

  test("a base without any data is an empty one", async () => {
    site.git("checkout", "-q", "--orphan", "empty");
    site.git("rm", "-rq", "--cached", ".");
    site.git("commit", "-q", "--allow-empty", "-m", "nothing");
    site.git("tag", "nothing");
    site.git("checkout", "-qf", "main");
    const { code, out } = await diff(site.root, "--base", "nothing");
    expect([code, out]).toEqual([0, expect.stringContaining("add environment a")]);
  });

  test("links in the base lead nowhere outside", async () => {
    symlinkSync("/etc/hostname", join(site.root, "entities/shared/openstack/roles/evil.yaml"));
    site.commit();
    site.git("tag", "linked");
    site.remove("entities/shared/openstack/roles/evil.yaml");
    const { code, err } = await diff(site.root, "--base", "linked");
    expect([code, err]).toEqual([0, expect.stringContaining("1 error")]);
  });

  test("reports go into files, one for each environment if asked", async () => {
    site.write(ROLE, "role: {name: r, description: new}\n");
    const report = ["--report", "markdown:out/{environment}.md", "--report", "html:page.html"];
    expect((await diff(site.root, "--base", "base", ...report)).code).toBe(0);
    expect(readFileSync(join(site.root, "out/a.md"), "utf8")).toMatch(/^<!-- cloud-entities review -->/);
    expect(existsSync(join(site.root, "out/b.md")) && existsSync(join(site.root, "page.html"))).toBe(true);
  });

  test.each([
    [[], "--base REV is wanted"],
    [["--base", "nowhere"], 'there is no revision "nowhere"'],
    [["--base=--output=x"], "no revision"],
    [["--base", "base", "--format", "pdf"], 'there is no format "pdf"'],
    [["--base", "base", "--report", "html"], "FORMAT:FILE is wanted"],
    [["--base", "base", "--budget", "10"], "--budget 10"],
  ])("wrong use: %j", async (words, said) => {
    expect(await diff(site.root, ...words)).toMatchObject({ code: 2, err: expect.stringContaining(said) });
  });
});

test("a data root below the top of its repository", async () => {
  const site = new Repository(SITE, "data/site");
  try {
    site.write(ROLE, "role: {name: r, description: new}\n");
    expect((await diff(site.root, "--base", "base")).out).toContain("change role r");
  } finally {
    site.gone();
  }
});
