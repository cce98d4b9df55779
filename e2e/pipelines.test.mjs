// The pipelines, job by job, as GitLab and GitHub run them: on a real cloud, with the commands that their YAML says, in fresh clones,
// against stand-ins of the forges' APIs.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { dump } from "js-yaml";
import { startForges } from "./forges.mjs";
import { cloned, git, githubWorkflow, gitlabPipeline } from "./jobs.mjs";
import { login } from "./parts/openstack/api.mjs";
import { stateOn } from "./sites.mjs";
import { home, scratch, temporaryFolder } from "./terraform.mjs";

/** Names are new in every run: others may use the cloud. */
const RUN = Date.now().toString(36).slice(-5);
const SITE = `pipe-${RUN}`;
const MARKER = "<!-- cloud-entities review -->";
const TOKEN = `glpat-${RUN}-of-the-bot`;
const READ_TOKEN = `glpat-${RUN}-that-reads`;

/** The login of the cloud, as variables of a project. */
const LOGIN = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("OS_")));

let cloud;
/** Another login, which may only read: an application credential, as variables. */
let reader;
/** What nobody may read but the job that it is for. */
let SECRETS;
const made = [];

before(async () => {
  cloud = await login();
  const services = ["identity", "compute", "network", "volumev3"];
  const { application_credential: credential } = await cloud.call("POST", "identity", credentialsHome(), {
    application_credential: {
      name: SITE,
      roles: [{ name: "admin" }],
      access_rules: services.map((service) => ({ service, method: "GET", path: "/**" })),
    },
  });
  reader = {
    OS_AUTH_TYPE: "v3applicationcredential",
    OS_AUTH_URL: LOGIN.OS_AUTH_URL,
    OS_REGION_NAME: LOGIN.OS_REGION_NAME,
    OS_APPLICATION_CREDENTIAL_ID: credential.id,
    OS_APPLICATION_CREDENTIAL_SECRET: credential.secret,
  };
  SECRETS = [LOGIN.OS_PASSWORD, credential.secret, TOKEN, READ_TOKEN];
});

function credentialsHome() {
  return `/users/${cloud.user}/application_credentials`;
}

