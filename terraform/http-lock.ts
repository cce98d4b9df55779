/** Locks of the http backend, GitLab's among them: who holds one, which Terraform does not say, and to free exactly that one. */
import { randomUUID } from "node:crypto";
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { z } from "zod";
import { jsonOf } from "../live/json";
import type { Variables } from "../live/settings";
import { WorldError } from "../live/world";
import type { Backend } from "./backend";
import { type Lock, timeOf } from "./lock-info";

const lockJson = z.object({
  ID: z.string(),
  Who: z.string().default(""),
  Created: z.string().default(""),
  Operation: z.string().default(""),
});

/** Some servers, as GitLab, answer with what the one who asks says he does. */
const ASKING = "asks who holds the lock";

/** Who holds a lock; undefined: nobody does any more. To ask is to try to take it: one that was got is given back at once. */
export async function httpLock(backend: Backend, variables: Variables): Promise<Lock | undefined> {
  const ours = {
    ...{ ID: randomUUID(), Operation: ASKING, Info: "", Who: "cloud-entities", Version: "", Path: "" },
    Created: new Date().toISOString(),
  };
  const { status, body } = await send(backend, variables, "lock", ours);
  if (status === 200 || status === 201) {
    await send(backend, variables, "unlock", ours);
    return undefined;
  }
  const parsed = lockJson.safeParse(jsonOf(body));
  if ((status !== 409 && status !== 423) || !parsed.success)
    throw new WorldError(`the state server does not say who holds the lock (HTTP ${status})`);
  const { ID, Who, Created, Operation } = parsed.data;
  const operation = Operation === ASKING || Operation === "" ? undefined : Operation;
  return { id: ID, who: Who || undefined, since: timeOf(Created), operation };
}

/** Frees the lock of that id and no other; a WorldError says why it is not free. */
export async function freeHttpLock(backend: Backend, variables: Variables, id: string): Promise<void> {
  const { status } = await send(backend, variables, "unlock", { ID: id });
  if (status < 200 || status > 299) {
    const reason = status === 409 || status === 423 ? "another one holds it now" : `HTTP ${status}`;
    throw new WorldError(`the state server does not free the lock ${id}: ${reason}`);
  }
}

/** How long a server may be silent, in milliseconds. */
const SILENCE = 30_000;

/** Sends a lock as Terraform does. */
function send(
  { config }: Backend,
  variables: Variables,
  what: "lock" | "unlock",
  lock: Readonly<Record<string, string>>,
): Promise<{ status: number; body: string }> {
  // A setting, or the variable that Terraform takes for it.
  const setting = (name: string) => {
    const written = config[name];
    return typeof written === "string" && written !== ""
      ? written
      : variables[`TF_HTTP_${name.toUpperCase()}`] || undefined;
  };
  const url = new URL(setting(`${what}_address`) ?? "");
  const text = JSON.stringify(lock);
  const [user, password] = [setting("username"), setting("password")];
  const options = {
    method: setting(`${what}_method`) ?? what.toUpperCase(),
    headers: { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(text)) },
    timeout: SILENCE,
    agent: false,
    ...(user === undefined ? {} : { auth: `${user}:${password ?? ""}` }),
  };
  const tls = {
    rejectUnauthorized:
      config["skip_cert_verification"] !== true && setting("skip_cert_verification") !== "true",
    ca: setting("client_ca_certificate_pem"),
    cert: setting("client_certificate_pem"),
    key: setting("client_private_key_pem"),
  };
  const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const asked =
      url.protocol === "https:" ? secureRequest(url, { ...options, ...given }) : plainRequest(url, options);
    asked.once("timeout", () => asked.destroy(new Error("it does not answer")));
    asked.once("error", ({ message }) => reject(new WorldError(`${url.origin} cannot be asked: ${message}`)));
    asked.once("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.end(text);
  });
}
