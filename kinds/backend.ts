/** Terraform backends: the settings that each takes, spelled as there (Terraform 1.11, language/backend). */

import { z } from "zod";
import type { Code } from "./codes";
import { count, Fault, field, flag, refuse, refuseKeys, show, text, url } from "./fields";

type Setting = string | number | boolean | null | readonly Setting[] | { readonly [name: string]: Setting };

interface Backend {
  /** The settings that it takes. */
  readonly settings: readonly string[];
  readonly required: readonly string[];
  /** Settings that are secrets: they are given by environment variables, never in a file. */
  readonly secrets: readonly string[];
  /** The settings that say where the state lies: where several stacks share them, one of each group needs `{stack}`. */
  readonly place: readonly (readonly string[])[];
}

export const BACKENDS = {
  local: { settings: ["path", "workspace_dir"], required: ["path"], secrets: [], place: [["path"]] },
  http: {
    settings: [
      "address",
      "update_method",
      "lock_address",
      "lock_method",
      "unlock_address",
      "unlock_method",
      "skip_cert_verification",
      "username",
      "retry_max",
      "retry_wait_min",
      "retry_wait_max",
      "client_ca_certificate_pem",
      "client_certificate_pem",
    ],
    required: ["address"],
    secrets: ["password", "client_private_key_pem"],
    place: [["address"], ["lock_address"], ["unlock_address"]],
  },
  s3: {
    settings: [
      "bucket",
      "key",
      "region",
      "acl",
      "allowed_account_ids",
      "assume_role",
      "assume_role_with_web_identity",
      "custom_ca_bundle",
      "dynamodb_endpoint",
      "dynamodb_table",
      "ec2_metadata_service_endpoint",
      "ec2_metadata_service_endpoint_mode",
      "encrypt",
      "endpoint",
      "endpoints",
      "forbidden_account_ids",
      "force_path_style",
      "http_proxy",
      "https_proxy",
      "iam_endpoint",
      "insecure",
      "kms_key_id",
      "max_retries",
      "no_proxy",
      "profile",
      "retry_mode",
      "shared_config_files",
      "shared_credentials_file",
      "shared_credentials_files",
      "skip_credentials_validation",
      "skip_metadata_api_check",
      "skip_region_validation",
      "skip_requesting_account_id",
      "skip_s3_checksum",
      "sts_endpoint",
      "sts_region",
      "use_dualstack_endpoint",
      "use_fips_endpoint",
      "use_lockfile",
      "use_path_style",
      "workspace_key_prefix",
    ],
    required: ["bucket", "key"],
    secrets: ["access_key", "secret_key", "token", "sse_customer_key"],
    place: [["key", "bucket"]],
  },
  pg: {
    settings: [
      "conn_str",
      "schema_name",
      "skip_schema_creation",
      "skip_table_creation",
      "skip_index_creation",
    ],
    required: [],
    secrets: [],
    place: [["schema_name", "conn_str"]],
  },
} as const satisfies Record<string, Backend>;

export type BackendName = keyof typeof BACKENDS;

/** One Terraform backend: `backend` and the settings, as they go to Terraform but for `{stack}`. */
export interface State {
  readonly backend: BackendName;
  readonly settings: Readonly<Record<string, Setting>>;
}

function isBackendName(value: unknown): value is BackendName {
  return typeof value === "string" && Object.hasOwn(BACKENDS, value);
}

