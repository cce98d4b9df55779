// A small state server of ours, for tests: it does what GitLab's Terraform state API does, as far as Terraform's http
// backend and a person with curl can tell. It is not GitLab, keeps files in a folder, and serves loopback only.
//
// As in GitLab (lib/api/terraform/state.rb, read in 2026):
//   GET    …/state/NAME               200 the state of the highest serial; 204 known but empty; 404 unknown
//   POST   …/state/NAME[?ID=LOCK]     200 kept; 204 no body; 413 too large; 422 no JSON, no serial, or a serial that is there
//   DELETE …/state/NAME               200
//   POST   …/state/NAME/lock          200; 409 locked already. Both with the lock as body, whose Who is the *user* that holds it;
//                                     Operation, Info, Version and Path are those of the one who asks
//   DELETE …/state/NAME/lock          200; 409 another lock's ID. Without ID it unlocks by force. Unlocking twice is 409 with
//                                     an ID, 200 without
//   GET, DELETE …/state/NAME/versions/SERIAL
//   A personal token decides alone: any user name goes with it, and that is the name shown.
// Otherwise than in GitLab: a state that is sent with a wrong lock is answered with 409 and the lock (GitLab fails with 500),
// a locked state is not deleted (409; GitLab says 200 and leaves it), and only the last ten versions are kept.
//
//   HTTP_STATE_TOKEN=… node server.mjs PORT FOLDER

import { createHash, timingSafeEqual } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROUTE = /^\/api\/v4\/projects\/([^/]+)\/terraform\/state\/([^/]+)(?:\/(lock)|\/versions\/(\d+))?$/;
const KEPT = 10;
const LOCK_FIELDS = ["ID", "Operation", "Info", "Who", "Version", "Created", "Path"];

/** How long a connection may rest, as GitLab's web server has it. After Node's 5 s a client that comes back meets a dead one. */
const RESTS_MS = 65_000;

/** The server, not yet listening: states below `folder`, for whoever knows `token`, each of at most `limit` bytes. */
export function stateServer({ folder, token, limit = 64 * 1024 * 1024 }) {
  return createServer({ keepAliveTimeout: RESTS_MS }, async (request, response) => {
    let reply;
    try {
      const body = await bodyOf(request, limit);
      reply = answer({ folder, token, limit }, request, body);
    } catch (error) {
      reply = error.reply ?? refusal(500, error.message);
    }
    const { status, headers = {}, body = "" } = reply;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  });
}

/** Everything is done between two turns of the event loop, so no two requests are ever half-way at once. */
function answer({ folder, token }, request, body) {
  const user = userOf(request, token);
  if (!user) return refusal(401, "401 Unauthorized", { "www-authenticate": 'Basic realm="state"' });
  const url = new URL(request.url, "http://127.0.0.1");
  const [, project, encoded, lock, serial] = ROUTE.exec(url.pathname) ?? refuse(404, "404 Not Found");
  const name = decoded(encoded);
  const store = storeOf(folder, decoded(project), name);
  const asked = { store, user, body, id: url.searchParams.get("ID") ?? undefined, serial: Number(serial) };
  const methods = lock ? LOCK : serial ? VERSION : STATE;
  const method = methods[request.method] ?? refuse(405, "405 Not Allowed");
  if (body === undefined) refuse(413, "413 Request Entity Too Large");
  return method(asked);
}

const STATE = {
  GET({ store }) {
    if (!store.exists()) refuse(404, "404 Not found");
    const serial = store.serials().at(-1);
    return serial === undefined ? { status: 204 } : { status: 200, body: store.read(serial) };
  },
  POST({ store, body, id }) {
    if (body.length === 0) return { status: 204 };
    const { serial } = parsed(body);
    if (!Number.isInteger(serial) || serial < 0) refuse(422, "No serial in payload");
    mustHold(store, id);
    if (store.serials().includes(serial))
      refuse(422, `Validation failed: Version ${serial} has already been taken`);
    store.write(serial, body);
    return { status: 200 };
  },
  DELETE({ store }) {
    if (!store.exists()) refuse(404, "404 Not found");
    mustHold(store, undefined);
    store.remove();
    return { status: 200 };
  },
};