after(async () => {
  // Whatever a test that failed left behind.
  for (const { id, name } of await flavors()) {
    if (name.includes(RUN)) await cloud.call("DELETE", "compute", `/flavors/${id}`);
  }
  if (reader)
    await cloud.call("DELETE", "identity", `${credentialsHome()}/${reader.OS_APPLICATION_CREDENTIAL_ID}`);
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

async function flavors() {
  return (await cloud.get("compute", "/flavors/detail?is_public=None")).flavors;
}

/** The flavors of a repository's site that the cloud has, by their names. */
async function flavorsOf(repository) {
  const all = (await flavors()).map(({ name }) => name);
  return all
    .filter((name) => name.startsWith(repository.tag))
    .map((name) => name.slice(repository.tag.length + 1));
}

/** A forge's repository of data, its merge requests, and its pipelines. */
class Repository {
  constructor(t, tag) {
    this.tag = `${tag}-${RUN}`;
    this.folder = scratch(t);
    this.origin = join(this.folder, "data.git");
    this.work = join(this.folder, "work");
    this.world = {};
    this.runs = 0;
    git(undefined, "init", "--quiet", "--bare", "-b", "main", this.origin);
    git(undefined, "clone", "--quiet", this.origin, this.work);
    git(this.work, "checkout", "--quiet", "-b", "main");
    this.write({
      "environment.yaml": {
        environment: {
          name: SITE,
          state: stateOn("local", this.folder),
          openstack: {
            region: "RegionOne",
            unmanaged: { domains: ["Default"], projects: ["Default/admin"] },
          },
        },
      },
      ...this.flavor("first", 1, { extra_specs: { "quota:cpu_shares": "5" } }),
    });
    this.commit("The site");
    git(this.work, "push", "--quiet", "origin", "main");
  }

  flavor(name, vcpus, more = {}) {
    const flavor = { name: `${this.tag}-${name}`, vcpus, ram: "512 MiB", disk: 1, is_public: true, ...more };
    return { [`openstack/flavors/${flavor.name}.yaml`]: { flavor } };
  }

  write(files) {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.work, "environments", SITE, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : dump(content));
    }
  }

  commit(message) {
    git(this.work, "add", "--all");
    git(this.work, "commit", "--quiet", "--message", message);
    return git(this.work, "rev-parse", "HEAD");
  }

  /** A branch with a change, and its merge request. `from` is where it begins. */
  open(branch, files, from = "main") {
    git(this.work, "checkout", "--quiet", "-b", branch, from);
    this.write(files);
    const request = {
      number: this.requests.length + 1,
      target: "main",
      comments: [],
      isMerged: false,
      branch,
    };
    this.requests.push(request);
    return this.pushed(request, this.commit(branch));
  }

  /** Another commit on a branch. */
  push(request, files) {
    git(this.work, "checkout", "--quiet", request.branch);
    this.write(files);
    return this.pushed(request, this.commit("More"));
  }

  pushed(request, commit) {
    git(this.work, "push", "--quiet", "--force", "origin", request.branch);
    return Object.assign(request, { head: commit, commits: [commit] });
  }

  /** Merges it, and returns the commit on the default branch. */
  merge(request) {
    git(this.work, "checkout", "--quiet", "main");
    git(this.work, "merge", "--quiet", "--no-ff", "--message", `Merge ${request.branch}`, request.branch);
    const commit = git(this.work, "rev-parse", "HEAD");
    git(this.work, "push", "--quiet", "origin", "main");
    Object.assign(request, { isMerged: true, mergeCommit: commit, commits: [...request.commits, commit] });
    return commit;
  }

  /** What GitHub checks out for a pull request: what the default branch would be. */
  mergeRef(request) {
    git(this.work, "checkout", "--quiet", "--detach", "main");
    git(this.work, "merge", "--quiet", "--no-ff", "--message", "Merge", request.branch);
    const ref = `refs/pull/${request.number}/merge`;
    git(this.work, "push", "--quiet", "--force", "origin", `HEAD:${ref}`);
    return git(this.work, "rev-parse", "HEAD");
  }

  get head() {
    return git(this.origin, "rev-parse", "main");
  }
}

class GitLabRepository extends Repository {
  requests = [];

  async start() {
    Object.assign(this.world, {
      tokens: { [TOKEN]: "project_42_bot", [READ_TOKEN]: "group_7_bot" },
      projects: { 42: { mergeRequests: this.requests } },
    });
    const { base, close } = await startForges(this.world);
    this.close = close;
    this.api = `${base}/gitlab`;
    return this;
  }

  /** The project's variables, each for the jobs of an environment; those of the deploy are protected. */
  get secrets() {
    return [
      ...Object.entries(reader).map(([name, value]) => ({ name, value, scope: "plan/*" })),
      ...Object.entries(LOGIN).map(([name, value]) => ({
        name,
        value,
        scope: "deploy/*",
        isProtected: true,
      })),
      { name: "CLOUD_ENTITIES_FORGE_TOKEN", value: TOKEN, scope: "comment/*" },
      { name: "CLOUD_ENTITIES_FORGE_TOKEN", value: READ_TOKEN, scope: "deploy/*", isProtected: true },
      { name: "CLOUD_ENTITIES_FORGE_USER", value: "project_42_bot", scope: "deploy/*", isProtected: true },
    ];
  }

  /** Runs the pipeline of a commit. */
  async pipeline(commit, variables, { secrets = this.secrets, isProtected = false } = {}) {
    const folder = join(this.folder, `run-${++this.runs}`);
    return gitlabPipeline({
      origin: this.origin,
      commit,
      pipeline: join(home, "pipelines/gitlab-ci.yml"),
      folder,
      secrets,
      isProtected,
      variables: {
        CI_PROJECT_ID: "42",
        CI_API_V4_URL: this.api,
        CI_SERVER_URL: "https://gitlab.example.org",
        CI_DEFAULT_BRANCH: "main",
        CI_COMMIT_SHA: commit,
        CLOUD_ENTITIES_HOME: home,
        ...variables,
      },
    });
  }

