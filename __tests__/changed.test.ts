/** `validate --changed REV`: what changed files touch, in real git repositories. */
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../commands/main";
import { Repository } from "./repository";

const environment = (name: string, layers: string, state = `state/${name}/{stack}.tfstate`) =>
  `environment: {name: ${name}, layers: [${layers}], state: {backend: local, path: "${state}"}, openstack: {}, kubernetes: {}}\n`;

const release = (files: string) =>
  `helm-release: {name: r, namespace: kube-system, repository: local, chart: c, version: 1.0.0, values-files: [${files}]}\n`;

/** Two environments with a layer each, one that both use, one that nobody uses; `b` takes a values file of `a`. */
const SITE: Readonly<Record<string, string>> = {
  "environments/a/environment.yaml": environment("a", "shared, only-a"),
  "environments/b/environment.yaml": environment("b", "shared"),
  "environments/a/openstack/domains/one.yaml": "domain: {name: one}\n",
  "environments/b/openstack/domains/one.yaml": "domain: {name: one}\n",
  "entities/shared/openstack/roles/r.yaml": "role: {name: r}\n",
  "entities/only-a/openstack/roles/s.yaml": "role: {name: s}\n",
  "entities/unused/openstack/roles/t.yaml": "role: {name: t}\n",
  "entities/shared/kubernetes/helm-repositories/local.yaml":
    "helm-repository: {name: local, type: path, url: charts}\n",
  "environments/a/kubernetes/helm-releases/kube-system/r.yaml": release("r/values.yaml"),
  "environments/a/kubernetes/helm-releases/kube-system/r/values.yaml": "x: 1\n",
  "environments/b/kubernetes/helm-releases/kube-system/r.yaml": release(
    "../../../../a/kubernetes/helm-releases/kube-system/r/values.yaml",
  ),
  "charts/c/Chart.yaml": "name: c\nversion: 1.0.0\n",
};

// Each test runs git a dozen times, which takes as long as it takes.
jest.setTimeout(120_000);

async function validate(root: string, revision: string, more: string[] = [], variables = {}) {
  let [out, err] = ["", ""];
  const streams = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    colour: false,
    columns: 80,
  };
  const line = ["validate", "--root", root, `--changed=${revision}`, ...more];
  const world = {
    variables: { ...process.env, ...variables },
    cwd: root,
    now: new Date("2026-11-21"),
    streams,
  };
  return { code: await run(line, world), out, err };
}

/** The environments that were read, and the files with problems. */
async function seen(root: string, revision = "base"): Promise<{ read: string[]; wrong: string[] }> {
  const { out, err } = await validate(root, revision, ["--format", "json"]);
  expect(err).toBe("");
  const { environments, problems } = JSON.parse(out) as {
    environments: object;
    problems: { file: string }[];
  };
  return { read: Object.keys(environments), wrong: problems.map(({ file }) => file) };
}

function withRepository(use: (repository: Repository) => Promise<void>, below?: string) {
  return async () => {
    const repository = new Repository(SITE, below);
    try {
      await use(repository);
    } finally {
      repository.gone();
    }
  };
}

