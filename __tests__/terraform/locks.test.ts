/** Who holds a lock, and whether that run is dead. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { jobState } from "../../terraform/forge";
import { verdictOn } from "../../terraform/holder";
import { freeLock, heldLock } from "../../terraform/lock";
import { lockIn, operationText, timeOf } from "../../terraform/lock-info";
import { isRunning, type Job, jobOf, ownerOf } from "../../terraform/owner";
import { pathOf, pretended, recorded, scratch, write } from "./recorded";

const NOW = new Date("2026-11-21T12:00:00Z");

describe("what Terraform says of a lock", () => {
  test("of the holder, or of the one who asks", () => {
    expect(lockIn(recorded("locked-http.txt"))).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(lockIn("Error: no such bucket")).toBeUndefined();
    const s3 = `Error message: operation error S3: PutObject, StatusCode: 412, PreconditionFailed
Lock Info:
  ID:        68a1
  Path:      terraform/x.tfstate
  Operation: OperationTypeApply
  Who:       ci@runner 7
  Version:   1.11.4
  Created:   2026-11-21 19:59:27.570946956 +0000 UTC
  Info:      `;
    expect(lockIn(s3)).toEqual({
      ...{ id: "68a1", who: "ci@runner 7", operation: "OperationTypeApply" },
      since: "2026-11-21T19:59:27.570Z",
    });
  });

  test.each([
    ["2026-11-21 19:59:27.57 +0000 UTC", "2026-11-21T19:59:27.570Z"],
    ["2026-11-21 19:59:27 +0100 CET", "2026-11-21T18:59:27.000Z"],
    ["2026-11-21T19:59:27.123456Z", "2026-11-21T19:59:27.123Z"],
    ["yesterday", undefined],
    [undefined, undefined],
  ])("the time %s", (written, time) => expect(timeOf(written)).toBe(time));

  test("an operation in a word", () => {
    expect(["OperationTypeApply", "state-rm", ""].map(operationText)).toEqual([
      "apply",
      "state-rm",
      "something",
    ]);
  });
});

/** A folder that was readied for a backend. */
function readied(type: string, config: Record<string, unknown> = {}): string {
  const folder = scratch();
  write(folder, ".terraform/terraform.tfstate", JSON.stringify({ backend: { type, config } }));
  return folder;
}

