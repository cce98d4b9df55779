import { z } from "zod";
import { jsonOf } from "./json";
import type { Requests } from "./requests";
import type { LoginSettings } from "./settings";
import { WorldError } from "./world";

/** A service and where it answers. */
export interface Service {
  readonly type: string;
  readonly endpoints: readonly {
    readonly interface: string;
    readonly region: string | undefined;
    readonly url: string;
  }[];
}

/** What a login gives: a token, which is never shown, and where the services are. */
export interface Session {
  readonly token: string;
  readonly services: readonly Service[];
}

const answerBody = z.object({
  token: z.object({
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(
            z.object({
              interface: z.string(),
              region_id: z.string().nullish(),
              region: z.string().nullish(),
              url: z.string(),
            }),
          ),
        }),
      )
      .default([]),
  }),
});

/** Logs in to Keystone. */
export async function login(settings: LoginSettings, requests: Requests): Promise<Session> {
  const url = `${identityUrl(settings.auth["auth_url"] ?? "")}/auth/tokens`;
  const body = JSON.stringify({ auth: { identity: identity(settings), ...scope(settings) } });
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
  };
  const answer = await requests.send({ method: "POST", url, headers, body });
  const token = answer.headers["x-subject-token"];
  if (answer.status === 401 || answer.status === 403) {
    throw new WorldError(`${url} refuses the login (HTTP ${answer.status}): ${who(settings)}`);
  }
  const parsed = answerBody.safeParse(jsonOf(answer.body));
  if (answer.status !== 201 || typeof token !== "string" || !parsed.success) {
    throw new WorldError(`${url} gives no token (HTTP ${answer.status}); is it a Keystone, version 3?`);
  }
  const services = parsed.data.token.catalog.map(({ type, endpoints }) => ({
    type,
    endpoints: endpoints.map((one) => ({
      interface: one.interface,
      region: one.region_id ?? one.region ?? undefined,
      url: one.url,
    })),
  }));
  return { token, services };
}

/** Keystone's URL with its version. */
export function identityUrl(written: string): string {
  if (!URL.canParse(written)) throw new WorldError("the auth URL of the login is no URL");
  const { origin, pathname } = new URL(written);
  return `${origin}${pathname.replace(/\/+$/, "").replace(/\/v(2\.0|3)$/, "")}/v3`;
}

/** Whose login it is, without what proves it. */
function who({ auth }: LoginSettings): string {
  const user = auth["username"] ?? auth["user_id"] ?? auth["application_credential_name"];
  const project = auth["project_name"] ?? auth["project_id"];
  const credential = auth["application_credential_id"];
  return [
    user !== undefined
      ? `user ${user}`
      : credential !== undefined
        ? `application credential ${credential}`
        : "a token",
    ...(project === undefined ? [] : [`project ${project}`]),
  ].join(", ");
}

type Method = (settings: LoginSettings) => object;

/** What proves who we are, by the names that `auth_type` has in clouds.yaml. */
const METHODS: Readonly<Record<string, Method>> = {
  password: byPassword,
  v3password: byPassword,
  token: byToken,
  v3token: byToken,
  v3applicationcredential: byApplicationCredential,
  v3application_credential: byApplicationCredential,
};

function identity(settings: LoginSettings): object {
  const method = METHODS[settings.authType ?? typeOf(settings)];
  if (method) return method(settings);
  throw new WorldError(
    `the login type "${settings.authType}" is not known here; use a password, a token or an application credential`,
  );
}

function typeOf({ auth }: LoginSettings): string {
  if (auth["application_credential_secret"] !== undefined) return "v3applicationcredential";
  return auth["token"] !== undefined && auth["password"] === undefined ? "token" : "password";
}

function byPassword(settings: LoginSettings): object {
  return {
    methods: ["password"],
    password: { user: { ...user(settings), password: wanted(settings, "password") } },
  };
}

function byToken(settings: LoginSettings): object {
  return { methods: ["token"], token: { id: wanted(settings, "token") } };
}

function byApplicationCredential(settings: LoginSettings): object {
  const { auth } = settings;
  const secret = wanted(settings, "application_credential_secret");
  const id = auth["application_credential_id"];
  const which =
    id !== undefined
      ? { id }
      : { name: wanted(settings, "application_credential_name"), user: user(settings) };
  return { methods: ["application_credential"], application_credential: { ...which, secret } };
}

function user(settings: LoginSettings): object {
  const { auth } = settings;
  const id = auth["user_id"];
  if (id !== undefined) return { id };
  return { name: wanted(settings, "username"), domain: domain(settings, "user_domain") };
}

/** The project, domain or system that the token is for. An application credential knows its own. */
function scope(settings: LoginSettings): { scope?: object } {
  const { auth } = settings;
  if (auth["application_credential_secret"] !== undefined) return {};
  const { project_id, project_name, domain_id, domain_name, system_scope } = auth;
  if (project_id !== undefined) return { scope: { project: { id: project_id } } };
  if (project_name !== undefined)
    return { scope: { project: { name: project_name, domain: domain(settings, "project_domain") } } };
  if (system_scope !== undefined) return { scope: { system: { all: true } } };
  if (domain_id !== undefined) return { scope: { domain: { id: domain_id } } };
  return domain_name === undefined ? {} : { scope: { domain: { name: domain_name } } };
}

function domain({ auth }: LoginSettings, of: "user_domain" | "project_domain"): object {
  const id = auth[`${of}_id`] ?? auth["domain_id"];
  const name = auth[`${of}_name`] ?? auth["domain_name"];
  if (auth[`${of}_name`] === undefined && id !== undefined) return { id };
  return name === undefined ? { id: auth["default_domain"] ?? "default" } : { name };
}

function wanted({ auth }: LoginSettings, key: string): string {
  const value = auth[key];
  if (value === undefined)
    throw new WorldError(`the login has no ${key} (OS_${key.toUpperCase()}, or clouds.yaml)`);
  return value;
}
