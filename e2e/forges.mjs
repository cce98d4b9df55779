// Small stand-ins for the APIs of GitLab and GitHub that the pipelines use: merge requests of a commit, comments, issues. They are not
// those forges: they hold what a test gives them, check tokens, page their lists, fail when told to, and remember each request.
//
//   node e2e/forges.mjs        serves until its input ends; prints its port; `GET /control` tells all, `PATCH /control` changes it
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

/** A server, not yet listening. `world` is what it holds and how it behaves; a test may change it at any time. */
export function forges(world) {
  Object.assign(world, { ...emptyWorld(), ...world });
  return createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { status, headers = {}, json } = answer(world, request, text);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(json === undefined ? "" : JSON.stringify(json));
  });
}

function emptyWorld() {
  return {
    /** Who a token belongs to. */
    tokens: {},
    /** Tokens that may not ask who they are, as those of GitHub's jobs. */
    shy: [],
    /** By project: `mergeRequests`, each with `comments`, and `issues`. */
    projects: {},
    /** Entries of a page, whatever is asked for. */
    page: 2,
    /** Answers to the next requests instead of the right ones, null for the right one: `{status, headers, json, isDone}`; `isDone`: it is done nevertheless. */
    troubles: [],
    requests: [],
    nextId: 100,
  };
}

function answer(world, request, text) {
  const url = new URL(request.url, "http://127.0.0.1");
  if (url.pathname === "/control") {
    if (request.method === "PATCH") Object.assign(world, JSON.parse(text));
    return { status: 200, json: world };
  }
  const { method, headers } = request;
  world.requests.push({ method, path: request.url, headers, text });
  const trouble = world.troubles.shift();
  const right = () => {
    for (const forge of [gitlab, github]) {
      if (!url.pathname.startsWith(`/${forge.name}/`)) continue;
      const token = forge.token(headers);
      const user = Object.hasOwn(world.tokens, token ?? "") ? world.tokens[token] : undefined;
      if (user === undefined) return { status: 401, json: { message: "401 Unauthorized" } };
      const asked = { world, url, user, token, forge, body: text === "" ? {} : JSON.parse(text) };
      for (const [wanted, pattern, work] of forge.routes) {
        const [whole, ...parts] = pattern.exec(url.pathname) ?? [];
        if (whole !== undefined && wanted === method) return work(asked, ...parts.map(decodeURIComponent));
      }
    }
    return { status: 404, json: { message: "404 Not Found" } };
  };
  if (!trouble) return right();
  if (trouble.isDone) right();
  return {
    status: trouble.status,
    headers: trouble.headers ?? {},
    json: trouble.json ?? { message: "trouble" },
  };
}

/** One page of a list, and where the next one is. */
function paged({ world, url }, entries) {
  const page = Number(url.searchParams.get("page") ?? 1);
  const end = page * world.page;
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  next.port = world.port;
  const link = end < entries.length ? { link: `<${next}>; rel="next", <${url}>; rel="first"` } : {};
  return { status: 200, headers: link, json: entries.slice(end - world.page, end) };
}

function found(thing, work) {
  return thing === undefined ? { status: 404, json: { message: "404 Not Found" } } : work(thing);
}

const projectOf = ({ world }, name) => world.projects[name];
const mergeRequestOf = (asked, project, number) =>
  projectOf(asked, project)?.mergeRequests?.find((one) => String(one.number) === number);

/** A comment of one's own is changed or removed; one of others is not. */
function ownComment({ user, world }, id, work) {
  const all = Object.values(world.projects).flatMap((one) =>
    (one.mergeRequests ?? []).map((mr) => mr.comments),
  );
  const comments = all.find((some) => some.some((one) => String(one.id) === id));
  return found(comments, () => {
    const index = comments.findIndex((one) => String(one.id) === id);
    if (comments[index].author !== user) return { status: 403, json: { message: "403 Forbidden" } };
    return work(comments, index);
  });
}

function addComment({ world, user, body, forge }, mergeRequest) {
  const comment = { id: world.nextId++, author: user, body: body.body };
  mergeRequest.comments.push(comment);
  return { status: 201, json: forge.comment(comment) };
}

function issues(asked, name) {
  const { url, forge } = asked;
  const author = url.searchParams.get(forge.authorQuery);
  return found(projectOf(asked, name), ({ issues: all = [] }) =>
    paged(
      asked,
      all.filter((one) => one.isOpen && (author === null || one.author === author)).map(forge.issue),
    ),
  );
}

function addIssue({ world, user, body, forge }, name) {
  return found(world.projects[name], (project) => {
    project.issues ??= [];
    const number = project.issues.length + 1;
    const issue = { number, author: user, isOpen: true, title: body.title, text: body[forge.issueText] };
    project.issues.push(issue);
    return { status: 201, json: forge.issue(issue) };
  });
}

function changeIssue({ world, body, forge }, name, number) {
  return found(
    world.projects[name]?.issues?.find((one) => String(one.number) === number),
    (issue) => {
      if (body.state_event === "close" || body.state === "closed") issue.isOpen = false;
      if (body[forge.issueText] !== undefined) issue.text = body[forge.issueText];
      return { status: 200, json: forge.issue(issue) };
    },
  );
}

