/** The command line: verbs, formats, exit codes, what goes to which stream. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load as readYaml } from "js-yaml";
import { shownEntity } from "../commands/show";
import { casesIn, loadSite, withSite } from "./case";
import { called as call } from "./command-line";

const MISTAKES = join(__dirname, "../docs/examples/mistakes");
const HOME = join(__dirname, "..");

describe("validate", () => {
  test("says what must be mended, and ends with 1", async () => {
    const { code, out } = await call(["validate", "--root", MISTAKES]);
    expect(code).toBe(1);
    expect(out).toContain(
      'g2.2core-4ram.yaml:4:8: error: `ram`: "Gib" is no unit that MiB can be written in [unit]',
    );
    expect(out).toContain("4 |   ram: 4 Gib\n  |        ^^^^^");
    expect(out).toContain('did you mean "GiB"?');
    expect(out).not.toMatch(/ {4}at /);
  });

  test("as json", async () => {
    const { code, out } = await call(["validate", "--root", MISTAKES, "--format", "json"]);
    const report = JSON.parse(out);
    expect(code).toBe(1);
    expect(report.environments).toEqual({ lab: { domain: 1 } });
    expect(Object.keys(report.problems[0]).sort()).toEqual([
      "code",
      "column",
      "environments",
      "file",
      "help",
      "line",
      "message",
      "severity",
    ]);
    expect(report.problems[0]).toMatchObject({
      environments: ["lab"],
      severity: "error",
      line: 4,
      column: 8,
    });
  });

  test.each(["github", "gitlab", "sarif"])("as %s", async (format) => {
    const { out } = await call(["validate", "--root", MISTAKES, "--format", format]);
    if (format === "github")
      expect(out).toMatch(
        /^::error file=(docs\/examples\/mistakes\/)?environments\/lab\/openstack\/flavors\/g2.2core-4ram.yaml,line=4,col=8,title=unit::/,
      );
    else expect(JSON.stringify(JSON.parse(out))).toContain("g2.2core-4ram.yaml");
  });

  test("a warning alone is fine, but not with --strict", async () => {
    const parts = new Map([
      ["environments/test/openstack/domains/d.yaml", "domain: {name: d}\n"],
      [
        "environments/test/openstack/projects-quotas-acls/d/p.yaml",
        "metadata:\n  contacts: [a@example.org]\n  project: {name: p, domain: d}\n",
      ],
    ]);
    const codes = await withSiteAsync(parts, async (root) => [
      (await call(["validate", "--root", root])).code,
      (await call(["validate", "--strict", "--root", root])).code,
    ]);
    expect(codes).toEqual([0, 1]);
  });

  test("no environments at all is a problem at environments:1:1", async () => {
    const { code, out } = await call(["validate", "--root", join(HOME, "docs"), "--format", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out).problems).toMatchObject([{ file: "environments", line: 1, column: 1 }]);
  });
});

describe("wrong use ends with 2 and says so", () => {
  test.each([
    [["frobnicate"], "there is no verb `frobnicate`"],
    [["valdate"], "did you mean `validate`?"],
    [["validate", "--formt", "json"], "there is no option --formt; did you mean --format?"],
    [["list", "--nothing-like-it"], "there is no option --nothing-like-it; there are --root,"],
    [["list", "--root"], "argument missing"],
    [["list", "--environment", ","], "--environment names none"],
    [["show", "project", "service/nova", "--format", "csv"], 'there is no format "csv": yaml, json'],
    [["validate", "--format", "xml"], 'there is no format "xml"'],
    [["validate", "extra"], 'one word too many: "extra"'],
    [["show", "flavor"], "KIND KEY"],
    [["show", "flavour", "x"], "did you mean flavor?"],
    [["list", "--environment", "dev", "nonsense", "--root", HOME], 'there is no kind "nonsense"'],
    [["show", "flavor", "c2.16core-30rma", "--root", HOME], 'did you mean "c2.16core-30ram"?'],
  ])("%j", async (line, message) => {
    const { code, err } = await call(line);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test("nothing at all, and a day that is none", async () => {
    expect((await call([])).code).toBe(2);
    expect(await call(["validate"], { CLOUD_ENTITIES_AS_OF: "tomorrow" })).toMatchObject({
      code: 2,
      err: expect.stringContaining("YYYY-MM-DD"),
    });
  });
});

describe("--help", () => {
  const verbs = ["validate", "synth", "list", "show", "explain", "adopt"];
  const lines = verbs.flatMap((verb) => [
    [verb, "--help"],
    ["--help", verb],
    ["help", verb],
    [verb, "-h"],
  ]);

  test.each([["--help"], ["-h"], ["help"], ...lines])("%s %s", async (...line) => {
    const { code, out, err } = await call(line);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^usage: cloud-entities/);
    expect(out.split("\n").filter((one) => one.length > 80)).toEqual([]);
  });

  test.each(verbs)("%s shows a line to try", async (verb) => {
    expect((await call([verb, "--help"])).out).toMatch(new RegExp(`^  cloud-entities ${verb} `, "m"));
  });
});

test("--version", async () => {
  expect(await call(["--version"])).toEqual({ code: 0, out: "1.2.3\n", err: "" });
});

test("options stand in any order, environments in a comma list too", async () => {
  const lines = [
    ["list", "domain", "--root", HOME, "--environment", "dev", "--environment", "micro-cloud"],
    ["--environment", "dev,micro-cloud", "list", "--root", HOME, "domain"],
    [`--root=${HOME}`, "--environment=micro-cloud, dev", "list", "--", "domain"],
  ];
  const outs = await Promise.all(lines.map(async (line) => (await call(line)).out));
  expect(outs[0]).toContain("tenants");
  expect(new Set(outs).size).toBe(1);
});

test("on a terminal lines are cut to its width, elsewhere they are whole", async () => {
  const line = ["list", "project", "--root", HOME, "--environment", "prod-ostrava"];
  const { out } = await call(line, {}, { isTerminal: true, columns: 80 });
  expect(Math.max(...out.split("\n").map((one) => one.length))).toBeLessThanOrEqual(80);
  expect(out).toContain("\u2026");
  expect((await call(line)).out).not.toContain("\u2026");
  const values = [...line, "--match", "*/bio-single-cell", "--show", "quota.cores,quota.ram"];
  expect((await call(values, {}, { isTerminal: true, columns: 80 })).out).toBe(
    "prod-ostrava  project  einfra_cz/bio-single-cell  120  983040\n",
  );
  const empty = await call([...line, "--match", "nothing"], {}, { isTerminal: true });
  expect(empty).toEqual({ code: 0, out: "", err: "74 projects, none fits\n" });
});