/** The schema of `environment.state`. Which setting is right depends on the backend, so it is read as a whole. */
export function backend(): z.ZodType<State> {
  const kind = field({ description: "The Terraform backend." }, { enum: Object.keys(BACKENDS) }, (value) =>
    isBackendName(value)
      ? value
      : new Fault(
          `${show(value)} is no backend that is supported`,
          `one of ${Object.keys(BACKENDS).join(", ")}`,
          "choice",
        ),
  );
  return z
    .looseObject({ backend: kind })
    .transform((written, context): State => {
      const { backend: type, ...settings } = written;
      const known: Backend = BACKENDS[type];
      const problem = (path: string[], code: Code, message: string, help: string) =>
        refuse(context, new Fault(message, help, code), path);
      const unknown = Object.keys(settings).filter(
        (setting) => !known.settings.includes(setting) && !known.secrets.includes(setting),
      );
      if (unknown.length > 0) refuseKeys(context, unknown, known.settings);
      for (const [setting, value] of Object.entries(settings)) {
        if (unknown.includes(setting)) continue;
        if (known.secrets.includes(setting)) {
          problem(
            [setting],
            "secret",
            `\`${setting}\` is a secret and stands in no file`,
            `give it to Terraform by the environment (the ${type} backend's documentation names the variable)`,
          );
        } else if (holdsPassword(value)) {
          problem(
            [setting],
            "secret",
            `\`${setting}\` holds user information`,
            "give the user and the password by the environment",
          );
        } else if (value === null || value === "") {
          problem([setting], "null", "nothing is written here", "write a value, or leave the line out");
        } else {
          for (const issue of typeOf(type, setting).safeParse(value).error?.issues ?? [])
            context.addIssue({ ...issue, path: [setting, ...issue.path] });
        }
      }
      if ("lock_address" in settings && !("unlock_address" in settings)) {
        const message = "`lock_address` stands without `unlock_address`: what is locked would stay so";
        problem(["lock_address"], "state", message, "write `unlock_address` too");
      }
      for (const setting of known.required) {
        if (!(setting in settings)) problem([setting], "missing", "", "");
      }
      return { backend: type, settings: settings as State["settings"] };
    })
    .meta({
      description: "The Terraform backend and its settings, spelled as there; no secrets.",
      words: `block: \`backend\` (${Object.keys(BACKENDS).join(", ")}) and its settings`,
      examples: [{ backend: "local", path: "state/{stack}.tfstate" }],
      json: backendJson(),
    });
}

function holdsPassword(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(holdsPassword);
  if (typeof value !== "string") return false;
  const hasUser = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(value);
  return hasUser || /(^|[\s?&])(password|passwd|secret|token)\s*=/i.test(value);
}

function backendJson(): Readonly<Record<string, unknown>> {
  return {
    type: "object",
    properties: { backend: { enum: Object.keys(BACKENDS), description: "The Terraform backend." } },
    required: ["backend"],
    allOf: Object.entries(BACKENDS).map(([type, { settings, required }]) => {
      const known = settings.map((setting) => [setting, settingJson(type, setting)] as const);
      const properties = { backend: {}, ...Object.fromEntries(known) };
      return {
        if: { properties: { backend: { const: type } }, required: ["backend"] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { properties, required, additionalProperties: false },
      };
    }),
  };
}

/** Settings that are no texts, in whatever backend. */
const FLAGS = /^(skip_|use_|encrypt$|insecure$|force_path_style$)/;
const COUNTS = /^(retry_(max|wait_min|wait_max)|max_retries)$/;
const NESTED = /^(endpoints|assume_role.*|.*_account_ids|shared_.*_files)$/;

/** What a setting may hold. */
function typeOf(backend: string, setting: string): z.ZodType {
  const about = { description: `\`${setting}\` of Terraform's ${backend} backend.` };
  if (FLAGS.test(setting)) return flag(about);
  if (COUNTS.test(setting)) return count(about);
  if (NESTED.test(setting)) return field(about, { type: ["array", "object"] }, nested);
  return backend === "http" && setting.endsWith("address") ? url(about) : text(about, 65535);
}

function nested(value: unknown): object | Fault {
  if (typeof value === "object" && value !== null) return value;
  return new Fault(
    `${show(value)} is neither a map nor a list`,
    "write it as Terraform's documentation does",
  );
}

function settingJson(backend: string, setting: string) {
  const { description, json } = typeOf(backend, setting).meta() ?? {};
  return { ...(typeof json === "object" ? json : {}), description };
}
