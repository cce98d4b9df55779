/** What is hostile to a reader of files: links, pipes, encodings, sizes, aliases. Each is one problem, never a crash. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEvents } from "js-yaml";
import { loadSite, withSite } from "./case";

jest.mock("js-yaml", () => {
  const real = jest.requireActual<typeof import("js-yaml")>("js-yaml");
  return { ...real, parseEvents: jest.fn(real.parseEvents) };
});

const DOMAIN = "domain: {name: a}\n";

/** The problems of a site with one file `domains/a.yaml` and whatever `prepare` makes of it. */
function problemsWith(content: string | Buffer, prepare: (folder: string) => void = () => {}): string[] {
  const place = "environments/test/openstack/domains";
  return withSite(new Map([[`${place}/placeholder.txt`, ""]]), (root) => {
    writeFileSync(join(root, place, "a.yaml"), content);
    prepare(join(root, place));
    return loadSite(root).problems.map(
      ({ file, line, code, message }) => `${file.slice(place.length + 1)}:${line} ${code}: ${message}`,
    );
  });
}

const bomb = (levels: number, width: number) =>
  Array.from(
    { length: levels },
    (_, i) =>
      `l${i}: &l${i} [${Array.from({ length: width }, () => (i === 0 ? "x" : `*l${i - 1}`)).join(", ")}]`,
  ).join("\n");

test.each([
  [
    "a file of another encoding",
    Buffer.from([0xff, 0xfe, 0x61, 0x00]),
    "a.yaml:1 file: the file is not UTF-8",
  ],
  [
    "a file that is too large",
    `# ${"x".repeat(1024 * 1024)}`,
    "a.yaml:1 file: the file is larger than 1 MiB",
  ],
  ["an empty file", "", "a.yaml:1 yaml: the file is empty"],
  ["comments alone", "# nothing\n", "a.yaml:1 yaml: the file is empty"],
  ["a list", "- a\n", "a.yaml:1 yaml: the file holds no map"],
  ["two documents", `${DOMAIN}---\n${DOMAIN}`, "a.yaml:2 yaml: a second document begins in this file"],
  [
    "a key twice",
    "domain:\n  name: a\n  name: a\n",
    "a.yaml:3 yaml: the key `name` stands twice in this block",
  ],
  ["a tab", "domain:\n\tname: a\n", "a.yaml:2 yaml: a tab stands in the indentation"],
  ["a NUL byte", "domain: {name: \u0000}\n", "a.yaml:1 yaml: a control character stands here (U+0000)"],
  ["__proto__", "domain: {name: a, __proto__: {x: 1}}\n", "a.yaml:1 yaml: the key `__proto__` is refused"],
  [
    "a lone surrogate",
    'domain: {name: a, description: "\\ud800"}\n',
    "a.yaml:1 yaml: half a character (a lone surrogate)",
  ],
  [
    "an unknown tag",
    "domain: !!python/object {name: a}\n",
    "a.yaml:1 yaml: the tag !!python/object is not known here",
  ],
  ["an alias without anchor", "domain: *a\n", "a.yaml:1 yaml: there is no anchor &a before this alias"],
  [
    "an alias within its anchor",
    "domain: &a {name: a, x: *a}\n",
    "a.yaml:1 yaml: the alias *a stands within its own anchor",
  ],
  ["aliases without end", bomb(9, 9), /^a\.yaml:\d+ yaml: the file holds too many values/],
  [
    "more aliases than fit",
    `x: &x 1\ny: [${Array.from({ length: 101 }, () => "*x").join(", ")}]\n`,
    "a.yaml:2 yaml: more than 100 aliases",
  ],
  ["nesting without end", "[".repeat(200_000), "a.yaml:1 yaml: the file nests too deeply"],
  ["a leading zero", "domain: {name: 010}\n", "a.yaml:1 yaml: 010 has a leading zero"],
  [
    "a number beyond 2^53",
    "domain: {name: 12345678901234567890}\n",
    "a.yaml:1 yaml: 12345678901234567890 is beyond 2^53 and would lose digits",
  ],
])("%s", (_, content, expected) => {
  const problems = problemsWith(content);
  expect(problems).toHaveLength(1);
  if (typeof expected === "string") expect(problems[0]).toBe(expected);
  else expect(problems[0]).toMatch(expected);
});

test("a folder that is called like a file, a pipe, links that lead out or to folders", () => {
  const problems = problemsWith(DOMAIN, (folder) => {
    mkdirSync(join(folder, "b.yaml"));
    execFileSync("mkfifo", [join(folder, "c.yaml")]);
    symlinkSync("/etc/hostname", join(folder, "d.yaml"));
    symlinkSync("..", join(folder, "e.yaml"));
    symlinkSync("nowhere", join(folder, "f.yaml"));
  });
  expect(problems).toEqual([
    "b.yaml:1 file: a folder is called b.yaml",
    "c.yaml:1 file: this is neither a file nor a folder",
    "d.yaml:1 file: this link leads out of the data root",
    "e.yaml:1 file: this link does not lead to a regular file",
    "f.yaml:1 file: there is no such file",
  ]);
});

test("a file that may not be read", () => {
  const problems = problemsWith(DOMAIN, (folder) => chmodSync(join(folder, "a.yaml"), 0));
  // Root may read everything.
  expect(problems).toEqual(
    process.getuid?.() === 0 ? [] : ["a.yaml:1 file: the file cannot be read (EACCES)"],
  );
});

test("links inside the root, hidden files and other names are fine", () => {
  const problems = problemsWith(DOMAIN, (folder) => {
    symlinkSync("../domains/a.yaml", join(folder, "a-domain.yaml.link"));
    writeFileSync(join(folder, ".hidden.yaml"), "[");
    writeFileSync(join(folder, "b.yaml.disabled"), "[");
    writeFileSync(join(folder, "README.md"), "[");
  });
  expect(problems).toEqual([]);
});

test("each file is opened and parsed once, however many environments share it", () => {
  const environment = (name: string) =>
    `environment: {name: ${name}, layers: [common], state: {backend: local, path: "${name}/{stack}"}, openstack: {}, kubernetes: {}}\n`;
  const parts = new Map([
    ["environments/one/environment.yaml", environment("one")],
    ["environments/two/environment.yaml", environment("two")],
    ["environments/two/openstack/domains/b.yaml", "domain: {name: b}\n"],
    ["entities/common/openstack/domains/a.yaml", DOMAIN],
    [
      "entities/common/kubernetes/helm-repositories/r.yaml",
      'helm-repository: {name: r, url: "https://charts.example.org"}\n',
    ],
    [
      "entities/common/kubernetes/helm-releases/default/a.yaml",
      "helm-release: {name: a, namespace: default, repository: r, chart: a, version: 1.0.0, values-files: [a/v.yaml]}\n",
    ],
    ["entities/common/kubernetes/helm-releases/default/a/v.yaml", "a: 1\n"],
  ]);
  withSite(parts, (root) => {
    jest.mocked(parseEvents).mockClear();
    const { files, problems } = loadSite(root);
    expect(problems).toEqual([]);
    expect(files?.opened).toBe(parts.size);
    expect(parseEvents).toHaveBeenCalledTimes(parts.size);
  });
});
