// The parts of a loopback cloud that are ours, each by itself: no cloud, no terraform.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { request as ask, createServer } from "node:http";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stateServer } from "./parts/http-state/server.mjs";
import { faultyProxy } from "./parts/proxy.mjs";
import { scratch } from "./terraform.mjs";

const STATES = "/api/v4/projects/1/terraform/state";
const login = (user, token) => ({
  authorization: `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}`,
});
const lockOf = (id) => ({
  ID: id,
  Operation: "OperationTypeApply",
  Info: "",
  Who: "a@b",
  Version: "1",
  Created: "now",
  Path: "",
});
const state = (serial, more = {}) => JSON.stringify({ version: 4, serial, lineage: "a-b", ...more });

async function listening(test, server) {
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  test.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** A client of a state server: `call(method, path, body, user)` → `{ status, text, json }`. */
function clientOf(base) {
  return async (method, path, body, user = "alice") => {
    const headers = { ...login(user, "right"), "content-type": "application/json" };
    const text = typeof body === "object" && !Buffer.isBuffer(body) ? JSON.stringify(body) : body;
    const response = await fetch(`${base}${STATES}/${path}`, { method, headers, body: text });
    const said = await response.text();
    return { status: response.status, text: said, json: () => JSON.parse(said) };
  };
}

async function states(test, options = {}) {
  const folder = scratch(test);
  const base = await listening(test, stateServer({ folder, token: "right", ...options }));
  return { base, folder, call: clientOf(base) };
}

test("a state is unknown, known but empty, there", async (t) => {
  const { call } = await states(t);
  assert.equal((await call("GET", "site")).status, 404);
  assert.equal((await call("POST", "site/lock", lockOf("1"))).status, 200);
  assert.equal((await call("GET", "site")).status, 204);
  assert.equal((await call("POST", "site?ID=1", state(3))).status, 200);
  const { status, text } = await call("GET", "site");
  assert.deepEqual([status, text], [200, state(3)]);
  assert.equal((await call("GET", "other")).status, 404);
});

test("a lock keeps others out and tells who holds it", async (t) => {
  const { call } = await states(t);
  await call("POST", "site/lock", lockOf("1"), "alice");
  const refused = await call("POST", "site/lock", { ...lockOf("2"), Operation: "OperationTypePlan" }, "bob");
  assert.equal(refused.status, 409);
  const { ID, Who, Operation } = refused.json();
  assert.deepEqual([ID, Who, Operation], ["1", "alice", "OperationTypePlan"]);

  for (const path of ["site", "site?ID=2"]) {
    const write = await call("POST", path, state(1), "bob");
    assert.deepEqual([write.status, write.json().Who], [409, "alice"]);
  }
  assert.equal((await call("POST", "site?ID=1", state(1))).status, 200);
  assert.equal((await call("DELETE", "site")).status, 409);
});

test("only the lock's ID opens it, or nobody's: by force", async (t) => {
  const { call } = await states(t);
  await call("POST", "site/lock", lockOf("1"));
  assert.equal((await call("DELETE", "site/lock", lockOf("2"))).status, 409);
  assert.equal((await call("POST", "site/lock", lockOf("2"))).status, 409);
  assert.equal((await call("DELETE", "site/lock", lockOf("1"))).status, 200);
  assert.equal((await call("POST", "site/lock", lockOf("2"))).status, 200);
  assert.equal((await call("DELETE", "site/lock")).status, 200);
  // Who lost the lock that way can no longer write.
  assert.equal((await call("POST", "site?ID=2", state(1))).status, 409);
});

test("nobody without the token, and nothing but what GitLab has", async (t) => {
  const { base, call } = await states(t);
  for (const headers of [{}, login("alice", "wrong"), login("", "right"), { authorization: "Bearer right" }])
    assert.equal((await fetch(`${base}${STATES}/site`, { headers })).status, 401);
  assert.equal((await call("GET", "site/lock")).status, 405);
  assert.equal((await call("GET", "a/b")).status, 404);
  assert.equal((await call("POST", "a%2Fb", state(1))).status, 200);
  assert.equal((await call("POST", "..%2F..%2Fx", state(1))).status, 200);
});

test("what is no state is refused", async (t) => {
  const { call } = await states(t, { limit: 1000 });
  assert.equal((await call("POST", "site", "")).status, 204);
  assert.equal((await call("POST", "site", "{")).status, 422);
  assert.equal((await call("POST", "site", "{}")).status, 422);
  assert.equal((await call("POST", "site", state(1, { pad: "x".repeat(1000) }))).status, 413);
  assert.equal((await call("POST", "site", state(1))).status, 200);
  assert.equal((await call("POST", "site", state(1, { other: true }))).status, 422);
  assert.equal((await call("POST", "site/lock", { ID: "1" })).status, 400);
});

test("the last ten versions are kept", async (t) => {
  const { call } = await states(t);
  for (let serial = 1; serial <= 12; serial++) await call("POST", "site", state(serial));
  assert.equal((await call("GET", "site")).text, state(12));
  assert.equal((await call("GET", "site/versions/3")).text, state(3));
  assert.equal((await call("GET", "site/versions/2")).status, 404);
  assert.equal((await call("DELETE", "site")).status, 200);
  assert.equal((await call("GET", "site")).status, 404);
});

test("killed while it writes, it has the old state or the new, never half of one", async (t) => {
  const folder = scratch(t);
  const started = async () => {
    const program = fileURLToPath(new URL("parts/http-state/server.mjs", import.meta.url));
    const env = { ...process.env, HTTP_STATE_TOKEN: "right" };
    const child = spawn(process.execPath, [program, "0", folder], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(child.stdout, "data");
    return { child, base: `http://127.0.0.1:${/\d+/.exec(line)[0]}` };
  };
  const ended = async (child) => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };

  // Half of it sent.
  let { child, base } = await started();
  await clientOf(base)("POST", "site/lock", lockOf("1"));
  await clientOf(base)("POST", "site?ID=1", state(1));
  const half = ask(`${base}${STATES}/site?ID=1`, {
    method: "POST",
    headers: { ...login("alice", "right"), "content-length": 1000 },
  });
  half.on("error", () => undefined);
  half.write('{"serial": 2, ');
  await sleep(30);
  await ended(child);
  ({ child, base } = await started());
  assert.equal((await clientOf(base)("GET", "site")).text, state(1));

  // All of it sent, and stopped at any moment.
  const big = (serial) => state(serial, { pad: "x".repeat(8_000_000) });
  for (let serial = 2; serial < 8; serial++) {
    const sent = clientOf(base)("POST", "site?ID=1", big(serial)).catch(() => ({ status: "cut off" }));
    await Promise.race([sent, sleep(5 * serial)]);
    await ended(child);
    const { status } = await sent;
    ({ child, base } = await started());
    const { text } = await clientOf(base)("GET", "site");
    const found = JSON.parse(text).serial;
    assert.equal(text, found === 1 ? state(1) : big(found));
    if (status === 200) assert.equal(found, serial);
    // The lock outlives it too.
    assert.equal((await clientOf(base)("POST", "site/lock", lockOf("2"))).status, 409);
  }
  await ended(child);
  assert.deepEqual(readdirSync(folder), ["1.project"]);
});

/** A cloud of one service, and a proxy before it. */
async function proxied(test, decide) {
  const asked = [];
  const cloud = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString("utf8");
    asked.push({ method: request.method, url: request.url, host: request.headers.host, body });
    const own = `http://${request.headers.host}`;
    if (request.url === "/text") return response.end(`${own} stays`);
    if (request.url === "/moved") return response.writeHead(302, { location: `${own}/v3` }).end();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ own: `${own}/v3`, other: "http://127.0.0.1:1/v2", body }));
  });
  const port = Number(new URL(await listening(test, cloud)).port);
  const proxy = await faultyProxy({ setting: { port: { tiny: port } }, decide });
  test.after(() => proxy.stop());
  return { proxy, port, asked, base: proxy.address(port) };
}

