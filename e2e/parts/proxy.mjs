// A proxy before the whole cloud that fails on demand: what a client does when a cloud does not do as it should.
import { Agent, request as ask, createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const HOP = ["connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"];

/**
 * Starts a proxy on a free port P of loopback. `http://127.0.0.1:P/5000/v3` asks `http://127.0.0.1:5000/v3`, and every
 * address of the cloud in JSON answers and Location headers leads through the proxy again, so a client that is given
 * `OS_AUTH_URL=http://127.0.0.1:P/5000/v3` sends everything this way.
 *
 * `decide(request)` may return, or promise, a fault for `{ method, port, path, token, headers, count }`, `count` being how
 * often this method and path were asked before:
 *   `{ status, headers, body }` this instead of an answer · `{ delay: ms }` later · `{ hang: ms }` nothing, then cut ·
 *   `{ reset: true }` cut at once. With `late: true` the cloud does what was asked and only its answer is lost.
 *   `{ answered: async () => … }` the cloud has done it, and its answer waits for that.
 *
 * Resolves to `{ address(port), seen, faults(), settled(), stop() }`: `seen` has `{ method, port, path, token, status, fault }`
 * for each request, `status` undefined where the client got none; `settled()` waits for the cloud's answers.
 */
export async function faultyProxy({ setting, decide = () => undefined }) {
  const ports = new Set(Object.values(setting.port));
  const agent = new Agent();
  const seen = [];
  const underWay = new Set();

  // A connection is cut by the faults that a test asks for, and by nothing else.
  const server = createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    const found = /^\/(\d+)(\/.*|\?.*|)$/.exec(request.url);
    const port = Number(found?.[1]);
    // Whoever is on loopback is not led to any port.
    if (!ports.has(port)) return reply(response, 404, {}, `${request.url} names no port of this cloud`);
    const path = found[2].startsWith("/") ? found[2] : `/${found[2]}`;
    const { method, headers } = request;
    const one = { method, port, path, token: headers["x-auth-token"], status: undefined, fault: undefined };
    const count = seen.filter(
      (other) => other.method === method && other.port === port && other.path === path,
    ).length;
    seen.push(one);
    response.once("finish", () => {
      one.status = response.statusCode;
    });
    const { promise, done } = deferred();
    underWay.add(promise);
    try {
      one.fault = await decide({ method, port, path, token: one.token, headers, count });
      const fault = one.fault ?? {};
      if (fault.delay) await sleep(fault.delay);
      const instead = fault.status !== undefined || fault.hang !== undefined || fault.reset;
      if (instead && !fault.late) return await fail(request, response, fault);
      const answered = await forward({ agent, request, port, path });
      await fault.answered?.();
      if (instead) {
        await drained(answered);
        return await fail(request, response, fault);
      }
      await pass(answered, response, (text) => throughProxy(text, ports, base()));
    } catch (error) {
      if (response.headersSent) response.destroy();
      else reply(response, 502, {}, `the proxy got no answer from port ${port}: ${error.message}`);
    } finally {
      underWay.delete(promise);
      done();
    }
  });

  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", done));
  const base = () => `http://127.0.0.1:${server.address().port}`;
  return {
    address: (port) => `${base()}/${port}`,
    seen,
    faults: () => seen.filter(({ fault }) => fault !== undefined).length,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

function deferred() {
  let done;
  const promise = new Promise((resolve) => {
    done = resolve;
  });
  return { promise, done };
}

async function fail(request, response, { status, headers = {}, body, hang, reset }) {
  if (hang !== undefined) await sleep(hang);
  if (hang !== undefined || reset) return request.socket.resetAndDestroy();
  // An answer before the request was read to its end would be lost with the connection.
  request.resume();
  reply(response, status, headers, body ?? `this ${status} was made by a test`);
}

function reply(response, status, headers, body) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain" : "application/json";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** Asks the cloud, whose services see their own address; resolves with the answer's head. */
function forward({ agent, request, port, path }) {
  const headers = { ...without(request.headers), host: `127.0.0.1:${port}`, "accept-encoding": "identity" };
  // The body's own framing goes on as it came.
  if (request.headers["transfer-encoding"])
    headers["transfer-encoding"] = request.headers["transfer-encoding"];
  return new Promise((done, failed) => {
    const asked = ask({ host: "127.0.0.1", port, path, method: request.method, headers, agent }, done);
    asked.once("error", failed);
    request.once("close", () => request.complete || asked.destroy(new Error("the client went away")));
    request.pipe(asked);
  });
}

/** Hands an answer on: JSON with its addresses changed, all else as it comes. */
async function pass(answered, response, change) {
  const headers = without(answered.headers);
  for (const name of ["location", "content-location"])
    if (headers[name]) headers[name] = change(headers[name]);
  const empty = answered.req.method === "HEAD" || [204, 304].includes(answered.statusCode);
  if (empty || !/\bjson\b/.test(headers["content-type"] ?? "")) {
    response.writeHead(answered.statusCode, headers);
    answered.once("error", () => response.destroy());
    answered.pipe(response);
    return;
  }
  const body = Buffer.from(change((await drained(answered)).toString("utf8")));
  response.writeHead(answered.statusCode, { ...headers, "content-length": body.length });
  response.end(body);
}

function throughProxy(text, ports, base) {
  return text.replace(/http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/g, (whole, port) =>
    ports.has(Number(port)) ? `${base}/${port}` : whole,
  );
}

const without = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.includes(name)));

async function drained(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
