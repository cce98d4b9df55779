import { Requests } from "../../live/requests";
import type { LoginSettings } from "../../live/settings";
import type { Answer, Sent, Transport } from "../../live/transport";

/** What the pretended cloud answers to a path with its query; a list is answered one after the other. */
export type Answers = Readonly<Record<string, Reply | readonly Reply[]>>;

/** A body, a status, or no answer at all. */
export type Reply = object | number | Error;

export const SECRET = "hunter2-password";
export const TOKEN = "gAAAAA-token";

const ROOT = "http://cloud.test";

const endpoint = (port: string, path = "") => [
  { interface: "public", region_id: "Brno1", url: `${ROOT}:${port}${path}` },
  { interface: "public", region_id: "Other", url: "http://other.test" },
];

const CATALOG = [
  { type: "identity", endpoints: endpoint("5000") },
  { type: "compute", endpoints: endpoint("8774", "/v2.1") },
  { type: "network", endpoints: endpoint("9696") },
  { type: "volumev3", endpoints: endpoint("8776", "/v3/abc") },
];

export const SETTINGS: LoginSettings = {
  auth: {
    auth_url: `${ROOT}:5000/v3`,
    username: "admin",
    password: SECRET,
    project_name: "admin",
    user_domain_name: "Default",
    project_domain_name: "Default",
  },
  authType: undefined,
  region: "Brno1",
  interface: "public",
  tls: {},
};

/** A pretended OpenStack, and what was asked of it. */
export function pretend(answers: Answers): {
  requests: Requests;
  transport: Transport;
  asked: string[];
  sent: Sent[];
} {
  const asked: string[] = [];
  const sent: Sent[] = [];
  const left = new Map(Object.entries(answers).map(([path, replies]) => [path, [replies].flat()]));
  const transport: Transport = async (request) => {
    const { host, pathname, search } = new URL(request.url);
    const path = `${pathname}${search}`;
    sent.push(request);
    asked.push(`${request.method} ${host.split(":")[1]}${path}`);
    const replies = left.get(path);
    const reply = replies && (replies.length > 1 ? replies.shift() : replies[0]);
    if (reply === undefined) return path === "/v3/auth/tokens" ? token() : answer(404, {});
    if (reply instanceof Error) throw reply;
    return typeof reply === "number" ? answer(reply, { error: SECRET }) : answer(200, reply);
  };
  return { requests: new Requests(transport, async () => {}), transport, asked, sent };
}

function token(): Answer {
  return { ...answer(201, { token: { catalog: CATALOG } }), headers: { "x-subject-token": TOKEN } };
}

function answer(status: number, body: object): Answer {
  return { status, headers: {}, body: JSON.stringify(body) };
}

/** An error as a socket throws it. */
export function broken(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}