test("on a terminal a place that does not fit stands below its value, whole", async () => {
  const line = ["explain", "quota-class", "basic", "--root", HOME, "--environment", "dev"];
  const { out } = await call(line, {}, { isTerminal: true, columns: 70 });
  expect(out.split("\n").slice(0, 3)).toEqual([
    "quota-class basic in dev",
    '  name: "basic"',
    "      environments/dev/openstack/quota-classes/basic.yaml:3:9",
  ]);
  expect((await call(line)).out).toMatch(/^ {2}name: "basic" +environments\/dev.+:3:9$/m);
});

test("what show prints of our own environments reads back, as YAML and as JSON", () => {
  const { catalogs } = loadSite(HOME);
  for (const catalog of catalogs) {
    for (const kind of catalog.kinds) {
      for (const entity of catalog.located(kind).values()) {
        const shown = shownEntity(catalog, kind, entity);
        expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
        expect(readYaml(dump(shown, { lineWidth: -1, noRefs: true }))).toEqual(shown);
      }
    }
  }
});

test("a value can be explained by the path that the table shows", async () => {
  const line = ["--root", HOME, "--environment", "micro-cloud"];
  const { out } = await call(["list", ...line, "--format", "json"]);
  const all: { kind: string; key: string }[] = JSON.parse(out);
  const kinds = ["flavor", "project", "helm-release"];
  const firsts = kinds.flatMap((kind) => all.find((one) => one.kind === kind) ?? []);
  for (const { kind, key } of firsts) {
    const table = await call(["explain", kind, key, ...line, "--format", "json"]);
    const [{ values }] = JSON.parse(table.out);
    expect([kind, values.length > 0]).toEqual([kind, true]);
    const { path } = values.at(-1);
    const story = await call(["explain", kind, key, path, ...line, "--format", "json"]);
    expect(JSON.parse(story.out)[0].values).toEqual([values.at(-1)]);
  }
});