const gitlab = {
  name: "gitlab",
  token: (headers) => headers["private-token"],
  authorQuery: "author_username",
  issueText: "description",
  comment: ({ id, author, body, system = false }) => ({ id, author: { username: author }, body, system }),
  issue: ({ number, author, title, text }) => ({
    iid: number,
    author: { username: author },
    title,
    description: text,
  }),
  routes: [
    ["GET", /^\/gitlab\/user$/, ({ user }) => ({ status: 200, json: { id: 1, username: user } })],
    [
      "GET",
      /^\/gitlab\/projects\/([^/]+)\/merge_requests\/(\d+)\/notes$/,
      (asked, project, number) =>
        found(mergeRequestOf(asked, project, number), ({ comments }) =>
          paged(asked, comments.map(gitlab.comment)),
        ),
    ],
    [
      "POST",
      /^\/gitlab\/projects\/([^/]+)\/merge_requests\/(\d+)\/notes$/,
      (asked, project, number) =>
        found(mergeRequestOf(asked, project, number), (one) => addComment(asked, one)),
    ],
    [
      "PUT",
      /^\/gitlab\/projects\/[^/]+\/merge_requests\/\d+\/notes\/(\d+)$/,
      (asked, id) =>
        ownComment(asked, id, (comments, index) => {
          comments[index].body = asked.body.body;
          return { status: 200, json: gitlab.comment(comments[index]) };
        }),
    ],
    [
      "DELETE",
      /^\/gitlab\/projects\/[^/]+\/merge_requests\/\d+\/notes\/(\d+)$/,
      (asked, id) => ownComment(asked, id, removed),
    ],
    [
      "GET",
      /^\/gitlab\/projects\/([^/]+)\/repository\/commits\/(\w+)\/merge_requests$/,
      (asked, project, commit) =>
        found(projectOf(asked, project), ({ mergeRequests }) =>
          paged(
            asked,
            mergeRequests
              .filter((one) => one.commits.includes(commit))
              .map((one) => ({
                iid: one.number,
                state: one.isMerged ? "merged" : "opened",
                target_branch: one.target,
                target_project_id: Number(project),
                sha: one.commits[0],
                merge_commit_sha: one.mergeCommit ?? null,
                squash_commit_sha: null,
              })),
          ),
        ),
    ],
    ["GET", /^\/gitlab\/projects\/([^/]+)\/issues$/, issues],
    ["POST", /^\/gitlab\/projects\/([^/]+)\/issues$/, addIssue],
    ["PUT", /^\/gitlab\/projects\/([^/]+)\/issues\/(\d+)$/, changeIssue],
  ],
};

const github = {
  name: "github",
  token: (headers) => /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1],
  authorQuery: "creator",
  issueText: "body",
  comment: ({ id, author, body }) => ({ id, user: { login: author }, body }),
  issue: ({ number, author, title, text }) => ({ number, user: { login: author }, title, body: text }),
  routes: [
    [
      "GET",
      /^\/github\/user$/,
      ({ world, user, token }) =>
        world.shy.includes(token)
          ? { status: 403, json: { message: "Resource not accessible by integration" } }
          : { status: 200, json: { id: 1, login: user } },
    ],
    [
      "GET",
      /^\/github\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/,
      (asked, project, number) =>
        found(mergeRequestOf(asked, project, number), ({ comments }) =>
          paged(asked, comments.map(github.comment)),
        ),
    ],
    [
      "POST",
      /^\/github\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/,
      (asked, project, number) =>
        found(mergeRequestOf(asked, project, number), (one) => addComment(asked, one)),
    ],
    [
      "PATCH",
      /^\/github\/repos\/[^/]+\/[^/]+\/issues\/comments\/(\d+)$/,
      (asked, id) =>
        ownComment(asked, id, (comments, index) => {
          comments[index].body = asked.body.body;
          return { status: 200, json: github.comment(comments[index]) };
        }),
    ],
    [
      "DELETE",
      /^\/github\/repos\/[^/]+\/[^/]+\/issues\/comments\/(\d+)$/,
      (asked, id) => ownComment(asked, id, removed),
    ],
    [
      "GET",
      /^\/github\/repos\/([^/]+\/[^/]+)\/commits\/(\w+)\/pulls$/,
      (asked, project, commit) =>
        found(projectOf(asked, project), ({ mergeRequests }) =>
          paged(
            asked,
            mergeRequests
              .filter((one) => one.commits.includes(commit))
              .map((one) => ({
                number: one.number,
                merged_at: one.isMerged ? "2026-11-21T12:00:00Z" : null,
                merge_commit_sha: one.mergeCommit ?? null,
                base: { ref: one.target, repo: { full_name: project } },
              })),
          ),
        ),
    ],
    ["GET", /^\/github\/repos\/([^/]+\/[^/]+)\/issues$/, issues],
    ["POST", /^\/github\/repos\/([^/]+\/[^/]+)\/issues$/, addIssue],
    ["PATCH", /^\/github\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)$/, changeIssue],
  ],
};

function removed(comments, index) {
  comments.splice(index, 1);
  return { status: 204 };
}

/** The server, listening on loopback; `close` ends it. */
export async function startForges(world) {
  const server = forges(world);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  world.port = server.address().port;
  return { base: `http://127.0.0.1:${world.port}`, close: () => server.close() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const world = {};
  const { close } = await startForges(world);
  process.stdout.write(`${world.port}\n`);
  process.stdin.resume().once("end", close);
}
