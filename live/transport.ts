import { type ClientRequest, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent, request as secureRequest } from "node:https";

/** One HTTP request. A look at a live cloud sends a POST for a token, else GETs only. */
export interface Sent {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a request; rejects only where there is no answer. */
export type Transport = (sent: Sent) => Promise<Answer>;

/** How servers prove themselves, and we to them. `fetch` takes no certificates, so this is not `fetch`. */
export interface Tls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly insecure?: boolean | undefined;
}

/** How long a server may be silent, in milliseconds. */
const SILENCE = 60_000;

/** Requests over connections that are kept open between them. */
export function transport({ ca, cert, key, insecure }: Tls): Transport {
  const plain = new PlainAgent({ keepAlive: true });
  const secure = new Agent({
    keepAlive: true,
    rejectUnauthorized: insecure !== true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
  return (sent) => {
    const url = new URL(sent.url);
    const options = { method: sent.method, headers: { ...sent.headers }, timeout: SILENCE };
    const request =
      url.protocol === "https:"
        ? secureRequest(url, { ...options, agent: secure })
        : plainRequest(url, { ...options, agent: plain });
    return answerOf(request, sent.body);
  };
}

function answerOf(request: ClientRequest, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on("timeout", () =>
      request.destroy(new Error(`it did not answer within ${SILENCE / 1000} seconds`)),
    );
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    request.end(body);
  });
}