test("a proxy leads every address of the cloud through itself", async (t) => {
  const { proxy, port, asked, base } = await proxied(t);
  const sent = { method: "POST", body: "ä".repeat(100_000), headers: { "x-auth-token": "T" } };
  const { own, other, body } = await (await fetch(`${base}/v3?a=b`, sent)).json();
  assert.deepEqual([own, other, body], [`${base}/v3`, "http://127.0.0.1:1/v2", sent.body]);
  assert.equal(asked[0].host, `127.0.0.1:${port}`);
  assert.equal(asked[0].url, "/v3?a=b");
  assert.equal(await (await fetch(`${base}/text`)).text(), `http://127.0.0.1:${port} stays`);
  assert.equal((await fetch(`${base}/moved`, { redirect: "manual" })).headers.get("location"), `${base}/v3`);
  assert.equal((await fetch(base)).status, 200);
  assert.equal((await fetch(proxy.address(1))).status, 404);
  const { method, path, token, status } = proxy.seen[0];
  assert.deepEqual([method, path, token, status], ["POST", "/v3?a=b", "T", 200]);
  assert.equal(proxy.faults(), 0);
});

test("a proxy fails as it is told", async (t) => {
  const faults = {
    "/busy": ({ count }) =>
      count < 2 ? { status: 503, headers: { "retry-after": "1" }, body: { error: "busy" } } : undefined,
    "/slow": () => ({ delay: 150 }),
    "/cut": () => ({ reset: true }),
    "/hung": () => ({ hang: 150 }),
    "/lost": () => ({ reset: true, late: true }),
  };
  const { proxy, asked, base } = await proxied(t, (request) => faults[request.path]?.(request));
  for (const expected of [503, 503, 200]) {
    const response = await fetch(`${base}/busy`, { method: "POST", body: "x" });
    assert.equal(response.status, expected);
    const body = await response.json();
    if (expected === 503) assert.deepEqual([body.error, response.headers.get("retry-after")], ["busy", "1"]);
  }
  const since = Date.now();
  assert.equal((await fetch(`${base}/slow`)).status, 200);
  await assert.rejects(fetch(`${base}/hung`));
  assert.ok(Date.now() - since >= 290);
  await assert.rejects(fetch(`${base}/cut`));
  await assert.rejects(fetch(`${base}/lost`, { method: "POST" }));
  assert.deepEqual(
    asked.map(({ url }) => url),
    ["/busy", "/slow", "/lost"],
  );
  assert.equal(proxy.faults(), 6);
  assert.equal(proxy.seen.find(({ path }) => path === "/cut").status, undefined);
});

test("a service that is not there is told apart", async (t) => {
  const proxy = await faultyProxy({ setting: { port: { gone: 1 } } });
  t.after(() => proxy.stop());
  const response = await fetch(`${proxy.address(1)}/v3`);
  assert.equal(response.status, 502);
  assert.match(await response.text(), /got no answer from port 1/);
});

test("every part has what the cloud asks of it", async () => {
  for (const name of ["kubernetes", "postgres", "s3", "http-state"]) {
    const [part] = Object.values(await import(`./parts/${name}.mjs`));
    assert.equal(part.name, name);
    for (const method of ["prepare", "daemons", "variables"]) assert.equal(typeof part[method], "function");
  }
});
