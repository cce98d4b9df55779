// The OpenStack APIs as an administrator sees them: what tests use to look, to make what is unmanaged, and to change
// things behind Terraform's back.

/** How long one request may take. */
const PATIENCE = 60_000;

/**
 * A login: `call(method, service, path, body, options)` with the address of `service` from the service catalog
 * (`identity`, `compute`, `network`, `volumev3`, `image`, `placement`, `load-balancer`, `key-manager`).
 * It returns the parsed answer, and throws with what the service said unless the code is in `options.ok` (default: any 2xx).
 */
export async function login(variables = process.env) {
  const address = variables.OS_AUTH_URL;
  const user = {
    name: variables.OS_USERNAME,
    password: variables.OS_PASSWORD,
    domain: { name: variables.OS_USER_DOMAIN_NAME },
  };
  const scope = {
    project: { name: variables.OS_PROJECT_NAME, domain: { name: variables.OS_PROJECT_DOMAIN_NAME } },
  };
  const response = await fetch(`${address}/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ auth: { identity: { methods: ["password"], password: { user } }, scope } }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`login at ${address}: ${response.status} ${await response.text()}`);
  const { token } = await response.json();
  const id = response.headers.get("x-subject-token");
  const endpoints = new Map(
    token.catalog.map(({ type, endpoints: all }) => [
      type,
      all.find((one) => one.interface === "public" && one.region_id === variables.OS_REGION_NAME)?.url,
    ]),
  );
  // Keystone may be reached by another address than its catalog says: as for the login.
  endpoints.set("identity", address);
  const version = { network: "/v2.0", image: "/v2", "load-balancer": "/v2.0", "key-manager": "/v1" };

  async function call(method, service, path, body, { ok, headers = {} } = {}) {
    const base = endpoints.get(service);
    if (!base) throw new Error(`there is no service ${service} in region ${variables.OS_REGION_NAME}`);
    const url = `${base.replace(/\/$/, "")}${version[service] ?? ""}${path}`;
    const answer = await fetch(url, {
      method,
      headers: {
        "X-Auth-Token": id,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(service === "compute" ? { "X-OpenStack-Nova-API-Version": "2.74" } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const text = await answer.text();
    if (ok ? !ok.includes(answer.status) : !answer.ok)
      throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 600)}`);
    return /json/.test(answer.headers.get("content-type") ?? "") && text !== ""
      ? JSON.parse(text)
      : undefined;
  }

  return {
    call,
    token: id,
    project: token.project.id,
    user: token.user.id,
    get: (service, path) => call("GET", service, path),
    /** The code that a request is answered with. */
    async code(service, path) {
      try {
        await call("GET", service, path);
        return 200;
      } catch (error) {
        const found = /: (\d{3}) /.exec(error.message);
        if (!found) throw error;
        return Number(found[1]);
      }
    },
  };
}
