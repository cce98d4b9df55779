// The API answers 500, 503, 409, or not at all, now and then.
import assert from "node:assert/strict";
import { test } from "node:test";
import { faultyProxy } from "../parts/proxy.mjs";
import { scratch } from "../terraform.mjs";
import { BACKENDS, decisive, nothingLeft, taken } from "./checks.mjs";
import { flat, random } from "./runs.mjs";
import { FaultSite, good } from "./site.mjs";
import { administrator, isLogin, setting, trapped } from "./trap.mjs";

/** One request, and what it meets. */
const ROLE = { method: "POST", path: /^\/v3\/roles$/, many: "roles" };
const NETWORK = { method: "POST", path: /^\/v2\.0\/networks$/, many: "networks" };
const READ = { method: "GET", path: /^\/v3\/roles\/[0-9a-f]+$/, many: "roles" };

const LOGIN = { method: "POST", path: /^\/v3\/auth\/tokens$/, many: "roles" };

/**
 * What comes of it: Terraform `ends` with 0 or 1, how often it was `asked`, whether the thing is `made` and in the `state`.
 * `max_retries` sends again what got no answer, unless it has a body; nothing is sent again after any answer.
 */
const FINE = { ends: 0, asked: 2, made: 1, state: "there" };
const UNREAD = { ends: 1, asked: 1, made: 1, state: "tainted" };
const UNMADE = { ends: 1, asked: 1, made: 0, state: undefined };
const UNKNOWN = { ends: 1, asked: 1, made: 1, state: undefined };

const CASES = [
  [READ, { status: 500 }, UNREAD],
  [READ, { status: 503 }, UNREAD],
  [READ, { status: 409 }, UNREAD],
  [READ, { status: 504 }, UNREAD],
  [READ, { reset: true }, FINE],
  [READ, { hang: 500 }, FINE],
  [ROLE, { status: 500 }, UNMADE],
  [ROLE, { status: 503 }, UNMADE],
  [ROLE, { status: 409 }, UNMADE],
  [ROLE, { reset: true }, UNMADE],
  [ROLE, { status: 504, late: true }, UNKNOWN],
  [ROLE, { reset: true, late: true }, UNKNOWN],
  [NETWORK, { reset: true }, UNMADE],
  [NETWORK, { status: 500, late: true }, UNKNOWN],
  [NETWORK, { reset: true, late: true }, UNKNOWN],
  [NETWORK, { hang: 500, late: true }, UNKNOWN],
  [LOGIN, { status: 503 }, UNMADE],
  [LOGIN, { reset: true }, UNMADE],
];

/** What the user reads, from the provider 1.54.1 or from 3.4.0. */
function says({ status }, { ends }) {
  if (ends === 0) return /Apply complete!/;
  if (status === undefined)
    return /OpenStack connection error, retries exhausted\. Aborting\. Last error was: http: ContentLength=\d+ with Body length 0/;
  const older = {
    500: "Internal Server Error",
    503: "The service is currently unable to handle the request",
    504: "Gateway Timeout",
  };
  return new RegExp(`Error (creating|retrieving) .*(: ${older[status]}|but got ${status} instead)`);
}

test("one request meets one fault", { concurrency: true }, async (t) => {
  const cloud = await administrator();
  // Lanes beside each other; in a lane one after the other.
  await Promise.all(
    [0, 1, 2].map(async (lane) => {
      const cases = CASES.filter((_, index) => index % 3 === lane);
      const count = (many) => cases.filter(([on]) => on.many === many).length;
      const trap = await trapped();
      t.after(() => trap.proxy.stop());
      const size = { roles: count("roles"), groups: 0, flavors: 0, projects: 0, networks: count("networks") };
      const site = new FaultSite({
        folder: scratch(t),
        name: `ce-api${lane}`,
        backend: "local",
        size,
        variables: trap.variables,
      });
      t.after(() => site.sweep(cloud));
      await site.ready();
      const taking = { roles: site.names("roles"), networks: site.names("networks") };
      for (const [on, fault, expected] of cases) {
        const name = taking[on.many].shift();
        await t.test(`${on.method} ${on.path} ${JSON.stringify(fault)}`, async () => {
          const address = `${on.many === "roles" ? "openstack_identity_role_v3" : "openstack_networking_network_v2"}.${name.replace(/-/g, "_")}`;
          trap.arm({
            matches: ({ method, path }) => method === on.method && on.path.test(path),
            strike: () => fault,
          });
          const from = trap.proxy.seen.length;
          const { status, said } = await site.apply(`-target=${address}`, "-refresh=false").ended;
          trap.disarm();
          const asked = trap.proxy.seen
            .slice(from)
            .filter(({ method, path }) => method === on.method && on.path.test(path)).length;
          const made = (await site.namesInCloud(cloud)).filter((one) => one === name).length;
          const state = (await site.conditions()).get(address);
          assert.match(flat(said), says(fault, expected));
          assert.deepEqual({ ends: status, asked, made, state }, expected);
        });
      }
      await t.test(`lane ${lane}: adopt, deploy, nothing left`, async () => {
        await taken(
          site,
          (await site.orphans(cloud)).map(({ address }) => address),
        );
        await good(site.apply());
        await nothingLeft(site, cloud);
      });
    }),
  );
});

/** Faults, and whether they may come when the cloud has done the work already. */
const FAULTS = [
  { status: 500 },
  { status: 503 },
  { status: 409 },
  { status: 504 },
  { hang: 300 },
  { reset: true },
];
const OFTEN = 0.1;
const MOST = 8;

test("any request meets any fault now and then", { concurrency: true }, async (t) => {
  const cloud = await administrator();
  await Promise.all(
    BACKENDS.map((backend, index) =>
      t.test(backend, async (t) => {
        const next = random(2026 + index);
        let calm = false;
        let struck = 0;
        const proxy = await faultyProxy({
          setting,
          decide(request) {
            const [strikes, which, late] = [next(), next(), next()];
            if (calm || isLogin(request) || strikes > OFTEN || struck >= MOST) return undefined;
            struck++;
            return { ...FAULTS[Math.floor(which * FAULTS.length)], late: late < 0.5 };
          },
        });
        t.after(() => proxy.stop());
        const site = new FaultSite({
          folder: scratch(t),
          name: `ce-now-${backend}`,
          backend,
          size: "short",
          variables: { OS_AUTH_URL: `${proxy.address(setting.port.keystone)}/v3` },
        });
        t.after(() => site.sweep(cloud));
        await site.ready();
        for (let runs = 1; ; runs++) {
          assert.ok(runs <= 12, "it never ends");
          const { status, said } = await site.apply().ended;
          await proxy.settled();
          t.diagnostic(`${runs}: ${status}, ${proxy.faults()} faults; ${decisive(said)}`);
          if (status === 0) {
            const { empty } = await site.plan();
            if (empty) break;
            continue;
          }
          calm = true;
          await taken(
            site,
            (await site.orphans(cloud)).map(({ address }) => address),
          );
          calm = false;
        }
        assert.deepEqual(await site.namesInCloud(cloud), site.wanted());
      }),
    ),
  );
});
