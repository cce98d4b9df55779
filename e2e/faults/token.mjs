// A token that expires in the middle of an apply.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scratch } from "../terraform.mjs";
import { decisive, nothingLeft } from "./checks.mjs";
import { flat } from "./runs.mjs";
import { FaultSite, good } from "./site.mjs";
import { administrator, trapped, writes } from "./trap.mjs";

const SIZE = { roles: 3, groups: 2, flavors: 0, projects: 1, networks: 0 };

test("a token expires in the middle of an apply", { concurrency: true }, async (t) => {
  const cloud = await administrator();
  /** A site, and a trap that ends the token of the request that it hits. */
  const ending = async (t, { name, matches, nth, more }) => {
    const trap = await trapped();
    t.after(() => trap.proxy.stop());
    const site = new FaultSite({
      folder: scratch(t),
      name,
      backend: "pg",
      size: SIZE,
      variables: trap.variables,
      more,
    });
    t.after(() => site.sweep(cloud));
    await site.ready();
    trap.arm({
      matches,
      nth,
      async strike({ token }) {
        await cloud.call("DELETE", "identity", "/auth/tokens", undefined, {
          headers: { "X-Subject-Token": token },
        });
        return undefined;
      },
    });
    return { site, trap };
  };

  await Promise.all([
    t.test("the OpenStack provider logs in again", async (t) => {
      const matches = (request) => writes(request) && request.path.startsWith("/v3/");
      const { site, trap } = await ending(t, { name: "ce-tok-os", matches, nth: 2 });
      const said = await good(site.apply());
      assert.ok(trap.struck);
      assert.match(said, /Apply complete!/);
      const refused = trap.proxy.seen.filter(({ status }) => status === 401);
      t.diagnostic(refused.map(({ method, path }) => `${method} ${path}`).join(", "));
      assert.ok(refused.length > 0);
      await nothingLeft(site, cloud);
    }),
    t.test("the REST provider does not, until the next run", async (t) => {
      const mapping = `ce-tok-${Date.now().toString(36)}`;
      const more = {
        files: {
          [`openstack/global-static-identity-mappings/${mapping}.yaml`]: {
            id: mapping,
            rules: [{ local: [{ user: { name: "{0}" } }], remote: [{ type: "OIDC-sub" }] }],
          },
        },
      };
      t.after(() =>
        cloud.call("DELETE", "identity", `/OS-FEDERATION/mappings/${mapping}`, undefined, { ok: [204, 404] }),
      );
      const matches = ({ method, path }) => method === "PUT" && path.includes("/OS-FEDERATION/mappings/");
      const { site, trap } = await ending(t, { name: "ce-tok-rest", matches, more });
      const { status, said } = await site.apply().ended;
      assert.ok(trap.struck);
      t.diagnostic(decisive(said));
      assert.equal(status, 1);
      assert.match(flat(said), /unexpected response code '401'/);
      await good(site.apply());
      await nothingLeft(site, cloud);
      assert.equal(await cloud.code("identity", `/OS-FEDERATION/mappings/${mapping}`), 200);
    }),
  ]);
});