test("environment variables say what flags say", async () => {
  const { out } = await call(["list", "domain"], {
    CLOUD_ENTITIES_ROOT: HOME,
    CLOUD_ENTITIES_ENVIRONMENT: "prod-ostrava",
  });
  expect(out).toContain("einfra_cz");
  expect(out).not.toContain("micro-cloud");
  expect(await call(["validate", "--root", HOME, "--environment", "prod-ostrva"])).toMatchObject({
    code: 1,
    out: expect.stringContaining('did you mean "prod-ostrava"?'),
  });
});

test("show and explain tell layers, classes and defaults apart", async () => {
  const show = await call(["show", "flavor", "c2.16core-30ram", "--root", HOME, "--format", "json"]);
  expect(JSON.parse(show.out)).toMatchObject([
    { environment: "prod-ostrava", spec: { ram: 30720, vcpus: 16, disk: 80 } },
  ]);
  const explain = await call(["explain", "flavor", "c2.16core-30ram", "--root", HOME]);
  expect(explain.out).toMatch(
    /ram: 30720 +environments\/prod-ostrava\/openstack\/flavors\/\S+\.yaml:\d+:\d+/,
  );
  expect(explain.out).toMatch(
    /extra_specs.quota:disk_total_iops_sec: "1000" +\S+\/flavor-classes\/c2[\w.-]*\.yaml:\d+:\d+/,
  );
  const quota = await call(["explain", "project", "einfra_cz/meta-cloud-training", "quota", "--root", HOME]);
  expect(quota.out).toMatch(/quota.cores: 100 +\S+\/meta-cloud-training.yaml:\d+:\d+/);
  expect(quota.out).toMatch(/quota.key_pairs: \d+ +\S+/);
});

test("synth writes what it says it wrote, and nothing after an error", async () => {
  const output = mkdtempSync(join(tmpdir(), "cloud-entities-out-"));
  try {
    const made = await call([
      "synth",
      "--root",
      HOME,
      "--environment",
      "dev",
      "--output",
      join(output, "deep/er"),
    ]);
    expect(made.code).toBe(0);
    expect(made.out).toContain("deep/er/stacks/dev-openstack/cdk.tf.json");
    expect(() =>
      JSON.parse(readFileSync(join(output, "deep/er/stacks/dev-openstack/cdk.tf.json"), "utf8")),
    ).not.toThrow();
    const failed = await call(["synth", "--root", MISTAKES, "--output", join(output, "none")]);
    expect(failed).toMatchObject({ code: 1, out: "", err: expect.stringContaining("nothing was written") });
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
});

test("no format shows a value that was meant to be secret", async () => {
  const cases = casesIn("cases").filter(({ parts }) =>
    [...parts.values()].some((text) => text.includes("hunter2")),
  );
  expect(cases.length).toBeGreaterThan(3);
  for (const { title, parts } of cases) {
    for (const format of ["text", "json", "github", "gitlab", "sarif"]) {
      const use = (root: string) => call(["validate", "--root", root, "--format", format]);
      const { out, err } = await withSiteAsync(parts, use);
      expect([title, format, (out + err).includes("hunter2")]).toEqual([title, format, false]);
    }
  }
});

/** A site that stands until an asynchronous use of it ends. */
async function withSiteAsync<T>(
  parts: ReadonlyMap<string, string>,
  use: (root: string) => Promise<T>,
): Promise<T> {
  let result: Promise<T> | undefined;
  // Verbs do all their reading before they first wait.
  withSite(parts, (root) => {
    result = use(root);
  });
  if (!result) throw new Error("the site was not used");
  return result;
}
