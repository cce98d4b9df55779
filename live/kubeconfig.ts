import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { jsonOf } from "./json";
import type { Variables } from "./settings";
import type { Tls } from "./transport";
import { WorldError } from "./world";
import { yamlIn } from "./yaml";

/** Where a Kubernetes API server is, and how to log in to it. */
export interface KubernetesLogin {
  readonly server: string;
  readonly tls: Tls;
  readonly authorization: string | undefined;
}

const exec = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

const userEntry = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  "client-certificate": z.string().optional(),
  "client-certificate-data": z.string().optional(),
  "client-key": z.string().optional(),
  "client-key-data": z.string().optional(),
  exec: exec.optional(),
});

const clusterEntry = z.object({
  server: z.string(),
  "certificate-authority": z.string().optional(),
  "certificate-authority-data": z.string().optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
});

const kubeconfig = z.object({
  "current-context": z.string().nullish(),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: z.array(z.object({ name: z.string(), cluster: clusterEntry })),
  users: z.array(z.object({ name: z.string(), user: userEntry.nullish() })).nullish(),
});

type User = z.infer<typeof userEntry>;

/** What the provider's own block says: it beats the variables. */
export interface KubernetesChoice {
  readonly configPath?: string | undefined;
  readonly configContext?: string | undefined;
}

/** The login of a context in a kubeconfig file. Runs the user's login program, if it names one. */
export async function kubernetesLogin(
  { configPath, configContext }: KubernetesChoice,
  variables: Variables,
  cwd: string,
): Promise<KubernetesLogin> {
  const home = variables["HOME"] ?? homedir();
  const chosen = configPath ?? (variables["KUBE_CONFIG_PATH"] || variables["KUBECONFIG"] || "~/.kube/config");
  const file = resolve(
    cwd,
    chosen.replace(/^~(?=\/)/, () => home),
  );
  const config = read(file);
  const name = configContext ?? (variables["KUBE_CTX"] || config["current-context"]);
  const context = config.contexts.find((one) => one.name === name)?.context;
  if (!context) {
    const known = config.contexts.map((one) => one.name).join(", ");
    throw new WorldError(
      name ? `${file} has no context "${name}"; it has ${known || "none"}` : `${file} has no current context`,
    );
  }
  const cluster = config.clusters.find((one) => one.name === context.cluster)?.cluster;
  if (!cluster || !URL.canParse(cluster.server))
    throw new WorldError(`${file} has no server for the context ${name}`);
  const user = config.users?.find((one) => one.name === context.user)?.user ?? {};
  const given = user.exec ? { ...user, ...(await runLogin(user.exec, variables, dirname(file))) } : user;
  const path = (one: string) => resolve(dirname(file), one);
  return {
    server: cluster.server.replace(/\/+$/, ""),
    tls: {
      insecure: cluster["insecure-skip-tls-verify"],
      ca: pem(cluster["certificate-authority-data"], cluster["certificate-authority"], path),
      cert: pem(given["client-certificate-data"], given["client-certificate"], path),
      key: pem(given["client-key-data"], given["client-key"], path),
    },
    authorization: authorization(given, path),
  };
}

function read(file: string): z.infer<typeof kubeconfig> {
  let tree: unknown;
  try {
    tree = yamlIn(file);
  } catch {
    // What stands there may be a secret: the parser's excerpt is not shown.
    throw new WorldError(`${file} cannot be read; \`config_path\` or KUBE_CONFIG_PATH names a kubeconfig`);
  }
  const parsed = kubeconfig.safeParse(tree);
  if (parsed.success) return parsed.data;
  throw new WorldError(
    `${file} is no kubeconfig: ${parsed.error.issues[0]?.path.join(".")} is not as expected`,
  );
}

function authorization(user: User, path: (file: string) => string): string | undefined {
  const token = user.token ?? (user.tokenFile === undefined ? undefined : text(path(user.tokenFile)).trim());
  if (token !== undefined) return `Bearer ${token}`;
  if (user.username === undefined) return undefined;
  return `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`;
}

function pem(
  data: string | undefined,
  file: string | undefined,
  path: (file: string) => string,
): string | undefined {
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  return file === undefined ? undefined : text(path(file));
}

function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new WorldError(`${file} cannot be read; the kubeconfig names it`);
  }
}

const credential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

/** Runs the program that logs a user in, as kubectl and the providers do. */
function runLogin(
  { apiVersion, command, args, env }: z.infer<typeof exec>,
  variables: Variables,
  cwd: string,
): Promise<User> {
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const info = JSON.stringify({ apiVersion, kind: "ExecCredential", spec: { interactive: false } });
  const options = { cwd, env: { ...variables, ...own, KUBERNETES_EXEC_INFO: info } };
  return new Promise((done, reject) => {
    execFile(command, args ?? [], options, (error, stdout) => {
      const parsed = credential.safeParse(jsonOf(stdout));
      // What it prints is a credential, and is not shown.
      if (error || !parsed.success)
        return reject(new WorldError(`${command}, which the kubeconfig names, gives no login`));
      const { token, clientCertificateData, clientKeyData } = parsed.data.status;
      const base64 = (data: string) => Buffer.from(data).toString("base64");
      return done({
        ...(token === undefined ? {} : { token }),
        ...(clientCertificateData === undefined
          ? {}
          : { "client-certificate-data": base64(clientCertificateData) }),
        ...(clientKeyData === undefined ? {} : { "client-key-data": base64(clientKeyData) }),
      });
    });
  });
}