  review(request, more = {}, options = {}) {
    const variables = {
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_MERGE_REQUEST_IID: String(request.number),
      CI_MERGE_REQUEST_PROJECT_ID: "42",
      CI_MERGE_REQUEST_PROJECT_URL: this.origin.replace(/\.git$/, ""),
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "42",
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
      ...more,
    };
    return this.pipeline(request.head, variables, options);
  }

  /** The pipeline of what is on the default branch. */
  main(source = "push", more = {}) {
    const variables = { CI_PIPELINE_SOURCE: source, CI_COMMIT_BRANCH: "main", ...more };
    return this.pipeline(this.head, variables, { isProtected: true });
  }
}

/** The names of the jobs that ran, and how each ended. */
function codes(results) {
  return Object.fromEntries([...results].map(([name, { status }]) => [name, status]));
}

/** Fails if a secret stands in what jobs printed or left for others. */
function assertNoSecrets(results, request) {
  const texts = [...results.values()].flatMap(({ name, said, folder }) => [
    [`what ${name} printed`, said],
    ...(existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
      .filter((entry) => entry.isFile())
      .map((entry) => [`${name}'s ${entry.name}`, readFileSync(join(entry.parentPath, entry.name), "utf8")]),
  ]);
  texts.push(["the comment", JSON.stringify(request?.comments ?? [])]);
  for (const [what, text] of texts)
    for (const secret of SECRETS) assert.ok(!text.includes(secret), `${what} holds a secret`);
}

/** Fails unless a job had just these of the secrets. */
function assertHas(result, wanted) {
  const values = new Set(Object.values(result.variables));
  assert.deepEqual(
    SECRETS.filter((secret) => values.has(secret)),
    wanted,
    `${result.name}'s variables`,
  );
}

const ours = ({ comments }) => comments.filter(({ body }) => body.startsWith(MARKER));
const digestOf = ({ body }) => body.trimEnd().split("\n").at(-1).replace("digest: ", "");

test("GitLab: the pipelines of a site's data", async (t) => {
  const site = await new GitLabRepository(t, "gl").start();
  t.after(site.close);

  await t.test("a push that nobody reviewed is not deployed", async () => {
    const results = await site.main();
    assert.deepEqual(codes(results), { validate: 0, deploy: 4 });
    assert.match(
      results.get("deploy").said,
      /comes from no merge request: nobody reviewed it\. Nothing is deployed/,
    );
    assert.deepEqual(await flavorsOf(site), []);
  });

  await t.test("the first deploy is by hand: plan, read, deploy by its digest", async () => {
    const planned = await site.main("web");
    assert.deepEqual(codes(planned), { plan: 0 });
    const { digest } = JSON.parse(
      readFileSync(join(planned.get("plan").folder, "reports/review.json"), "utf8"),
    );
    const results = await site.main("web", { CLOUD_ENTITIES_REVIEWED: digest });
    assert.deepEqual(codes(results), { plan: 0, deploy: 0 });
    assert.deepEqual(await flavorsOf(site), ["first"]);
  });

  await t.test("a problem: beside its line, and no plan", async () => {
    const file = Object.keys(site.flavor("bad"))[0];
    const text = `flavor:\n  name: ${site.tag}-bad\n  vcpus: 1\n  ram: 4 Gib\n  disk: 1\n  is_public: true\n`;
    const request = site.open("bad", { [file]: text });
    const results = await site.review(request);
    assert.deepEqual(codes(results), { validate: 1, diff: 1, plan: 1, comment: 0 });
    assert.match(results.get("validate").said, /:4:\d+: error: .*Gib/);
    const report = join(results.get("validate").folder, "reports/codequality.json");
    const [{ location, severity }, ...others] = JSON.parse(readFileSync(report, "utf8"));
    assert.deepEqual(others, []);
    assert.deepEqual(location, { path: `environments/${SITE}/${file}`, lines: { begin: 4 } });
    assert.equal(severity, "major");
    assert.match(ours(request)[0].body, /No review of the latest state/);
    assertNoSecrets(results, request);
  });

  await t.test("a fork: validate and diff, without a secret", async (inner) => {
    const request = site.open("fork", site.flavor("of-a-fork", 1));
    const fork = { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "77" };
    await inner.test("in the fork, which gets cloud-entities by itself", async () => {
      // The fork's `origin` is the fork; it has none of our variables.
      const results = await site.review(
        request,
        {
          ...fork,
          CI_PROJECT_ID: "77",
          CLOUD_ENTITIES_HOME: ".",
          CLOUD_ENTITIES_SOURCE: home,
          CLOUD_ENTITIES_VERSION: "HEAD",
        },
        { secrets: [] },
      );
      assert.deepEqual(codes(results), { validate: 0, diff: 0 });
      for (const result of results.values()) assertHas(result, []);
      assert.match(readFileSync(join(results.get("diff").folder, "reports/diff.html"), "utf8"), /of-a-fork/);
    });
    await inner.test("run by a member in our project", async () => {
      const results = await site.review(request, fork);
      assert.deepEqual(codes(results), { validate: 0, diff: 0 });
      for (const result of results.values()) assertHas(result, []);
      assert.match(results.get("diff").said, /of-a-fork/);
      assert.deepEqual(request.comments, []);
    });
  });

  const request = site.open("second", site.flavor("second", 1));
  await t.test("a branch: planned, and one comment that a second push updates", async () => {
    const first = await site.review(request);
    assert.deepEqual(codes(first), { validate: 0, diff: 0, plan: 0, comment: 0 });
    assertHas(first.get("validate"), []);
    assertHas(first.get("plan"), [reader.OS_APPLICATION_CREDENTIAL_SECRET]);
    assertHas(first.get("comment"), [TOKEN]);
    assertNoSecrets(first, request);
    const [{ id, body }] = ours(request);
    assert.match(body, /-second/);
    assert.match(
      body,
      /\]\(<https:\/\/gitlab\.example\.org\/cloud\/data\/-\/jobs\/3\/artifacts\/file\/reports\/page\.html>\)/,
    );
    assert.deepEqual(
      JSON.parse(readFileSync(join(first.get("plan").folder, "reports/terraform.json"), "utf8")),
      {
        create: 1,
        update: 0,
        delete: 0,
      },
    );
    // No plan that holds secrets is left for anybody.
    assert.deepEqual(readdirSync(first.get("plan").folder), ["reports"]);

    site.push(request, site.flavor("second", 2));
    await site.review(request);
    assert.equal(request.comments.length, 1);
    assert.equal(ours(request)[0].id, id);
    assert.notEqual(digestOf(ours(request)[0]), digestOf({ body }));
  });

  await t.test("it is merged, and what was reviewed is deployed", async () => {
    site.merge(request);
    const results = await site.main();
    assert.deepEqual(codes(results), { validate: 0, deploy: 0 });
    assertHas(results.get("validate"), []);
    assertHas(results.get("deploy"), [LOGIN.OS_PASSWORD, READ_TOKEN]);
    assertNoSecrets(results);
    assert.match(results.get("deploy").said, /applied, 1 object/);
    assert.deepEqual((await flavorsOf(site)).sort(), ["first", "second"]);
  });

  await t.test("a branch that lags behind does not seem to take back what others merged", async () => {
    const late = site.open("late", site.flavor("late", 1), "main~1");
    const results = await site.review(late);
    assert.match(results.get("plan").said, /merged with main, as it is now/);
    const { changes, base } = JSON.parse(
      readFileSync(join(results.get("plan").folder, "reports/review.json"), "utf8"),
    );
    assert.deepEqual(
      changes.map(({ is, key }) => [is, key]),
      [["added", `${site.tag}-late`]],
    );
    assert.equal(base, "origin/main");
  });

  await t.test("the default branch moved in between: nothing is deployed", async () => {
    const [a, b] = ["third", "fourth"].map((name) => site.open(name, site.flavor(name, 1), "main"));
    await site.review(a);
    await site.review(b);
    site.merge(a);
    // The deploy of the first one did not come about.
    site.merge(b);
    const results = await site.main();
    assert.deepEqual(codes(results), { validate: 0, deploy: 4 });
    assert.match(results.get("deploy").said, /the plan is not the reviewed one/);
    assert.deepEqual((await flavorsOf(site)).sort(), ["first", "second"]);

    const planned = await site.main("web");
    const { digest } = JSON.parse(
      readFileSync(join(planned.get("plan").folder, "reports/review.json"), "utf8"),
    );
    assert.deepEqual(codes(await site.main("web", { CLOUD_ENTITIES_REVIEWED: digest })), {
      plan: 0,
      deploy: 0,
    });
    assert.deepEqual((await flavorsOf(site)).sort(), ["first", "fourth", "second", "third"]);
  });

  await t.test("somebody else's comment is no review", async () => {
    const forged = site.open("forged", site.flavor("forged", 1));
    await site.review(forged);
    forged.comments[0].author = "mallory";
    site.merge(forged);
    const results = await site.main();
    assert.deepEqual(codes(results), { validate: 0, deploy: 4 });
    assert.match(results.get("deploy").said, /!\d+ has no comment of ours with a review/);
    assert.ok(!(await flavorsOf(site)).includes("forged"));
  });

  await t.test("what is refused fails the plan, and the comment says so", async () => {
    git(site.work, "checkout", "--quiet", "main");
    const file = join(site.work, "environments", SITE, "environment.yaml");
    const limited = readFileSync(file, "utf8").replace(
      /^environment:$/m,
      "environment:\n  lifecycle: {max-removals: 1}",
    );
    const gone = site.open("gone", { "environment.yaml": limited });
    for (const name of ["third", "fourth"])
      git(site.work, "rm", "--quiet", `environments/${SITE}/${Object.keys(site.flavor(name))[0]}`);
    site.pushed(gone, site.commit("Remove two"));
    const results = await site.review(gone);
    assert.deepEqual(codes(results), { validate: 0, diff: 4, plan: 4, comment: 0 });
    assert.match(ours(gone)[0].body, /### Refused/);
  });

  await t.test(
    "drift, on a schedule: a report and an issue for the environment, closed when it is gone",
    async () => {
      const flavor = (await flavors()).find(({ name }) => name === `${site.tag}-first`);
      const specs = `/flavors/${flavor.id}/os-extra_specs`;
      await cloud.call("POST", "compute", specs, { extra_specs: { "quota:cpu_shares": "7" } });
      const results = await site.main("schedule");
      assert.deepEqual(codes(results), { drift: 4, "drift-issue": 0 });
      assertHas(results.get("drift"), [reader.OS_APPLICATION_CREDENTIAL_SECRET]);
      assert.ok(existsSync(join(results.get("drift").folder, `reports/drift-${SITE}.md`)));
      const { issues } = site.world.projects[42];
      assert.deepEqual(
        issues.map(({ title, isOpen }) => [title, isOpen]),
        [[`Drift in ${SITE}`, true]],
      );
      assert.match(issues[0].text, /cpu_shares/);
      await cloud.call("POST", "compute", specs, { extra_specs: { "quota:cpu_shares": "5" } });
      assert.deepEqual(codes(await site.main("schedule")), { drift: 0, "drift-issue": 0 });
      assert.deepEqual(
        issues.map(({ isOpen }) => isOpen),
        [false],
      );
    },
  );
});

test("the login of the plan may read, and write nothing but in Keystone", async () => {
  const { id, secret } = {
    id: reader.OS_APPLICATION_CREDENTIAL_ID,
    secret: reader.OS_APPLICATION_CREDENTIAL_SECRET,
  };
  const auth = { identity: { methods: ["application_credential"], application_credential: { id, secret } } };
  const answer = await fetch(`${LOGIN.OS_AUTH_URL}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth }),
  });
  const { token } = await answer.json();
  const headers = {
    "x-auth-token": answer.headers.get("x-subject-token"),
    "content-type": "application/json",
    "openstack-identity-access-rules": "1",
  };
  const addressOf = (type) =>
    token.catalog.find((one) => one.type === type).endpoints.find((one) => one.interface === "public").url;
  const tries = [
    ["compute", "/flavors", { flavor: { name: `${SITE}-no`, ram: 1, vcpus: 1, disk: 1 } }],
    ["network", "/v2.0/networks", { network: { name: `${SITE}-no` } }],
    ["volumev3", "/types", { volume_type: { name: `${SITE}-no` } }],
  ];
  for (const [type, path, body] of tries) {
    const url = `${addressOf(type).replace(/\/$/, "")}${path}`;
    assert.equal((await fetch(url, { headers })).status, 200, `GET ${type}`);
    const { status } = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    assert.equal(status, 401, `POST ${type}`);
  }
  // Keystone hands out the rules and does not keep them itself: docs/pipelines.md says what to do.
  const url = `${LOGIN.OS_AUTH_URL}/roles`;
  const role = { name: `${SITE}-yes` };
  const written = await fetch(url, { method: "POST", headers, body: JSON.stringify({ role }) });
  assert.equal(written.status, 201);
  await cloud.call("DELETE", "identity", `/roles/${(await written.json()).role.id}`);
});

test("GitHub: the reusable workflow", async (t) => {
  const site = new Repository(t, "gh");
  site.requests = [];
  Object.assign(site.world, {
    tokens: { [TOKEN]: "github-actions[bot]" },
    shy: [TOKEN],
    projects: { "cloud/data": { mergeRequests: site.requests } },
  });
  const { base, close } = await startForges(site.world);
  t.after(close);
  const secretOf = (variables) => ({ CLOUD_ENTITIES_CREDENTIALS: JSON.stringify({ variables }) });

  const run = ({ commit, event, ref, github = {}, inputs = {}, isFork = false }) =>
    githubWorkflow({
      origin: site.origin,
      commit,
      workflow: join(home, "pipelines/github-actions.yml"),
      folder: join(site.folder, `run-${++site.runs}`),
      inputs: { home, ...inputs },
      secrets: isFork ? {} : { "cloud-plan": secretOf(reader), "cloud-deploy": secretOf(LOGIN) },
      github: {
        event_name: event,
        repository: "cloud/data",
        ref_name: ref.replace(/^refs\/(heads|pull)\//, ""),
        actor: "alice",
        token: isFork ? "ghs_of-a-fork" : TOKEN,
        ...github,
        event: { repository: { default_branch: "main" }, ...github.event },
      },
      variables: {
        GITHUB_API_URL: `${base}/github`,
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: "cloud/data",
        GITHUB_RUN_ID: "1",
        GITHUB_SHA: commit,
        GITHUB_REF: ref,
        GITHUB_REF_NAME: ref.replace(/^refs\/(heads|pull)\//, ""),
        ...(event === "pull_request" ? { GITHUB_BASE_REF: "main" } : {}),
      },
    });
  const review = (request, of = "cloud/data") =>
    run({
      commit: site.mergeRef(request),
      event: "pull_request",
      ref: `refs/pull/${request.number}/merge`,
      github: { event: { pull_request: { head: { repo: { full_name: of } } } } },
      isFork: of !== "cloud/data",
    });
  const main = (event = "push", inputs = {}) =>
    run({ commit: site.head, event, ref: "refs/heads/main", inputs });

  await t.test("a fork: validate and diff, without a secret", async () => {
    const request = site.open("fork", site.flavor("of-a-fork", 1));
    const results = await review(request, "mallory/data");
    assert.deepEqual(codes(results), { validate: 0, diff: 0 });
    for (const result of results.values()) {
      assertHas(result, []);
      assert.equal(result.variables.GITHUB_TOKEN, undefined);
    }
    assert.match(results.get("diff").summary, /of-a-fork/);
  });

  await t.test("a problem: beside its line", async () => {
    const file = Object.keys(site.flavor("bad"))[0];
    const text = `flavor:\n  name: ${site.tag}-bad\n  vcpus: 1\n  ram: 4 Gib\n  disk: 1\n  is_public: true\n`;
    const results = await review(site.open("bad", { [file]: text }));
    assert.equal(codes(results).validate, 1);
    assert.match(
      results.get("validate").stdout,
      new RegExp(`^::error file=environments/${SITE}/${file},line=4,col=\\d+,title=unit::`, "m"),
    );
    assert.match(results.get("validate").summary, /error: .*Gib/);
    assert.ok(existsSync(join(results.get("validate").folder)));
  });

  await t.test("a branch: planned, commented, merged, deployed", async () => {
    const request = site.open("second", site.flavor("second", 1));
    const first = await review(request);
    assert.deepEqual(codes(first), { validate: 0, diff: 0, plan: 0, comment: 0 });
    assertHas(first.get("comment"), [TOKEN]);
    // GitHub is told what to hide; but for that, no secret is printed.
    const { said } = first.get("plan");
    assert.ok(said.includes(`::add-mask::${reader.OS_APPLICATION_CREDENTIAL_SECRET}`));
    first.get("plan").said = said.replace(/^::add-mask::.*$/gm, "");
    assertNoSecrets(first, request);
    const [{ id }] = ours(request);
    assert.match(ours(request)[0].body, /-second/);
    await review(request);
    assert.deepEqual(
      request.comments.map((one) => one.id),
      [id],
    );

    site.merge(request);
    const results = await main();
    assert.deepEqual(codes(results), { validate: 0, deploy: 0 });
    assert.deepEqual((await flavorsOf(site)).sort(), ["first", "second"]);
  });

  await t.test(
    "the default branch moved in between: nothing is deployed until somebody has read the plan",
    async () => {
      const [a, b] = ["third", "fourth"].map((name) => site.open(name, site.flavor(name, 1), "main"));
      for (const request of [a, b]) await review(request);
      for (const request of [a, b]) site.merge(request);
      assert.deepEqual(codes(await main()), { validate: 0, deploy: 4 });
      assert.deepEqual((await flavorsOf(site)).sort(), ["first", "second"]);
      const planned = await main("workflow_dispatch");
      assert.deepEqual(codes(planned), { plan: 0 });
      const { digest } = JSON.parse(readFileSync(join(planned.get("plan").folder, "review.json"), "utf8"));
      assert.deepEqual(codes(await main("workflow_dispatch", { reviewed: digest })), { plan: 0, deploy: 0 });
      assert.equal((await flavorsOf(site)).length, 4);
    },
  );

  await t.test("drift, on a schedule: an issue", async () => {
    const flavor = (await flavors()).find(({ name }) => name === `${site.tag}-first`);
    await cloud.call("POST", "compute", `/flavors/${flavor.id}/os-extra_specs`, {
      extra_specs: { "quota:cpu_shares": "7" },
    });
    assert.deepEqual(codes(await main("schedule")), { drift: 4, "drift-issue": 0 });
    const { issues } = site.world.projects["cloud/data"];
    assert.deepEqual(
      issues.map(({ title, isOpen }) => [title, isOpen]),
      [[`Drift in ${SITE}`, true]],
    );
  });
});

test("a laptop runs the same steps", async (t) => {
  const site = await new GitLabRepository(t, "lap").start();
  t.after(site.close);
  const request = site.open("second", site.flavor("second", 1));
  const cwd = join(temporaryFolder(), "work");
  made.push(dirname(cwd));
  cloned(site.origin, request.head, cwd);
  const { begin } = await import("./terraform.mjs");
  const env = { PATH: process.env.PATH, HOME: dirname(cwd), CLOUD_ENTITIES_AS_OF: "2026-11-21" };
  const step = async (program, ...args) => await begin(program, args, { cwd, env }).ended;
  const diff = await step("sh", join(home, "pipelines/diff.sh"), "--base", "origin/main");
  assert.equal(diff.status, 0, diff.stderr);
  assert.match(diff.stdout, /-second/);
  const comment = await step(process.execPath, join(home, "pipelines/comment.mjs"), "reports/diff.md");
  assert.equal(comment.stderr, "this is no job of GitLab or GitHub: it would go nowhere\n");
  assert.equal(comment.stdout, readFileSync(join(cwd, "reports/diff.md"), "utf8"));
});