/** What changes, and which environments it touches. */
const CHANGES: readonly [string, (repository: Repository) => void, string[]][] = [
  [
    "a file of an environment",
    (r) => r.write("environments/a/openstack/domains/two.yaml", "domain: {name: two}\n"),
    ["a"],
  ],
  ["a layer of one", (r) => r.write("entities/only-a/openstack/roles/u.yaml", "role: {name: u}\n"), ["a"]],
  [
    "a layer of both",
    (r) => r.write("entities/shared/openstack/roles/u.yaml", "role: {name: u}\n"),
    ["a", "b"],
  ],
  ["a layer of none", (r) => r.write("entities/unused/openstack/roles/u.yaml", "role: {name: u}\n"), []],
  [
    "a values file that both list",
    (r) => r.write("environments/a/kubernetes/helm-releases/kube-system/r/values.yaml", "x: 2\n"),
    ["a", "b"],
  ],
  ["a vendored chart", (r) => r.write("charts/c/Chart.yaml", "name: d\n"), ["a", "b"]],
  ["another environment that is removed, and had the values file", (r) => r.remove("environments/a"), ["b"]],
  ["a file that is no YAML", (r) => r.write("environments/a/notes.txt", "x\n"), ["a", "b"]],
  ["a hidden file", (r) => r.write("environments/a/.values/x.yaml", "x: 1\n"), ["a", "b"]],
  ["a deleted file", (r) => r.remove("environments/a/openstack/domains/one.yaml"), ["a"]],
  ["an environment that is removed", (r) => r.remove("environments/b"), []],
  [
    "a file that moves from one to the other",
    (r) =>
      renameSync(
        join(r.root, "environments/a/openstack/domains/one.yaml"),
        join(r.root, "environments/b/openstack/domains/two.yaml"),
      ),
    ["a", "b"],
  ],
];

describe.each(["", "site/data"])("the data root in %j of its repository", (below) => {
  test.each(CHANGES)("%s", (_name, change, touched) =>
    withRepository(async (repository) => {
      change(repository);
      expect((await seen(repository.root)).read).toEqual(touched);
    }, below)());
});

test(
  "changes count in the work tree, staged and committed",
  withRepository(async (repository) => {
    repository.write("environments/a/openstack/domains/two.yaml", "domain: {name: two}\n");
    repository.remove("environments/b/openstack/domains/one.yaml");
    repository.git("add", "-A");
    expect((await seen(repository.root)).read).toEqual(["a", "b"]);
    // Staged, and put back in the work tree.
    repository.write("environments/b/openstack/domains/one.yaml", "domain: {name: one}\n");
    expect((await seen(repository.root)).read).toEqual(["a", "b"]);
    repository.git("commit", "-q", "-m", "change");
    expect((await seen(repository.root)).read).toEqual(["a", "b"]);
    repository.commit();
    expect((await seen(repository.root)).read).toEqual(["a"]);
    expect((await seen(repository.root, "HEAD")).read).toEqual([]);
  }),
);

test(
  "counts from the common ancestor",
  withRepository(async (repository) => {
    repository.git("checkout", "-q", "-b", "other");
    repository.write("environments/b/openstack/domains/two.yaml", "domain: {name: two}\n");
    repository.commit();
    repository.git("checkout", "-q", "main");
    repository.write("environments/a/openstack/domains/two.yaml", "domain: {name: two}\n");
    repository.commit();
    expect((await seen(repository.root, "other")).read).toEqual(["a"]);
  }),
);

test(
  "without a common ancestor everything that differs counts",
  withRepository(async (repository) => {
    repository.git("checkout", "-q", "--orphan", "new");
    repository.write("environments/a/openstack/domains/two.yaml", "domain: {name: two}\n");
    repository.commit();
    expect((await seen(repository.root)).read).toEqual(["a"]);
  }),
);

test(
  "before the first commit everything is new",
  withRepository(async (repository) => {
    repository.git("update-ref", "-d", "HEAD");
    expect((await seen(repository.root, "HEAD")).read).toEqual(["a", "b"]);
  }),
);

test(
  "a file that git ignores is read, so it counts",
  withRepository(async (repository) => {
    repository.git("config", "core.excludesFile", join(repository.top, ".git/ignored"));
    writeFileSync(join(repository.top, ".git/ignored"), "*.yaml\n");
    repository.write("environments/b/openstack/domains/two.yaml", "domain: {name: two}\n");
    expect((await seen(repository.root)).read).toEqual(["b"]);
  }),
);

test(
  "behind a link lies whatever it leads to",
  withRepository(async (repository) => {
    symlinkSync(
      "../../../b/openstack/domains/one.yaml",
      join(repository.root, "environments/a/openstack/domains/two.yaml"),
    );
    repository.commit();
    repository.git("tag", "-f", "base");
    repository.write("environments/b/openstack/domains/one.yaml", "domain: {name: one, enabled: false}\n");
    expect((await seen(repository.root)).wrong).toEqual(["environments/a/openstack/domains/two.yaml"]);
  }),
);

