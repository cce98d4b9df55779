// The two forges, as far as the steps need them: who we are, comments and issues of our own, the merge request of a commit.
import { setTimeout as wait } from "node:timers/promises";

/** What must be told in a sentence, and the exit code that goes with it. */
export class Failure extends Error {
  constructor(message, code = 3) {
    super(message);
    this.code = code;
  }
}

/** The server could not do it now; later it may. */
class Passing extends Failure {
  constructor(message, seconds) {
    super(message);
    this.seconds = seconds;
  }
}

/** Tries at one request or one change, and the longest pause between two of them, in seconds. */
const TRIES = 6;
const LONGEST_PAUSE = 60;

/** The first line of each comment that is ours: `review/markdown.ts` writes it. */
export const MARKER = "<!-- cloud-entities review -->";

/** The second line, where several choices of environments have a comment each. */
export function keyLine(key) {
  return `<!-- of ${key} -->`;
}

/** A comment with the line that says what it is of. */
export function keyed(text, key) {
  const lines = text.split("\n");
  return key === "" ? text : [lines[0], keyLine(key), ...lines.slice(1)].join("\n");
}

/** Is a comment the one of that key? Who wrote it is another question. */
export function isOf(body, key) {
  const [first, second = ""] = String(body ?? "").split(/\r?\n/);
  if (first !== MARKER) return false;
  return key === "" ? !/^<!-- of .* -->$/.test(second) : second === keyLine(key);
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The digest that a comment ends with: what stands above it may say anything. */
export function digestIn(body) {
  const last = String(body ?? "")
    .trimEnd()
    .split(/\r?\n/)
    .at(-1);
  const [, digest] = /^digest: (\S+)$/.exec(last) ?? [];
  return digest !== undefined && isDigest(digest) ? digest : undefined;
}

export function isDigest(text) {
  return DIGEST.test(text);
}

/** The choice of environments that this run is about: its comment says so. */
export function keyOf(variables) {
  const key = variables.CLOUD_ENTITIES_ENVIRONMENT ?? "";
  if (/^[\w.,-]*$/.test(key) && !key.includes("--")) return key;
  throw new Failure(`CLOUD_ENTITIES_ENVIRONMENT is ${JSON.stringify(key)}: names and commas are wanted`, 2);
}

/** The forge that runs this job, by its variables; undefined: none does. */
export function forgeOf(variables) {
  const token = variables.CLOUD_ENTITIES_FORGE_TOKEN;
  const user = variables.CLOUD_ENTITIES_FORGE_USER || undefined;
  if (variables.GITLAB_CI === "true")
    return new GitLab({
      token: token || variables.GITLAB_TOKEN,
      user,
      base: variables.CI_API_V4_URL,
      project: variables.CI_MERGE_REQUEST_PROJECT_ID || variables.CI_PROJECT_ID,
      number: variables.CI_MERGE_REQUEST_IID,
      commit: variables.CI_COMMIT_SHA,
      branch: variables.CI_COMMIT_BRANCH,
      job: variables.CI_JOB_URL,
    });
  if (variables.GITHUB_ACTIONS === "true")
    return new GitHub({
      token: token || variables.GITHUB_TOKEN,
      user,
      base: variables.GITHUB_API_URL,
      project: variables.GITHUB_REPOSITORY,
      number: /^refs\/pull\/(\d+)\//.exec(variables.GITHUB_REF ?? "")?.[1],
      commit: variables.GITHUB_SHA,
      branch: variables.GITHUB_REF_NAME,
      job: `${variables.GITHUB_SERVER_URL}/${variables.GITHUB_REPOSITORY}/actions/runs/${variables.GITHUB_RUN_ID}`,
    });
  return undefined;
}

/** Does some work again as long as the server says that it may go well later. */
export async function patiently(work, tries = TRIES) {
  for (let done = 1; ; done++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      // Who waits for a larger piece of work does not begin again what was tried often enough.
      if (done >= tries) throw new Failure(`${error.message}, ${tries} times`);
      await wait(Math.min(error.seconds ?? 2 ** (done - 1), LONGEST_PAUSE) * 1000);
    }
  }
}

class Forge {
  constructor(settings) {
    Object.assign(this, settings);
  }

  /** The one at work, checked before anything is sent. */
  ready() {
    const url = URL.canParse(this.base) ? new URL(this.base) : undefined;
    if (!url) throw new Failure(`${this.name}: its API's address is not known`, 2);
    const isLocal = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
    if (url.protocol !== "https:" && !isLocal)
      throw new Failure(`${this.name}: ${url.origin} has no https: the token is not sent there`, 2);
    return this;
  }

