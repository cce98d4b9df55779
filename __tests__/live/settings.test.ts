/** Where a login comes from: variables and clouds.yaml, and what is sent to Keystone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { login } from "../../live/login";
import { loginSettings } from "../../live/settings";
import { pretend } from "./cloud";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cloud-entities-live-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function settings(variables: Record<string, string>, cloud?: string) {
  return loginSettings({ cloud }, { HOME: join(folder, "home"), ...variables }, folder);
}

/** What Keystone is told. */
async function told(variables: Record<string, string>, cloud?: string): Promise<unknown> {
  const { requests, sent } = pretend({});
  await login(settings(variables, cloud), requests);
  return JSON.parse(sent[0]?.body ?? "").auth;
}

const URL_ONLY = { OS_AUTH_URL: "http://cloud.test:5000" };

describe("variables", () => {
  test("a password", async () => {
    const variables = {
      OS_USERNAME: "eva",
      OS_PASSWORD: "p",
      OS_TENANT_NAME: "t",
      OS_PROJECT_DOMAIN_ID: "d",
    };
    expect(await told({ ...URL_ONLY, ...variables, OS_USER_DOMAIN_NAME: "U" })).toEqual({
      identity: {
        methods: ["password"],
        password: { user: { name: "eva", domain: { name: "U" }, password: "p" } },
      },
      scope: { project: { name: "t", domain: { id: "d" } } },
    });
  });

  test("a token, for a domain", async () => {
    expect(await told({ ...URL_ONLY, OS_TOKEN: "t", OS_DOMAIN_NAME: "d" })).toEqual({
      identity: { methods: ["token"], token: { id: "t" } },
      scope: { domain: { name: "d" } },
    });
  });

  test("an application credential, by id and by name", async () => {
    const secret = { ...URL_ONLY, OS_APPLICATION_CREDENTIAL_SECRET: "s", OS_PROJECT_NAME: "ignored" };
    expect(await told({ ...secret, OS_APPLICATION_CREDENTIAL_ID: "i" })).toEqual({
      identity: { methods: ["application_credential"], application_credential: { id: "i", secret: "s" } },
    });
    expect(await told({ ...secret, OS_APPLICATION_CREDENTIAL_NAME: "n", OS_USERNAME: "eva" })).toMatchObject({
      identity: {
        application_credential: { name: "n", user: { name: "eva", domain: { id: "default" } }, secret: "s" },
      },
    });
  });

  test("the region and the interface", () => {
    const variables = { ...URL_ONLY, OS_REGION_NAME: "Brno1", OS_ENDPOINT_TYPE: "internalURL" };
    expect(settings(variables)).toMatchObject({ region: "Brno1", interface: "internal" });
    expect(loginSettings({ region: "Own" }, variables, folder).region).toBe("Own");
  });
});

describe("clouds.yaml", () => {
  const CLOUDS = `x: &region {region_name: 7}
clouds:
  brno:
    auth: {auth_url: "http://cloud.test:5000/v3", username: eva, project_name: p, user_domain_name: D, project_domain_name: D}
    regions: [{name: Brno1}, Brno2]
    verify: false
  shared: {<<: *region, profile: site, auth: {username: eva, password: p}}
  totp: {auth_type: v3totp, auth: {auth_url: "http://cloud.test"}}
`;

  test("in the current folder, with its secrets in secure.yaml", async () => {
    write({
      "clouds.yaml": CLOUDS,
      "home/.config/openstack/secure.yaml": "clouds: {brno: {auth: {password: s}}}\n",
    });
    expect(settings({}, "brno")).toMatchObject({ region: "Brno1", tls: { insecure: true } });
    expect(await told({}, "brno")).toMatchObject({ identity: { password: { user: { password: "s" } } } });
  });

  test("named by OS_CLOUD, in the home folder, with a profile; other variables do not count", async () => {
    write({
      "home/.config/openstack/clouds.yml": CLOUDS,
      "home/.config/openstack/clouds-public.yaml":
        'public-clouds: {site: {auth: {auth_url: "http://cloud.test:5000"}, region_name: Site}}\n',
    });
    expect(settings({ OS_CLOUD: "shared", OS_AUTH_URL: "http://wrong.test" })).toMatchObject({
      auth: { auth_url: "http://cloud.test:5000", username: "eva" },
      region: "7",
    });
  });

  test("a password from the variables where the files have none", async () => {
    write({ "other.yaml": CLOUDS });
    const variables = { OS_CLIENT_CONFIG_FILE: "other.yaml", OS_PASSWORD: "v", OS_USERNAME: "mallory" };
    expect(await told(variables, "brno")).toMatchObject({
      identity: { password: { user: { name: "eva", password: "v" } } },
    });
  });

  test.each([
    ["nowhere", {}, "stands in no clouds.yaml"],
    ["brn", { "clouds.yaml": CLOUDS }, 'has no cloud "brn"; it has brno, shared, totp'],
    ["brno", { "clouds.yaml": "clouds: {brno: {verify: hunter2}}" }, "clouds.brno.verify is not what"],
    ["brno", { "clouds.yaml": "a: [hunter2" }, "cannot be read as YAML"],
    ["brno", { "clouds.yaml": "clouds: {brno: {auth: {}}}" }, "has no auth_url"],
  ])("%s: %j", (cloud, files, words) => {
    write(files);
    expect(() => settings({}, cloud)).toThrow(words);
    expect(() => settings({}, cloud)).not.toThrow("hunter2");
  });

  test("a login type that is not known, and a login that lacks its password", async () => {
    write({ "clouds.yaml": CLOUDS });
    await expect(told({}, "totp")).rejects.toThrow('the login type "v3totp" is not known here');
    await expect(told({}, "brno")).rejects.toThrow("the login has no password");
    expect(() => settings({})).toThrow("there is no login");
  });
});