describe("the http backend", () => {
  let server: Server;
  let held: { ID: string; Who: string; Created: string } | undefined;
  let asked: string[];
  const config = () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lock`;
    return { lock_address: address, unlock_address: address, lock_method: "POST", unlock_method: "DELETE" };
  };

  beforeEach(async () => {
    asked = [];
    held = { ID: "1-2", Who: "alice", Created: "2026-11-21T11:00:00.000Z" };
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        asked.push(`${request.method} ${request.headers.authorization}`);
        const sent = JSON.parse(body);
        const isFree =
          request.method === "POST" ? held === undefined : held === undefined || held.ID === sent.ID;
        if (isFree) held = request.method === "POST" ? sent : undefined;
        response.writeHead(isFree ? 200 : 409);
        // As GitLab: what the one who asks says he does.
        response.end(JSON.stringify({ ...sent, ...held }));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterEach(() => new Promise((done) => server.close(done)));

  const variables = (folder: string) => ({
    ...pretended(folder, `cat ${pathOf("locked-http.txt")} >&2; exit 1`),
    ...{ TF_HTTP_USERNAME: "u", TF_HTTP_PASSWORD: "p" },
  });

  test("its server says who", async () => {
    const folder = readied("http", config());
    const lock = await heldLock(folder, variables(folder));
    expect(lock).toEqual({
      id: "1-2",
      who: "alice",
      since: "2026-11-21T11:00:00.000Z",
      operation: undefined,
    });
    expect(asked).toEqual([`POST Basic ${Buffer.from("u:p").toString("base64")}`]);
  });

  test("one that is free by then is given back at once", async () => {
    held = undefined;
    const folder = readied("http", config());
    expect(await heldLock(folder, variables(folder))).toBeUndefined();
    expect(held).toBeUndefined();
  });

  test("a server that is not there leaves what Terraform said", async () => {
    const folder = readied("http", { ...config(), lock_address: "http://127.0.0.1:1/" });
    expect(await heldLock(folder, variables(folder))).toEqual({ id: expect.any(String) });
  });

  test("no other one's lock is freed", async () => {
    const folder = readied("http", config());
    await expect(freeLock(folder, variables(folder), "3-4")).rejects.toThrow("another one holds it now");
    await freeLock(folder, variables(folder), "1-2");
    expect(held).toBeUndefined();
  });
});

test("a state without anything has no lock either", async () => {
  const folder = readied("s3");
  expect(
    await heldLock(folder, pretended(folder, "echo 'No state file was found!'; exit 1")),
  ).toBeUndefined();
  expect(await heldLock(folder, pretended(folder, "exit 0"))).toBeUndefined();
  await expect(heldLock(folder, pretended(folder, "echo Error: no bucket; exit 1"))).rejects.toThrow(
    "no bucket",
  );
});

const JOB: Job = { forge: "gitlab", api: "https://git.example.org/api/v4", project: "42", id: "7" };
const IN_GITLAB = {
  ...{ GITLAB_CI: "true", CI_API_V4_URL: JOB.api, CI_PROJECT_ID: "42", CI_JOB_ID: "8" },
  CLOUD_ENTITIES_FORGE_TOKEN: "token-of-the-forge",
};

describe("a job of a forge", () => {
  const asking = async (
    answer: unknown,
    status = 200,
    job = JOB,
    variables: Record<string, string> = IN_GITLAB,
  ) => {
    const urls: string[] = [];
    const send = async ({ url }: { url: string }) => {
      urls.push(url);
      return { status, headers: {}, body: JSON.stringify(answer) };
    };
    return { state: await jobState(job, variables, NOW, send), urls };
  };

  test.each([
    [{ status: "running" }, "running"],
    [{ status: "canceling" }, "running"],
    [{ status: "success", finished_at: "2026-11-21T11:00:00Z" }, "ended"],
    [
      { status: "canceled", finished_at: "2026-11-21T11:59:30Z" },
      { unknown: expect.stringContaining("try again") },
    ],
    [
      { status: "failed", finished_at: "2026-11-21T11:00:00Z", failure_reason: "stuck_or_timeout_failure" },
      { unknown: expect.stringContaining("its runner may still work") },
    ],
    [{}, { unknown: expect.stringContaining("none that is known") }],
  ])("of GitLab: %j", async (answer, state) => {
    expect(await asking(answer)).toEqual({
      state,
      urls: ["https://git.example.org/api/v4/projects/42/jobs/7"],
    });
  });

  test("of GitHub", async () => {
    const job: Job = { forge: "github", api: "https://api.github.com", project: "o/r", id: "9" };
    const variables = {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: job.api,
      GITHUB_REPOSITORY: "o/r",
      GITHUB_RUN_ID: "9",
    };
    expect(jobOf(variables)).toEqual(job);
    const found = await asking({ status: "completed", updated_at: "2026-11-21T11:00:00Z" }, 200, job, {
      ...variables,
      GITHUB_TOKEN: "t",
    });
    expect(found).toEqual({ state: "ended", urls: ["https://api.github.com/repos/o/r/actions/runs/9"] });
  });

  test("another server gets no token", async () => {
    const { state, urls } = await asking({}, 200, { ...JOB, api: "https://evil.example.org" });
    expect({ state, urls }).toEqual({
      state: { unknown: expect.stringContaining("no job of it") },
      urls: [],
    });
  });

  test("it cannot be asked", async () => {
    expect((await asking({}, 403)).state).toEqual({ unknown: expect.stringContaining("(HTTP 403)") });
    const { CLOUD_ENTITIES_FORGE_TOKEN: _, ...without } = IN_GITLAB;
    expect((await asking({}, 200, JOB, without)).state).toEqual({
      unknown: expect.stringContaining("GITLAB_TOKEN"),
    });
  });
});

describe("is the holder dead?", () => {
  /** The journal of a run that had the lock at 11:00. */
  function journal(folder: string, owner: object, how?: string): void {
    const entries = [
      { is: "run", at: "2026-11-21T11:00:00.000Z", steps: [{ address: "a.b", does: ["create"] }] },
      { is: "runs", at: "2026-11-21T11:00:00.100Z", ...owner },
      { is: "begun", at: "2026-11-21T11:00:02.000Z", address: "a.b", action: "create" },
      ...(how === undefined ? [] : [{ is: "end", at: "2026-11-21T11:00:09.000Z", how }]),
    ];
    write(folder, "apply.jsonl", entries.map((entry) => JSON.stringify(entry)).join("\n"));
  }
  const ITS = { id: "1", who: "alice", since: "2026-11-21T11:00:01.000Z" };
  const verdict = async (folder: string, lock = ITS) => (await verdictOn(folder, {}, lock, NOW)).is;
  const gone = { ...ownerOf(process.pid, {}), start: "1" };

  test("its process is", async () => {
    const folder = readied("http");
    journal(folder, ownerOf(process.pid, {}));
    expect(await verdict(folder)).toBe("alive");
    journal(folder, gone);
    expect(await verdict(folder)).toBe("dead");
    // Terraform has ended, and its deploy has not written that down yet.
    journal(folder, { ...gone, by: ownerOf(process.pid, {}) });
    expect(await verdict(folder)).toBe("alive");
    journal(folder, { ...gone, space: "of another container" });
    expect(await verdict(folder)).toBe("unknown");
    journal(folder, { ...gone, space: "of another container" }, "failed");
    expect(await verdict(folder)).toBe("dead");
  });

  test("a lock of another time is another's", async () => {
    const folder = readied("http");
    journal(folder, gone);
    expect(await verdict(folder, { ...ITS, since: "2026-11-21T11:30:00.000Z" })).toBe("unknown");
    expect(await verdict(folder, { id: "1", who: "alice", since: "" })).toBe("unknown");
  });

  test("locks that go with their run are held by the living", async () => {
    for (const backend of ["local", "pg"]) expect(await verdict(readied(backend))).toBe("alive");
  });

  test("without a record only this machine is known", async () => {
    expect(await verdict(readied("s3"), { ...ITS, who: "ci@elsewhere.example.org" })).toBe("unknown");
    const here = await verdictOn(readied("s3"), {}, { ...ITS, who: `ci@${hostname()}` }, NOW);
    // In a container nobody sees the others; elsewhere a terraform may run beside the tests.
    expect(here.why).toMatch(/container|no such process works any more|may be it|runs, or ran, on/);
  });

  test("a process id that came again is another process", () => {
    const me = ownerOf(process.pid, {});
    expect([isRunning(me), isRunning({ ...me, start: "0" }), isRunning({ ...me, space: "x" })]).toEqual([
      true,
      false,
      undefined,
    ]);
  });
});