  /** All entries of a list, page by page. */
  async all(path) {
    const entries = [];
    for (let url = this.url(path), pages = 0; url !== undefined; pages++) {
      if (pages > 200) throw new Failure(`${this.name}: the list has no end`);
      const { json, next } = await patiently(() => this.send("GET", url));
      if (!Array.isArray(json)) throw new Failure(`${this.name}: the answer is no list`);
      entries.push(...json);
      url = next;
    }
    return entries;
  }

  url(path) {
    return `${this.base.replace(/\/+$/, "")}${path}`;
  }

  /** One request. The token goes nowhere but into its header, and to no other server. */
  async send(method, url, body) {
    if (new URL(url).origin !== new URL(this.base).origin)
      throw new Failure(`${this.name}: it sends us to another server: we do not go there`);
    let response;
    let text;
    try {
      response = await fetch(url, {
        method,
        headers: {
          ...this.headers(),
          "user-agent": "cloud-entities",
          ...(body ? { "content-type": "application/json" } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        redirect: "error",
        signal: AbortSignal.timeout(30_000),
      });
      text = await response.text();
    } catch (error) {
      throw new Passing(`${this.name} cannot be reached: ${error.cause?.message ?? error.message}`);
    }
    const { status, headers } = response;
    if (status >= 500 || status === 429 || isLimited(response))
      throw new Passing(`${this.name} answers ${status} to ${method}`, secondsOf(headers));
    if (status === 401) throw new Failure(`${this.name} refuses the token (HTTP 401)`);
    if (status >= 400)
      throw Object.assign(
        new Failure(`${this.name} answers ${status} to ${method} ${new URL(url).pathname}: ${this.rights}`),
        { status },
      );
    try {
      return { json: text === "" ? undefined : JSON.parse(text), next: nextOf(headers.get("link")) };
    } catch {
      throw new Failure(`${this.name}: the answer to ${method} is no JSON`);
    }
  }

  /** Our own comments of that key on a merge request, the oldest first. */
  async ours(number, key) {
    const me = await this.me();
    const comments = await this.all(this.commentsPath(number));
    return comments.filter((one) => this.isBy(one, me) && isOf(one.body, key)).sort((a, b) => a.id - b.id);
  }

  /** Makes our one comment say something, whatever was there: returns what was done. */
  comment(key, text) {
    if (text.length > this.largest)
      throw new Failure(
        `the comment has ${text.length} characters, ${this.name} takes ${this.largest}: make it shorter by --budget`,
        1,
      );
    // After a failure nobody knows whether it was made: look again.
    return patiently(async () => {
      const [first, ...others] = await this.ours(this.number, key);
      for (const { id } of others) await this.send("DELETE", this.url(this.commentPath(this.number, id)));
      if (!first) await this.send("POST", this.url(this.commentsPath(this.number)), { body: text });
      else if (first.body !== text)
        await this.send(this.update, this.url(this.commentPath(this.number, first.id)), { body: text });
      else return "as it was";
      return first ? "updated" : "made";
    });
  }

  /** Makes our one issue of a mark say something; a text that is undefined closes it. */
  issue(mark, title, text) {
    return patiently(async () => {
      const me = await this.me();
      const open = await this.all(this.issuesPath(me));
      const bodyOf = (one) => String(one[this.issueBody] ?? "");
      const [found] = open
        .filter((one) => this.isBy(one, me) && !one.pull_request && bodyOf(one).split(/\r?\n/)[0] === mark)
        .sort((a, b) => this.numberOf(a) - this.numberOf(b));
      const url = found && this.url(this.issuePath(this.numberOf(found)));
      if (text === undefined) {
        if (found) await this.send(this.update, url, this.closing);
        return found ? "closed" : undefined;
      }
      if (!found) await this.send("POST", this.url(this.issuesHome), { title, [this.issueBody]: text });
      else if (bodyOf(found) !== text) await this.send(this.update, url, { [this.issueBody]: text });
      else return "as it was";
      return found ? "updated" : "opened";
    });
  }
}

class GitLab extends Forge {
  name = "GitLab";
  largest = 1_000_000 - 100;
  update = "PUT";
  rights = "CLOUD_ENTITIES_FORGE_TOKEN wants the scope api, and the role Reporter in this project";
  issueBody = "description";
  closing = { state_event: "close" };

  get where() {
    return `GitLab's merge request !${this.number} of project ${this.project}`;
  }

  get home() {
    return `/projects/${encodeURIComponent(this.project)}`;
  }

  get issuesHome() {
    return `${this.home}/issues`;
  }

  headers() {
    return { "PRIVATE-TOKEN": this.token };
  }

  commentsPath(number) {
    return `${this.home}/merge_requests/${number}/notes?per_page=100`;
  }

  commentPath(number, id) {
    return `${this.home}/merge_requests/${number}/notes/${id}`;
  }

  issuesPath({ username }) {
    return `${this.issuesHome}?state=opened&scope=all&author_username=${encodeURIComponent(username)}&per_page=100`;
  }

  issuePath(number) {
    return `${this.issuesHome}/${number}`;
  }

  numberOf({ iid }) {
    return iid;
  }

  async me() {
    if (this.user) return { username: this.user };
    const { json } = await patiently(() => this.send("GET", this.url("/user")));
    return { username: json?.username };
  }

  isBy({ author, system }, { username }) {
    return system !== true && username !== undefined && author?.username === username;
  }

  /** The merge requests that a commit merged into a branch of this project. */
  async merged() {
    const all = await this.all(`${this.home}/repository/commits/${this.commit}/merge_requests?per_page=100`);
    return all
      .filter(({ state, target_branch }) => state === "merged" && target_branch === this.branch)
      .filter(({ target_project_id }) => String(target_project_id) === String(this.project))
      .filter((one) => [one.merge_commit_sha, one.squash_commit_sha, one.sha].includes(this.commit))
      .map(({ iid }) => ({ number: iid, text: `!${iid}` }));
  }
}

class GitHub extends Forge {
  name = "GitHub";
  largest = 65_536;
  update = "PATCH";
  rights = "the job's token wants `pull-requests: write` (or read, or `issues: write`) in `permissions`";
  issueBody = "body";
  closing = { state: "closed", state_reason: "completed" };

  get where() {
    return `GitHub's pull request #${this.number} of ${this.project}`;
  }

  get home() {
    return `/repos/${this.project}`;
  }

  get issuesHome() {
    return `${this.home}/issues`;
  }

  headers() {
    return {
      authorization: `Bearer ${this.token}`,
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
    };
  }

  commentsPath(number) {
    return `${this.issuesHome}/${number}/comments?per_page=100`;
  }

  commentPath(_, id) {
    return `${this.issuesHome}/comments/${id}`;
  }

  issuesPath({ username }) {
    return `${this.issuesHome}?state=open&creator=${encodeURIComponent(username)}&per_page=100`;
  }

  issuePath(number) {
    return `${this.issuesHome}/${number}`;
  }

  numberOf({ number }) {
    return number;
  }

  async me() {
    if (this.user) return { username: this.user };
    try {
      const { json } = await patiently(() => this.send("GET", this.url("/user")));
      return { username: json?.login };
    } catch (error) {
      // The token of a job may not ask who it is; nobody else can have a name with brackets.
      if (error.status === 403) return { username: "github-actions[bot]" };
      throw error;
    }
  }

  isBy({ user }, { username }) {
    return username !== undefined && user?.login === username;
  }

  /** The pull requests that a commit merged into a branch of this repository. */
  async merged() {
    const all = await this.all(`${this.home}/commits/${this.commit}/pulls?per_page=100`);
    return all
      .filter(({ merged_at, merge_commit_sha }) => merged_at && merge_commit_sha === this.commit)
      .filter(({ base }) => base?.ref === this.branch && base?.repo?.full_name === this.project)
      .map(({ number }) => ({ number, text: `#${number}` }));
  }
}

/** GitHub says 403 where others say 429. */
function isLimited({ status, headers }) {
  return status === 403 && (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0");
}

/** How long a server wants us to wait. */
function secondsOf(headers) {
  const [after, reset] = ["retry-after", "x-ratelimit-reset"].map((name) => headers.get(name));
  if (/^\d+$/.test(after ?? "")) return Number(after);
  if (headers.get("x-ratelimit-remaining") === "0" && /^\d+$/.test(reset ?? ""))
    return Math.max(1, Number(reset) - Date.now() / 1000);
  return undefined;
}

/** The next page of a list, from the header that both forges send (RFC 8288). */
function nextOf(link) {
  const part = (link ?? "").split(/,\s*(?=<)/).find((one) => /;\s*rel="?next"?/.test(one));
  return part === undefined ? undefined : /<([^>]+)>/.exec(part)?.[1];
}

/** Runs a step: a failure is told in one sentence, without a trace. */
export async function step(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.code;
  }
}