const LOCK = {
  POST({ store, user, body }) {
    const asking = parsed(body);
    const missing = LOCK_FIELDS.filter((field) => typeof asking[field] !== "string");
    if (missing.length > 0) refuse(400, `${missing.join(", ")} is missing`);
    if (!asking.ID || asking.ID.length > 255) refuse(400, "ID is empty, or longer than 255 characters");
    const held = store.lock();
    const lock = held ?? { ...asking, Who: user, Created: new Date().toISOString() };
    if (!held) store.setLock(lock);
    const { ID, Who, Created } = lock;
    return { status: held ? 409 : 200, body: JSON.stringify({ ...asking, ID, Who, Created }) };
  },
  DELETE({ store, body, id }) {
    const named = id ?? (body.length > 0 ? parsed(body).ID : undefined);
    if (named !== undefined) mustHold(store, named);
    store.setLock(undefined);
    return { status: 200 };
  },
};

const VERSION = {
  GET({ store, serial }) {
    if (!store.serials().includes(serial)) refuse(404, "404 Not found");
    return { status: 200, body: store.read(serial) };
  },
  DELETE({ store, serial }) {
    if (!store.serials().includes(serial)) refuse(404, "404 Not found");
    store.removeVersion(serial);
    return { status: 204 };
  },
};

/** Who sends a state or unlocks one names the lock, if there is one, and none if there is none. */
function mustHold(store, id) {
  const lock = store.lock();
  if (lock?.ID === id) return;
  throw Object.assign(new Error("locked"), { reply: { status: 409, body: JSON.stringify(lock ?? {}) } });
}

/** The files of one state: a version each, and the lock. What is there under its name is whole. */
function storeOf(root, project, name) {
  // With an ending, so that no name is "." or "..".
  const folder = join(root, `${encodeURIComponent(project)}.project`, `${encodeURIComponent(name)}.state`);
  const file = (serial) => join(folder, `${serial}.tfstate`);
  const entries = () => {
    try {
      return readdirSync(folder);
    } catch {
      return undefined;
    }
  };
  const put = (path, content) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const half = join(folder, ".half");
    const handle = openSync(half, "w", 0o600);
    try {
      for (let written = 0; written < content.length; ) written += writeSync(handle, content, written);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(half, path);
  };
  const serials = () =>
    (entries() ?? [])
      .map((entry) => Number(/^(\d+)\.tfstate$/.exec(entry)?.[1] ?? Number.NaN))
      .filter(Number.isInteger)
      .sort((one, other) => one - other);
  return {
    exists: () => entries() !== undefined,
    serials,
    read: (serial) => readFileSync(file(serial)),
    write(serial, content) {
      put(file(serial), content);
      for (const old of serials().slice(0, -KEPT)) rmSync(file(old), { force: true });
    },
    removeVersion: (serial) => rmSync(file(serial)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
    lock() {
      return (entries() ?? []).includes("lock")
        ? JSON.parse(readFileSync(join(folder, "lock"), "utf8"))
        : undefined;
    },
    setLock(lock) {
      if (lock) put(join(folder, "lock"), Buffer.from(JSON.stringify(lock)));
      else rmSync(join(folder, "lock"), { force: true });
    },
  };
}

/** The name that came with the right token. */
function userOf({ headers }, token) {
  const [scheme, code = ""] = (headers.authorization ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic") return undefined;
  const login = Buffer.from(code, "base64").toString("utf8");
  const colon = login.indexOf(":");
  const digest = (text) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(login.slice(colon + 1)), digest(token))
    ? login.slice(0, Math.max(colon, 0))
    : undefined;
}

/** All that was sent, or nothing if it is too much. It is read to its end: who is cut off does not read the answer. */
async function bodyOf(request, limit) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size <= limit) parts.push(part);
    else parts.length = 0;
  }
  return size <= limit ? Buffer.concat(parts) : undefined;
}

function decoded(text) {
  let name;
  try {
    name = decodeURIComponent(text);
  } catch {
    refuse(400, "the address is not well-formed");
  }
  if (encodeURIComponent(name).length > 240) refuse(400, "the name is longer than 240 characters");
  return name;
}

function parsed(body) {
  try {
    return JSON.parse(body.toString("utf8")) ?? refuse(422, "invalid JSON");
  } catch (error) {
    throw error.reply ? error : Object.assign(error, { reply: refusal(422, "invalid JSON") });
  }
}

const refusal = (status, message, headers) => ({ status, headers, body: JSON.stringify({ message }) });

function refuse(status, message) {
  throw Object.assign(new Error(message), { reply: refusal(status, message) });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [port, folder] = process.argv.slice(2);
  const server = stateServer({ folder, token: process.env.HTTP_STATE_TOKEN });
  server.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
  process.once("SIGTERM", () => {
    server.close();
    server.closeIdleConnections();
  });
}