test(
  "two environments with one state are found, whichever changed",
  withRepository(async (repository) => {
    repository.write(
      "environments/a/environment.yaml",
      environment("a", "shared, only-a", "{stack}.tfstate"),
    );
    repository.write("environments/b/environment.yaml", environment("b", "shared", "a-openstack.tfstate"));
    repository.commit();
    const { read, wrong } = await seen(repository.root);
    expect([read, [...new Set(wrong)]]).toEqual([["a", "b"], ["environments/b/environment.yaml"]]);
    repository.write("environments/a/openstack/domains/two.yaml", "domain: {name: two}\n");
    expect(await seen(repository.root, "HEAD")).toEqual({
      read: ["a"],
      wrong: ["environments/b/environment.yaml"],
    });
  }),
);

test(
  "problems of what was not touched are not told, those of unused layers are",
  withRepository(async (repository) => {
    repository.write("environments/b/openstack/domains/two.yaml", "domain: {nam: two}\n");
    repository.commit();
    repository.git("tag", "-f", "base");
    repository.write("entities/unused/openstack/roles/u.yaml", "role: {nam: u}\n");
    repository.write("environments/a/openstack/domains/two.yaml", "domain: {name: two}\n");
    const { read, wrong } = await seen(repository.root);
    expect([read, [...new Set(wrong)]]).toEqual([["a"], ["entities/unused/openstack/roles/u.yaml"]]);
  }),
);

test(
  "where nothing changed below the data root, it says so",
  withRepository(async (repository) => {
    writeFileSync(join(repository.top, "README.md"), "x\n");
    expect(await validate(repository.root, "base")).toEqual({
      code: 0,
      out: "nothing below the data root has changed since base\n",
      err: "",
    });
  }, "site"),
);

test(
  "variables that a hook sets for another repository do not count",
  withRepository(async (repository) => {
    repository.write("environments/a/openstack/domains/two.yaml", "domain: {name: two}\n");
    const variables = { GIT_DIR: "/nowhere", GIT_INDEX_FILE: "/nowhere/index", GIT_WORK_TREE: "/" };
    const { code, out } = await validate(repository.root, "base", [], variables);
    expect([code, out]).toEqual([
      0,
      "1 environment touched since base, 6 entities: no problem, no warning\n",
    ]);
  }),
);

test.each([
  "--output=stolen",
  "-h",
  "no-such-branch",
  "HEAD:environments",
  "base..HEAD",
  "a\nb",
])("%j is no revision", (revision) =>
  withRepository(async (repository) => {
    const { code, err } = await validate(repository.root, revision);
    expect([code, err.split("\n")[0]]).toEqual([
      2,
      `cloud-entities validate: there is no revision ${JSON.stringify(revision)} in this repository`,
    ]);
  })());

test("a folder outside every work tree is wrong use", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-git-"));
  try {
    const { code, err } = await validate(folder, "HEAD", [], { GIT_CEILING_DIRECTORIES: dirname(folder) });
    expect([code, err]).toEqual([2, expect.stringContaining("lies in no git work tree")]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test(
  "a git that is not there or does not work is the world's fault",
  withRepository(async (repository) => {
    const none = await validate(repository.root, "HEAD", [], { PATH: "/nowhere" });
    expect(none).toMatchObject({ code: 3, err: "cloud-entities validate: there is no program git\n" });
    const folder = join(repository.top, "bin");
    mkdirSync(folder);
    writeFileSync(join(folder, "git"), "#!/bin/sh\necho 'fatal: the disk is broken' >&2; exit 128\n");
    chmodSync(join(folder, "git"), 0o755);
    const broken = await validate(repository.root, "HEAD", [], { PATH: `${folder}:/bin:/usr/bin` });
    expect(broken).toMatchObject({
      code: 3,
      err: "cloud-entities validate: git rev-parse failed: the disk is broken\n",
    });
  }),
);
