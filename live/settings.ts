import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { type CloudEntry, cloudNamed } from "./clouds-yaml";
import type { Tls } from "./transport";
import { WorldError } from "./world";

export type Variables = Readonly<Record<string, string | undefined>>;

/** How to log in to an OpenStack, from clouds.yaml or the OS_* variables, as its provider takes it. */
export interface LoginSettings {
  /** The keys that stand under `auth` in clouds.yaml: `auth_url`, `username`, `project_name` … */
  readonly auth: Readonly<Record<string, string>>;
  readonly authType: string | undefined;
  readonly region: string | undefined;
  readonly interface: string;
  readonly tls: Tls;
}

/** The keys of `auth`, and the variables that mean the same. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  auth_url: ["OS_AUTH_URL"],
  username: ["OS_USERNAME"],
  user_id: ["OS_USER_ID"],
  password: ["OS_PASSWORD"],
  token: ["OS_TOKEN", "OS_AUTH_TOKEN"],
  project_id: ["OS_PROJECT_ID", "OS_TENANT_ID"],
  project_name: ["OS_PROJECT_NAME", "OS_TENANT_NAME"],
  user_domain_id: ["OS_USER_DOMAIN_ID"],
  user_domain_name: ["OS_USER_DOMAIN_NAME"],
  project_domain_id: ["OS_PROJECT_DOMAIN_ID"],
  project_domain_name: ["OS_PROJECT_DOMAIN_NAME"],
  domain_id: ["OS_DOMAIN_ID"],
  domain_name: ["OS_DOMAIN_NAME"],
  default_domain: ["OS_DEFAULT_DOMAIN"],
  system_scope: ["OS_SYSTEM_SCOPE"],
  application_credential_id: ["OS_APPLICATION_CREDENTIAL_ID"],
  application_credential_name: ["OS_APPLICATION_CREDENTIAL_NAME"],
  application_credential_secret: ["OS_APPLICATION_CREDENTIAL_SECRET"],
};

/** Keys that a cloud in clouds.yaml may leave to the variables. */
const SECRETS = ["password", "token", "application_credential_secret"];

/** What the provider's own block says: it beats the variables. */
export interface ProviderChoice {
  readonly cloud?: string | undefined;
  readonly region?: string | undefined;
}

/** The settings of a login. Nothing is sent yet; a WorldError says what is missing. */
export function loginSettings(chosen: ProviderChoice, variables: Variables, cwd: string): LoginSettings {
  const name = chosen.cloud ?? (variables["OS_CLOUD"] || undefined);
  const cloud: CloudEntry = name === undefined ? {} : cloudNamed(name, variables, cwd);
  const given = fromVariables(variables);
  const auth = name === undefined ? given : withSecrets(fromCloud(cloud), given);
  if (auth["auth_url"] === undefined) {
    throw new WorldError(
      name === undefined
        ? "there is no login: set OS_AUTH_URL and the other OS_* variables, or name a cloud of clouds.yaml by OS_CLOUD or by `cloud:` in environment.yaml"
        : `the cloud "${name}" has no auth_url in clouds.yaml`,
    );
  }
  const first = cloud.regions?.[0];
  return {
    auth,
    authType: cloud.auth_type ?? (name === undefined ? variables["OS_AUTH_TYPE"] || undefined : undefined),
    region:
      chosen.region ??
      (variables["OS_REGION_NAME"] || undefined) ??
      cloud.region_name ??
      (typeof first === "object" ? first.name : first),
    interface: interfaceOf(cloud, variables),
    tls: tlsOf(cloud, variables, cwd),
  };
}

function fromVariables(variables: Variables): Record<string, string> {
  const pairs = Object.entries(VARIABLES).flatMap(([key, names]) => {
    const value = names.map((name) => variables[name]).find((one) => one !== undefined && one !== "");
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(pairs);
}

function fromCloud({ auth }: CloudEntry): Record<string, string> {
  const pairs = Object.entries(auth ?? {}).filter(([, value]) => value !== null && value !== "");
  const texts = Object.fromEntries(pairs.map(([key, value]) => [key, String(value)]));
  const { tenant_id, tenant_name, ...rest } = texts;
  return {
    ...(tenant_id === undefined ? {} : { project_id: tenant_id }),
    ...(tenant_name === undefined ? {} : { project_name: tenant_name }),
    ...rest,
  };
}

function withSecrets(auth: Record<string, string>, given: Record<string, string>): Record<string, string> {
  if (SECRETS.some((key) => auth[key] !== undefined)) return auth;
  const pairs = SECRETS.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]] as const]));
  return { ...auth, ...Object.fromEntries(pairs) };
}

/** `public`, `internal` or `admin`; older spellings end in `URL`. */
function interfaceOf(cloud: CloudEntry, variables: Variables): string {
  const written =
    cloud.interface ?? cloud.endpoint_type ?? (variables["OS_INTERFACE"] || variables["OS_ENDPOINT_TYPE"]);
  return (written ?? "public").replace(/URL$/, "");
}

function tlsOf(cloud: CloudEntry, variables: Variables, cwd: string): Tls {
  const insecure = /^(1|t|true|yes|on)$/i.test(variables["OS_INSECURE"] ?? "") || cloud.verify === false;
  return {
    insecure,
    ca: pem(cloud.cacert ?? variables["OS_CACERT"], variables, cwd),
    cert: pem(cloud.cert ?? variables["OS_CERT"], variables, cwd),
    key: pem(cloud.key ?? variables["OS_KEY"], variables, cwd),
  };
}

/** A certificate or key: the file of that name, or the text itself, as the provider takes it. */
function pem(written: string | undefined, variables: Variables, cwd: string): string | undefined {
  if (written === undefined || written === "") return undefined;
  if (written.includes("-----BEGIN")) return written;
  const file = resolve(
    cwd,
    written.replace(/^~(?=\/)/, () => variables["HOME"] ?? homedir()),
  );
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new WorldError(`${file} cannot be read; clouds.yaml or OS_CACERT, OS_CERT, OS_KEY names it`);
  }
}
