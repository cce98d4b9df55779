// A Kubernetes API on loopback: etcd, the API server, and a stand-in for the one controller that Terraform waits for.
// Objects are kept and checked as anywhere; no nodes, no pods, no other controllers.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command, http, logOf } from "./process.mjs";
import { programOf, provide } from "./programs.mjs";

const STAND_IN = fileURLToPath(new URL("kubernetes/namespaces.mjs", import.meta.url));

export const kubernetes = {
  name: "kubernetes",
  // Only unpacked: the package's scripts would make a user and a unit.
  packages: { installed: ["openssl"], unpacked: ["etcd-server"] },

  async prepare(setting, say) {
    await provide(setting, "kube-apiserver", say);
    mkdirSync(filesOf(setting).data, { recursive: true, mode: 0o700 });
    if (!existsSync(filesOf(setting).folder)) writeSettings(setting);
  },

  daemons(setting) {
    return [etcd(setting), apiServer(setting), namespaces(setting)];
  },

  variables(setting) {
    const { kubeconfig } = filesOf(setting);
    return { KUBECONFIG: kubeconfig, KUBE_CONFIG_PATH: kubeconfig };
  },
};

function filesOf(setting) {
  const folder = join(setting.etc, "kubernetes");
  return {
    folder,
    data: join(setting.folder, "var/etcd"),
    kubeconfig: join(folder, "kubeconfig"),
    certificate: join(folder, "server.crt"),
    key: join(folder, "server.key"),
    accounts: join(folder, "service-accounts.key"),
    tokens: join(folder, "tokens.csv"),
  };
}

function etcd(setting) {
  const client = `http://127.0.0.1:${setting.port.etcd}`;
  const peer = `http://127.0.0.1:${setting.port["etcd-peer"]}`;
  return {
    name: "etcd",
    command: join(setting.unpacked, "etcd-server/usr/bin/etcd"),
    args: [
      ...[
        "--name",
        "loopback",
        "--data-dir",
        filesOf(setting).data,
        "--unsafe-no-fsync",
        "--log-level",
        "warn",
      ],
      ...["--logger", "zap", "--listen-client-urls", client, "--advertise-client-urls", client],
      ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer],
      ...["--initial-cluster", `loopback=${peer}`],
    ],
    port: setting.port.etcd,
    health: http(`${client}/health`),
    first: true,
  };
}

function apiServer(setting) {
  const { certificate, key, accounts, tokens, folder } = filesOf(setting);
  const flags = {
    "etcd-servers": `http://127.0.0.1:${setting.port.etcd}`,
    "bind-address": "127.0.0.1",
    "secure-port": setting.port.kubernetes,
    "advertise-address": "127.0.0.1",
    // It would publish itself as a service's endpoint, for which no loopback address will do.
    "endpoint-reconciler-type": "none",
    "service-cluster-ip-range": "10.0.0.0/24",
    "tls-cert-file": certificate,
    "tls-private-key-file": key,
    "cert-dir": folder,
    "token-auth-file": tokens,
    "authorization-mode": "RBAC",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": accounts,
    "service-account-signing-key-file": accounts,
    // Nobody makes the default account of a namespace, so no pod would be accepted.
    "disable-admission-plugins": "ServiceAccount",
  };
  return {
    name: "kube-apiserver",
    command: programOf(setting, "kube-apiserver"),
    args: Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    port: setting.port.kubernetes,
    health: () => ready(setting),
    patience: 20,
    first: true,
  };
}

/** It listens nowhere; its first line says that it has seen the namespaces. */
function namespaces(setting) {
  const { certificate } = filesOf(setting);
  const name = "kubernetes-namespaces";
  return {
    name,
    command: process.execPath,
    args: [STAND_IN, addressOf(setting), certificate],
    env: { KUBERNETES_TOKEN: setting.password },
    health: async () => readFileSync(logOf(setting, name), "utf8").includes("watching namespaces"),
  };
}

function ready(setting) {
  const ca = readFileSync(filesOf(setting).certificate);
  return new Promise((done, failed) => {
    const request = get(`${addressOf(setting)}/readyz`, { ca, timeout: 5000 }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    });
    request.once("timeout", () => request.destroy(new Error("no answer in 5 s")));
    request.once("error", failed);
  });
}

const addressOf = (setting) => `https://127.0.0.1:${setting.port.kubernetes}`;

/** Keys, a certificate, one administrator with a token; under its name only when all of it is there. */
function writeSettings(setting) {
  const done = filesOf(setting);
  const scratch = { ...setting, etc: join(setting.etc, ".kubernetes") };
  rmSync(scratch.etc, { recursive: true, force: true });
  const { folder, certificate, key, accounts, tokens, kubeconfig } = filesOf(scratch);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"];
  command("openssl", [
    ...["req", "-x509", "-newkey", "ec", ...curve, "-nodes", "-days", "3650", "-subj", "/CN=loopback"],
    ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", certificate],
  ]);
  // As "EC PRIVATE KEY": out of PKCS #8 the API server takes no public half.
  command("openssl", ["ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", accounts]);
  writeFileSync(tokens, `${setting.password},admin,admin,system:masters\n`);
  writeFileSync(kubeconfig, kubeconfigOf(setting, readFileSync(certificate)));
  for (const file of [key, accounts, tokens, kubeconfig]) chmodSync(file, 0o600);
  renameSync(folder, done.folder);
  rmSync(scratch.etc, { recursive: true, force: true });
}

function kubeconfigOf(setting, certificate) {
  return `apiVersion: v1
kind: Config
current-context: loopback
clusters:
  - name: loopback
    cluster:
      server: ${addressOf(setting)}
      certificate-authority-data: ${certificate.toString("base64")}
users:
  - name: loopback
    user:
      token: ${setting.password}
contexts:
  - name: loopback
    context:
      cluster: loopback
      user: loopback
`;
}
