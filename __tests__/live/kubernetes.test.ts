/** Where a Kubernetes login comes from, and what is asked of the API server. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubernetesLogin } from "../../live/kubeconfig";
import { Kubernetes } from "../../live/kubernetes";
import { pretend } from "./cloud";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cloud-entities-live-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString("base64");

function login(user: string, context?: string, cluster = "") {
  const file = join(folder, "config");
  writeFileSync(
    file,
    `current-context: brno
contexts: [{name: brno, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://k8s.test:6443/"${cluster}}}]
users: [{name: u, user: ${user}}]
`,
  );
  return kubernetesLogin(
    { configPath: file, configContext: context },
    { PATH: process.env["PATH"] },
    "/nowhere",
  );
}

test.each([
  ["{token: t}", "Bearer t"],
  ["{tokenFile: token}", "Bearer from-file"],
  ["{username: eva, password: p}", `Basic ${base64("eva:p")}`],
  [
    "{exec: {apiVersion: v1, command: ./login, args: [a], env: [{name: SITE, value: brno}]}}",
    "Bearer brno-a",
  ],
  [`{client-certificate-data: ${base64("cert")}, client-key: key}`, undefined],
])("%s", async (user, authorization) => {
  writeFileSync(join(folder, "token"), "from-file\n");
  writeFileSync(join(folder, "key"), "the key");
  writeFileSync(join(folder, "login"), '#!/bin/sh\necho "{\\"status\\": {\\"token\\": \\"$SITE-$1\\"}}"\n');
  chmodSync(join(folder, "login"), 0o755);
  const made = await login(user);
  expect(made).toMatchObject({ server: "https://k8s.test:6443", authorization });
  if (authorization === undefined) expect(made.tls).toMatchObject({ cert: "cert", key: "the key" });
});

test("certificates of the server", async () => {
  expect((await login("{}", "brno", `, certificate-authority-data: ${base64("ca")}`)).tls.ca).toBe("ca");
  expect((await login("{}", "brno", ", insecure-skip-tls-verify: true")).tls.insecure).toBe(true);
});

test.each([
  ["{token: hunter2}", "praha", 'has no context "praha"; it has brno'],
  ["{token: [hunter2]}", "brno", "is no kubeconfig: users.0.user.token is not as expected"],
  ["{token: hunter2", "brno", "cannot be read"],
  [
    "{exec: {apiVersion: v1, command: /bin/echo, args: [hunter2]}}",
    "brno",
    "/bin/echo, which the kubeconfig names",
  ],
  ["{tokenFile: hunter}", "brno", "cannot be read; the kubeconfig names it"],
])("%s in %s fails in a sentence", async (user, context, words) => {
  const failure: unknown = await login(user, context).catch((error: unknown) => error);
  expect(String(failure)).toContain(words);
  expect(String(failure)).not.toContain("hunter2");
});

const SERVER = { server: "http://k8s.test:6443", tls: {}, authorization: "Bearer t" };

test("only metadata is asked for, with the login", async () => {
  const cloud = pretend({ "/api/v1/namespaces/a/secrets?limit=500": { metadata: {}, items: null } });
  const kubernetes = new Kubernetes(
    async () => SERVER,
    () => cloud.transport,
  );
  expect(await kubernetes.list("/api/v1/namespaces/a/secrets")).toEqual([]);
  expect(cloud.sent).toMatchObject([
    {
      method: "GET",
      headers: { Authorization: "Bearer t", Accept: expect.stringContaining("PartialObjectMetadata") },
    },
  ]);
});

test("a refused login is one sentence", async () => {
  const cloud = pretend({ "/api/v1/namespaces?limit=500": 401 });
  const kubernetes = new Kubernetes(
    async () => SERVER,
    () => cloud.transport,
  );
  await expect(kubernetes.list("/api/v1/namespaces")).rejects.toThrow(
    "http://k8s.test:6443/api/v1/namespaces is refused (HTTP 401)",
  );
});
