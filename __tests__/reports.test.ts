/** What becomes of problems: text for people, and the reports of forges. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { load } from "../catalog/load";
import { Source } from "../catalog/node";
import { Problems } from "../catalog/problem";
import { excerpt } from "../commands/excerpt";
import { FORMATS } from "../commands/problems-formats";
import { problemsAsText } from "../commands/problems-text";
import { pathsInRepository } from "../commands/repository";
import { CODES } from "../kinds/codes";
import { kinds } from "../kinds/kinds";
import { AS_OF, withSite } from "./case";

const TWINS = new Map([
  [
    "environments/test/openstack/flavors/a.yaml",
    "flavor: {name: a, vcpus: 1, ram: 1 Gib, disk: 1, is_public: true}\n",
  ],
  ["environments/test/openstack/domains/a-b.yaml", "domain:\n  name: a-b\n"],
  ["environments/test/openstack/domains/a.b.yaml", "domain:\n  name: a.b\n"],
]);

function loaded(parts: ReadonlyMap<string, string>) {
  return withSite(parts, (root) => load({ root, environments: [], asOf: AS_OF, kinds }));
}

const PLAIN = { colour: false };

describe("text", () => {
  test("shows the other place with a line of its own", () => {
    const site = loaded(TWINS);
    expect(problemsAsText(site.problems, site, PLAIN)).toBe(`\
environments/test/openstack/domains/a.b.yaml:1:1: error: the domain "a.b" becomes openstack_identity_project_v3.a_b, as the domain "a-b" does [address]
1 | domain:
  | ^^^^^^
  ::: environments/test/openstack/domains/a-b.yaml:1:1: the other one
1 | domain:
  | ^^^^^^
  = give this one another name by \`metadata: {address: …}\`

environments/test/openstack/flavors/a.yaml:1:34: error: \`ram\`: "Gib" is no unit that MiB can be written in [unit]
1 | flavor: {name: a, vcpus: 1, ram: 1 Gib, disk: 1, is_public: true}
  |                                  ^^^^^
  = did you mean "GiB"? Units here: B, KiB, MiB, GiB, TiB, PiB, kB, MB, GB, TB, PB

2 errors in 2 files
`);
  });

  test("is wrapped on a terminal alone, and words stay whole", () => {
    const site = loaded(TWINS);
    const narrow = problemsAsText(site.problems, site, { colour: true, width: 60 });
    const seen = narrow.replace(/\u001b\[[0-9;]*m/g, "").split("\n");
    const long = seen.filter(
      (line) => line.length > 60 && / \S+ /.test(line.trim()) && !/^\d* \|/.test(line),
    );
    expect(long.filter((line) => !/environments\//.test(line))).toEqual([]);
    expect(seen.join(" ").replace(/\s+/g, " ")).toBe(
      problemsAsText(site.problems, site, PLAIN).replace(/\s+/g, " "),
    );
  });

  test("names the environments of a layer's file if they are not all", () => {
    const environment = (name: string, more = "") =>
      `environment:\n  name: ${name}\n  layers: [common]\n  state: {backend: local, path: "s/${name}/{stack}"}\n  openstack: {}\n${more}`;
    const site = loaded(
      new Map([
        ["environments/a/environment.yaml", environment("a")],
        ["environments/b/environment.yaml", environment("b", "  kubernetes: {config_path: x}\n")],
        ["entities/common/kubernetes/namespaces/n.yaml", "namespace:\n  name: n\n"],
      ]),
    );
    expect(problemsAsText(site.problems, site, PLAIN)).toContain("  = in a, not in every environment\n");
  });

  test("counts by code where there are many", () => {
    const problems = new Problems();
    for (let line = 1; line <= 60; line++)
      problems.add(
        { file: "a.yaml", line, column: 1 },
        { code: line % 3 === 0 ? "unit" : "type", message: "m", help: "h" },
      );
    const none = { files: undefined, catalogs: [] };
    expect(problemsAsText(problems.sorted(), none, PLAIN)).toMatch(
      /\ntype 40, unit 20\n60 errors in 1 file\n$/,
    );
  });
});

describe("excerpt", () => {
  test.each([
    ["a: b", 4, "a: b", "   ^"],
    ["\tb: c", 2, "\tb: c", "\t^"],
    ["名前: x", 5, "名前: x", "      ^"],
    ["e\u0301: x", 5, "e\u0301: x", "   ^"],
    ["😀: x", 5, "😀: x", "    ^"],
    ['a: "b c" # d', 4, 'a: "b c" # d', "   ^^^^^"],
    ["password: hunter2", 11, "password: …", "          ^"],
    [
      "url: http://bot:hunter2@example.org/x",
      6,
      "url: http://…@example.org/x",
      "     ^^^^^^^^^^^^^^^^^^^^^^",
    ],
    ["a: \u001b[31mred", 4, "a: ·[31mred", "   ^^^^^^^^"],
  ])("%j at %i", (source, column, line, mark) => {
    expect(excerpt(source, column)).toEqual({ line, mark });
  });

  test("a place far to the right is shown with what stands around it", () => {
    const source = `a: [${"x, ".repeat(1000)}HERE, ${"y, ".repeat(1000)}]`;
    const { line = "", mark = "" } = excerpt(source, source.indexOf("HERE") + 1) ?? {};
    expect(line.length).toBeLessThan(170);
    expect(line.slice(mark.indexOf("^"), mark.length)).toBe("HERE");
  });

  test("a place behind something hidden has no mark", () => {
    expect(excerpt("{password: hunter2, b: c}", 24)).toEqual({ line: "{password: …", mark: "" });
  });

  test("lines end with or without a carriage return", () => {
    expect(new Source("a", "a: b\r\nc: d\r\n").line(1)).toBe("a: b");
  });
});

describe("reports of forges", () => {
  const pathOf = (file: string) => `data/${file}`;
  const reportOf = (parts: ReadonlyMap<string, string>) => ({ ...loaded(parts), pathOf });

  test("json: the keys of the contract alone, the other place in the help, paths from the data root", () => {
    const [problem] = JSON.parse(FORMATS.json(reportOf(TWINS))).problems;
    expect(Object.keys(problem)).toEqual([
      "file",
      "line",
      "column",
      "severity",
      "code",
      "message",
      "help",
      "environments",
    ]);
    expect(problem).toMatchObject({
      file: "environments/test/openstack/domains/a.b.yaml",
      help: expect.stringMatching(/^the other one: environments\/test\/openstack\/domains\/a-b.yaml:1:1; /),
    });
  });

  test("github: errors before warnings, for ten of each are shown; no line break, no bare percent sign", () => {
    const problems = new Problems();
    problems.add(
      { file: "a,b:c.yaml", line: 1, column: 2 },
      { code: "image", message: "100% x\ny", help: "h" },
    );
    problems.add({ file: "b.yaml", line: 3, column: 4 }, { code: "unit", message: "m", help: "h" });
    expect(FORMATS.github({ problems: problems.sorted(), catalogs: [], pathOf })).toBe(
      "::error file=data/b.yaml,line=3,col=4,title=unit::m%0Ah\n" +
        "::warning file=data/a%2Cb%3Ac.yaml,line=1,col=2,title=image::100%25 x%0Ay%0Ah\n",
    );
  });

  test("gitlab: fingerprints stay when lines move, and no two are alike", () => {
    const printsOf = (parts: ReadonlyMap<string, string>): string[] =>
      JSON.parse(FORMATS.gitlab(reportOf(parts))).map(
        ({ fingerprint }: { fingerprint: string }) => fingerprint,
      );
    const moved = new Map([...TWINS].map(([file, text]) => [file, `# a comment\n\n${text}`]));
    expect(printsOf(moved)).toEqual(printsOf(TWINS));
    const all = printsOf(
      new Map([
        ...TWINS,
        ["environments/test/openstack/flavors/b.yaml", "flavor: {vcpus: x, ram: x, disk: x}\n"],
      ]),
    );
    expect(new Set(all).size).toBe(all.length);
    expect(all.slice(0, 2)).toEqual(printsOf(TWINS));
  });

  test("gitlab: the fields that its documentation lists", () => {
    for (const row of JSON.parse(FORMATS.gitlab(reportOf(TWINS)))) {
      expect(row).toMatchObject({
        description: expect.any(String),
        check_name: expect.stringMatching(/^[a-z-]+$/),
        fingerprint: expect.stringMatching(/^[0-9a-f]{40}$/),
        severity: expect.stringMatching(/^(info|minor|major|critical|blocker)$/),
        location: { path: expect.stringMatching(/^data\//), lines: { begin: expect.any(Number) } },
      });
    }
  });

  test("sarif: rules of the table, results that point at them, the other place as a related one", () => {
    const [run] = JSON.parse(FORMATS.sarif(reportOf(TWINS))).runs;
    const { rules } = run.tool.driver;
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex].id).toBe(ruleId);
    for (const { id, shortDescription, defaultConfiguration } of rules) {
      const about = Object.entries(CODES).find(([code]) => code === id)?.[1];
      expect([shortDescription.text, defaultConfiguration.level]).toEqual([about?.means, about?.severity]);
    }
    expect(run.columnKind).toBe("utf16CodeUnits");
    expect(run.results[0].relatedLocations[0]).toEqual({
      physicalLocation: {
        artifactLocation: { uri: "data/environments/test/openstack/domains/a-b.yaml" },
        region: { startLine: 1, startColumn: 1 },
      },
      message: { text: "the other one" },
    });
  });
});

describe("paths that a forge understands", () => {
  const pathIn = (parts: readonly string[], root: string, cwd: string) =>
    withSite(new Map(), (top) => {
      for (const part of parts) mkdirSync(join(top, part), { recursive: true });
      return pathsInRepository(join(top, root), join(top, cwd))("environments/a.yaml");
    });

  test.each([
    [[".git", "data"], "data", "data", "data/environments/a.yaml"],
    [[".git", "data"], "data", "", "data/environments/a.yaml"],
    [[".git"], "", "", "environments/a.yaml"],
    [["data/.git", "tool"], "data", "tool", "environments/a.yaml"],
    [["site/data"], "site/data", "site", "data/environments/a.yaml"],
    [["data", "tool"], "data", "tool", "environments/a.yaml"],
  ])("%j, the root %j, called in %j", (folders, root, cwd, expected) => {
    expect(pathIn(folders, root, cwd)).toBe(expected);
  });
});
