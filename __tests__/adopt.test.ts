/** The verb `adopt`, from the command line to the import blocks, against a server of its own and a pretended terraform. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../commands/main";

const PASSWORD = "hunter2-password";
const TOKEN = "gAAAAA-token";

let folder: string;
let server: Server;
let answers: Record<string, unknown>;
let login: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cloud-entities-adopt-"));
  answers = { "/v3/domains": { domains: [] }, "/v2.1/flavors/detail": { flavors: [] } };
  login = 201;
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://x").pathname;
    const url = `http://127.0.0.1:${portOf(server)}`;
    const endpoints = (version: string) => [
      { interface: "public", region_id: "Brno1", url: `${url}/${version}` },
    ];
    const catalog = [
      { type: "identity", endpoints: endpoints("v3") },
      { type: "compute", endpoints: endpoints("v2.1") },
    ];
    const isLogin = path === "/v3/auth/tokens";
    const body = isLogin ? { token: { catalog }, error: PASSWORD } : answers[path];
    const status = isLogin ? login : body === undefined ? 404 : 200;
    response.writeHead(status, { "X-Subject-Token": TOKEN });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  write("site/environments/test/environment.yaml", ENVIRONMENT);
  write("site/environments/test/openstack/domains/cz.yaml", "domain: {name: cz}\n");
  write(
    "site/environments/test/openstack/flavors/c2.yaml",
    "flavor:\n  name: c2\n  vcpus: 1\n  ram: 1 GiB\n  disk: 1\n  is_public: true\n",
  );
  terraform("");
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
});

const ENVIRONMENT = `environment:
  name: test
  state: {backend: local, path: "state/{stack}"}
  openstack: {region: Brno1}
`;

function portOf(of: Server): number {
  return (of.address() as AddressInfo).port;
}

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** A program that stands for terraform: it prints this state. */
function terraform(state: string, code = 0): void {
  write("state", state);
  write(
    "terraform",
    `#!/bin/sh\n[ "$1" = state ] && cat ${folder}/state\n[ ${code} = 0 ] || echo "Error: no ${PASSWORD}" >&2\nexit ${code}\n`,
  );
  chmodSync(join(folder, "terraform"), 0o755);
}

async function adopt(...words: string[]) {
  let [out, err] = ["", ""];
  const streams = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    colour: false,
    columns: 80,
  };
  const variables = {
    PATH: process.env["PATH"],
    OS_AUTH_URL: `http://127.0.0.1:${portOf(server)}/v3`,
    OS_USERNAME: "admin",
    OS_PASSWORD: PASSWORD,
    OS_PROJECT_NAME: "admin",
    TERRAFORM_BINARY_NAME: join(folder, "terraform"),
  };
  const line = ["adopt", "--root", join(folder, "site"), "--output", join(folder, "out"), ...words];
  const code = await run(line, { variables, cwd: folder, now: new Date("2026-11-21T12:00:00Z"), streams });
  expect(out + err).not.toMatch(new RegExp(`${PASSWORD}|${TOKEN}`));
  return { code, out, err };
}

const imports = () => join(folder, "out/stacks/test-openstack/imports.tf.json");
const blocks = () => (existsSync(imports()) ? JSON.parse(readFileSync(imports(), "utf8")).import : undefined);

test("one match becomes an import block, none will be created", async () => {
  answers["/v2.1/flavors/detail"] = { flavors: [{ id: "f1", name: "c2" }] };
  const { code, out } = await adopt();
  expect(code).toBe(0);
  expect(out).toContain(
    "  in the state already: 0 resources\n  found in the cloud: 1 resource\n    flavor c2  f1\n",
  );
  expect(out).toContain("  will be created: 1 resource\n    domain cz\n");
  expect(out).toMatch(/\nNext: npx cloud-entities plan test-openstack --root site --output \S+\/out\n$/);
  expect(blocks()).toEqual([{ to: "openstack_compute_flavor_v2.c2", id: "f1" }]);
});

test("what the state has is left alone; without anything to import there is no file", async () => {
  answers["/v2.1/flavors/detail"] = { flavors: [{ id: "f1", name: "c2" }] };
  await adopt();
  const instances = [{ attributes: { id: "f1" } }];
  const flavor = { mode: "managed", type: "openstack_compute_flavor_v2", name: "c2", instances };
  terraform(JSON.stringify({ version: 4, resources: [flavor] }));
  expect((await adopt()).out).toContain(
    "  in the state already: 1 resource\n  found in the cloud: 0 resources\n",
  );
  expect(blocks()).toBeUndefined();
});

