/** Requests over real sockets: connections that break, servers that are not there. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Requests } from "../../live/requests";
import { transport } from "../../live/transport";

let server: Server;
let asked: number;

beforeEach(async () => {
  asked = 0;
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === "/breaks" || (request.url === "/breaks-once" && asked === 1))
      request.socket.destroy();
    else response.writeHead(200, { "X-Answer": "yes" }).end("é");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const send = (path: string) => {
  const { port } = server.address() as AddressInfo;
  const requests = new Requests(transport({}), async () => {});
  return requests.send({ method: "GET", url: `http://127.0.0.1:${port}${path}`, headers: {} });
};

test("an answer", async () => {
  expect(await send("/")).toMatchObject({ status: 200, headers: { "x-answer": "yes" }, body: "é" });
});

test("a connection that breaks once", async () => {
  expect(await send("/breaks-once")).toMatchObject({ status: 200 });
  expect(asked).toBe(2);
});

test("a connection that always breaks", async () => {
  await expect(send("/breaks")).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:\d+ cannot be reached: the connection broke/,
  );
});

test("nobody listens", async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  const requests = new Requests(transport({}), async () => {});
  await expect(
    requests.send({ method: "GET", url: `http://127.0.0.1:${port}/`, headers: {} }),
  ).rejects.toThrow("the connection was refused");
});
