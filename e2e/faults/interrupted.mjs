// An apply is interrupted (INT, TERM) or killed (KILL) at ten points, and run again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scratch } from "../terraform.mjs";
import { BACKENDS, decisive, nothingLeft, taken } from "./checks.mjs";
import { flat, silence } from "./runs.mjs";
import { FaultSite, good } from "./site.mjs";
import { administrator, hit, trapped, WHERE } from "./trap.mjs";

const POINTS = 10;

const GRACEFULLY =
  /Interrupt received\. Please wait for Terraform to exit or data loss may occur\. Gracefully shutting down/;

/** How a process ends before its time. `alone`: not its group, and so not its providers. */
const ENDINGS = {
  INT: { signal: "SIGINT", says: GRACEFULLY },
  "TERM to Terraform": { signal: "SIGTERM", alone: true, says: GRACEFULLY },
  "TERM to its group": { signal: "SIGTERM", says: GRACEFULLY },
  KILL: { signal: "SIGKILL", killed: true },
};

const CHAINS = [
  { title: "interrupted", endings: ["INT", "TERM to Terraform", "TERM to its group"] },
  { title: "killed", endings: ["KILL"] },
];

test("T5: an apply is broken off at ten points, and run again", { concurrency: true }, async (t) => {
  const cloud = await administrator();
  await Promise.all(
    CHAINS.flatMap(({ title, endings }) =>
      BACKENDS.map((backend, shift) =>
        t.test(`${title}, ${backend}`, async (t) => {
          const trap = await trapped();
          t.after(() => trap.proxy.stop());
          const site = new FaultSite({
            folder: scratch(t),
            name: `ce-${title.slice(0, 3)}-${backend}`,
            backend,
            size: "long",
            variables: trap.variables,
          });
          t.after(() => site.sweep(cloud));
          await site.ready();
          for (let point = 0; point < POINTS; point++) {
            // All combinations, in another order on every backend.
            const ending = endings[(point + shift) % endings.length];
            const where = WHERE[(Math.floor(point / endings.length) + shift) % WHERE.length];
            await t.test(`${point + 1}: ${ending}, ${where} a request`, async (t) => {
              await brokenOff({
                t,
                site,
                cloud,
                trap,
                ending: ENDINGS[ending],
                where,
                nth: [1, 3, 2][point % 3],
              });
            });
          }
          await t.test("run again to its end", async () => {
            await good(site.apply());
            await nothingLeft(site, cloud);
          });
        }),
      ),
    ),
  );
});

/** `cdktf deploy` runs Terraform in a terminal of its own, and ends before it: what was interrupted was mostly killed. */
const CDKTF = [
  { backend: "pg", name: "SIGINT", status: 1, says: /AbortError: The operation was aborted/ },
  { backend: "s3", name: "SIGTERM", status: 1, says: /AbortError: The operation was aborted/ },
  { backend: "http", name: "SIGKILL", status: null, says: /Creation complete/ },
];

test("cdktf deploy is broken off", { concurrency: true }, async (t) => {
  const cloud = await administrator();
  await Promise.all(
    CDKTF.map(({ backend, name, status, says }) =>
      t.test(`${name}, ${backend}`, async (t) => {
        const trap = await trapped();
        t.after(() => trap.proxy.stop());
        const { variables } = trap;
        const site = new FaultSite({
          folder: scratch(t),
          name: `ce-${name.toLowerCase()}`,
          backend,
          variables,
        });
        t.after(() => site.sweep(cloud));
        await site.ready();
        const run = site.cdktf("deploy");
        run.on(/: Creation complete/, 1, () => run.signal(name));
        const end = await run.ended;
        assert.equal(end.status, status, end.said);
        assert.match(end.said, says);
        assert.doesNotMatch(end.said, /Gracefully shutting down/);
        await silence(site.folder);
        await trap.proxy.settled();
        // Terraform may be fast enough to write its state and to free it.
        t.diagnostic(
          `${(await site.unlock()) ? "locked" : "not locked"}, ${(await site.state()).size} in the state`,
        );
        const orphans = (await site.orphans(cloud)).map(({ address }) => address);
        await taken(site, orphans);
        await good(name === "SIGINT" ? site.cdktf("deploy") : site.apply());
        await nothingLeft(site, cloud);
      }),
    ),
  );
});

/** One apply is broken off; nothing is lost of what it made. */
async function brokenOff({ t, site, cloud, trap, ending, where, nth }) {
  // Two at a time, so that something is left for ten points.
  const run = site.apply("-parallelism=2", "-refresh=false");
  let struck = false;
  const strike = () => {
    struck = true;
    run.signal(ending.signal, ending);
  };
  hit({ run, trap, where, nth, strike });
  const { status, signal, said } = await run.ended;
  trap.disarm();
  // A cloud ends what it has begun when the client is long gone.
  await trap.proxy.settled();
  assert.ok(struck, `it ended before it was hit:\n${said.slice(-2000)}`);
  if (ending.killed) {
    assert.equal(signal, "SIGKILL");
    assert.equal(await site.unlock(), site.backend !== "pg");
  } else {
    assert.match(flat(said), ending.says);
    assert.equal(status, 1, said.slice(-2000));
  }
  const orphans = (await site.orphans(cloud)).map(({ address }) => address);
  t.diagnostic(`${orphans.length} in no state; ${decisive(said)}`);
  // Terraform, shutting down, says why something is in no state.
  if (orphans.length > 0 && !ending.killed)
    assert.match(flat(said), /context canceled|Request cancelled|Plugin did not respond/);
  await taken(site, orphans);
}