test("a state that could not be written is told of", async () => {
  expect((await adopt()).out).not.toContain("errored.tfstate");
  write("out/stacks/test-openstack/errored.tfstate", "{}");
  expect((await adopt()).out).toMatch(
    /a deploy could not write its state[\s\S]*-chdir=out\/stacks\/test-openstack state push errored\.tfstate\n/,
  );
});

test("several matches are a problem at the entity, and no block is written", async () => {
  answers["/v2.1/flavors/detail"] = {
    flavors: [
      { id: "f1", name: "c2" },
      { id: "f2", name: "c2" },
    ],
  };
  const { code, err } = await adopt("test-openstack");
  expect(code).toBe(1);
  expect(err).toContain(
    "environments/test/openstack/flavors/c2.yaml:1:1: error: flavor c2 may be any of 2 in the cloud: f1, f2 [adopt]",
  );
  expect(err).toContain("terraform import openstack_compute_flavor_v2.c2 ID");
  expect(blocks()).toBeUndefined();
});

test("something unmanaged that is not there is a problem at its line", async () => {
  write(
    "site/environments/test/environment.yaml",
    `${ENVIRONMENT.trimEnd().slice(0, -1)}, unmanaged: {roles: [reader], users: [cz/eva]}}\n`,
  );
  write(
    "site/environments/test/openstack/role-assignments/eva.yaml",
    "role-assignment: {role: reader, user: cz/eva, domain: cz}\n",
  );
  answers["/v3/roles"] = { roles: [] };
  const { code, err } = await adopt();
  expect(code).toBe(1);
  expect(err).toMatch(/environment\.yaml:4:\d+: error: unmanaged role reader does not exist in the cloud/);
});

describe("the world fails: one sentence, exit code 3", () => {
  test("the login is refused", async () => {
    login = 401;
    const { code, err } = await adopt();
    expect(code).toBe(3);
    expect(err).toMatch(/^test-openstack: \S+ refuses the login \(HTTP 401\): user admin, project admin\n$/);
  });

  test("a service answers with an error", async () => {
    delete answers["/v2.1/flavors/detail"];
    expect(await adopt()).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^test-openstack: \S+\/flavors\/detail fails with HTTP 404\n$/),
    });
  });

  test("terraform fails, and says a secret", async () => {
    terraform("", 1);
    expect(await adopt()).toMatchObject({
      code: 3,
      err: expect.stringMatching(/terraform init failed: no …\n$/),
    });
  });

  test("there is no terraform", async () => {
    rmSync(join(folder, "terraform"));
    expect(await adopt()).toMatchObject({ code: 3, err: expect.stringContaining("there is no program") });
  });

  test("the state is no state", async () => {
    terraform('{"version": 3}');
    expect(await adopt()).toMatchObject({
      code: 3,
      err: expect.stringContaining("the state of test-openstack"),
    });
  });
});

test("a stack that does not exist is wrong use", async () => {
  expect(await adopt("test-openstak")).toMatchObject({
    code: 2,
    err: expect.stringContaining('there is no stack "test-openstak"; did you mean "test-openstack"?'),
  });
});

test("synthesis keeps the import blocks of what is still there, and drops the others", async () => {
  answers["/v2.1/flavors/detail"] = { flavors: [{ id: "f1", name: "c2" }] };
  answers["/v3/domains"] = { domains: [{ id: "d1", name: "cz" }] };
  await adopt();
  expect(blocks()).toHaveLength(2);
  const synth = async () => {
    const streams = { out() {}, err() {}, colour: false, columns: 80 };
    const line = ["synth", "--root", join(folder, "site"), "--output", join(folder, "out")];
    await run(line, { variables: {}, cwd: folder, now: new Date(), streams });
  };
  await synth();
  expect(blocks()).toHaveLength(2);
  rmSync(join(folder, "site/environments/test/openstack/domains/cz.yaml"));
  await synth();
  expect(blocks()).toEqual([{ to: "openstack_compute_flavor_v2.c2", id: "f1" }]);
  rmSync(join(folder, "site/environments/test/openstack/flavors/c2.yaml"));
  await synth();
  expect(blocks()).toBeUndefined();
});
