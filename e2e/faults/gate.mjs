// A way to a server that can be cut, so that the server is gone for one client only.
import { connect, createServer } from "node:net";

/** Starts a gate on a free port of loopback before another port: `port`, `shut()`, `open()`, `stop()`. */
export async function gateTo(target) {
  const sockets = new Set();
  const server = createServer((client) => {
    const behind = connect({ host: "127.0.0.1", port: target });
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ]) {
      sockets.add(socket);
      socket.once("error", () => other.destroy());
      socket.once("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const listen = (port) =>
    new Promise((done, failed) => server.once("error", failed).listen(port, "127.0.0.1", done));
  const shut = () =>
    new Promise((done) => {
      server.close(done);
      for (const socket of sockets) socket.resetAndDestroy();
    });
  await listen(0);
  const { port } = server.address();
  return { port, shut, open: () => listen(port), stop: async () => server.listening && (await shut()) };
}
