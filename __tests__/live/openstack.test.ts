/** A live OpenStack: log-in, pages, failures that pass and failures that stay. */
import { OpenStack } from "../../live/openstack";
import { WorldError } from "../../live/world";
import { type Answers, broken, pretend, SECRET, SETTINGS, TOKEN } from "./cloud";

const ROLES = { service: "identity", path: "/roles", key: "roles" } as const;

async function list(answers: Answers, listing: Parameters<OpenStack["list"]>[0] = ROLES) {
  const cloud = pretend(answers);
  const openstack = new OpenStack(SETTINGS, cloud.requests);
  const result = await openstack.list(listing).catch((error: unknown) => error);
  return { ...cloud, openstack, result };
}

/** The sentence of the failure; never with a secret. */
async function failure(answers: Answers, listing?: Parameters<OpenStack["list"]>[0]): Promise<string> {
  const { result } = await list(answers, listing);
  if (!(result instanceof WorldError)) throw new Error(`no WorldError: ${String(result)}`);
  expect(result.message).not.toMatch(new RegExp(`${SECRET}|${TOKEN}|\n`));
  return result.message;
}

test("a collection is asked for once, with one log-in", async () => {
  const { openstack, asked, result } = await list({ "/v3/roles": { roles: [{ id: "1" }] } });
  expect(result).toEqual([{ id: "1" }]);
  expect(await openstack.list(ROLES)).toEqual([{ id: "1" }]);
  expect(asked).toEqual(["POST 5000/v3/auth/tokens", "GET 5000/v3/roles"]);
});

test("nothing but GETs after the log-in", async () => {
  const { sent } = await list({ "/v3/roles": { roles: [] } });
  expect(sent.map(({ method }) => method)).toEqual(["POST", "GET"]);
});

describe("pages", () => {
  test("by Keystone's links", async () => {
    const { result } = await list({
      "/v3/roles": { roles: [1], links: { next: "https://elsewhere.test/identity/v3/roles?marker=1" } },
      "/v3/roles?marker=1": { roles: [2], links: { next: null } },
    });
    expect(result).toEqual([1, 2]);
  });

  test("by the other services' list of links", async () => {
    const next = (marker: string) => [
      { rel: "previous", href: "http://cloud.test:8774/v2.1/flavors/detail" },
      { rel: "next", href: `http://cloud.test:8774/v2.1/flavors/detail?is_public=None&marker=${marker}` },
    ];
    const { result, asked } = await list(
      {
        "/v2.1/flavors/detail?is_public=None": { flavors: [1], flavors_links: next("a") },
        "/v2.1/flavors/detail?is_public=None&marker=a": { flavors: [2], flavors_links: next("b") },
        "/v2.1/flavors/detail?is_public=None&marker=b": { flavors: [3] },
      },
      { service: "compute", path: "/flavors/detail", query: { is_public: "None" }, key: "flavors" },
    );
    expect(result).toEqual([1, 2, 3]);
    expect(asked).toHaveLength(4);
  });

  test("a list that Keystone cut short is a failure", async () => {
    expect(await failure({ "/v3/roles": { roles: [1], truncated: true } })).toContain("list_limit");
  });
});

describe("failures that pass", () => {
  test.each([
    ["a busy server", 429],
    ["a server's error", 500],
    ["a broken connection", broken("ECONNRESET")],
  ])("%s", async (_, reply) => {
    const { result } = await list({ "/v3/roles": [reply, reply, { roles: [1] }] });
    expect(result).toEqual([1]);
  });

  test("a token that expired: one new log-in, whoever waits for it", async () => {
    const cloud = pretend({ "/v3/roles": [401, { roles: [1] }], "/v3/domains": [401, { domains: [2] }] });
    const openstack = new OpenStack(SETTINGS, cloud.requests);
    const lists = [
      openstack.list(ROLES),
      openstack.list({ service: "identity", path: "/domains", key: "domains" }),
    ];
    expect(await Promise.all(lists)).toEqual([[1], [2]]);
    expect(cloud.asked.filter((one) => one.startsWith("POST"))).toHaveLength(2);
  });
});

describe("failures that stay are one sentence without a secret", () => {
  test.each<[string, Answers, string]>([
    ["login refused", { "/v3/auth/tokens": 401 }, "refuses the login (HTTP 401): user admin, project admin"],
    ["no Keystone", { "/v3/auth/tokens": { hello: 1 } }, "gives no token (HTTP 200)"],
    [
      "unreachable",
      { "/v3/auth/tokens": broken("ECONNREFUSED") },
      "cannot be reached: the connection was refused",
    ],
    ["no such host", { "/v3/auth/tokens": broken("ENOTFOUND") }, "no such host"],
    ["no admin", { "/v3/roles": 403 }, "http://cloud.test:5000/v3/roles is refused (HTTP 403)"],
    ["always 401", { "/v3/roles": 401 }, "is refused (HTTP 401)"],
    ["always 500", { "/v3/roles": 500 }, "http://cloud.test:5000/v3/roles fails with HTTP 500"],
    ["another answer", { "/v3/roles": { users: [] } }, "answers without a list of roles"],
  ])("%s", async (_, answers, words) => {
    expect(await failure(answers)).toContain(words);
  });

  test("a service that the catalog lacks", async () => {
    const elsewhere = new OpenStack({ ...SETTINGS, interface: "internal" }, pretend({}).requests);
    await expect(elsewhere.list(ROLES)).rejects.toThrow(
      "the service catalog has no internal endpoint of the identity service in the region Brno1",
    );
  });
});

test("what a collection may lack is an empty list", async () => {
  const path = "/flavors/public/os-flavor-access";
  const { result } = await list({}, { service: "compute", path, key: "flavor_access", mayLack: true });
  expect(result).toEqual([]);
});
