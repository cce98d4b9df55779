/** Running Terraform: what it says, how it is asked to end. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { interruptible, interruptions } from "../../terraform/interruption";
import { Interrupted, ran, terraform } from "../../terraform/program";
import { pretended, SECRET, scratch } from "./recorded";

test("lines come whole, the last one too", async () => {
  const folder = scratch();
  const variables = pretended(folder, 'printf "a"; sleep 0.05; printf "b\\nc"');
  const lines: string[] = [];
  for (const outlivesUs of [false, true])
    await ran({ folder, variables, args: [], outlivesUs, onLine: (line) => lines.push(line) });
  expect(lines).toEqual(["ab", "c", "ab", "c"]);
});

test("a reason is one sentence without the secret", async () => {
  const folder = scratch();
  const variables = pretended(
    folder,
    `printf '╷\\n│ Error: Bad thing\\n│ \\n│ it is ${SECRET}\\n╵\\n' >&2; exit 1`,
  );
  await expect(terraform({ folder, variables, args: ["state", "pull", "-x"] })).rejects.toThrow(
    /terraform state pull failed: Bad thing: it is …$/,
  );
});

test("there is no such program", async () => {
  const variables = { TERRAFORM_BINARY_NAME: "/nowhere/tofu" };
  await expect(terraform({ folder: scratch(), variables, args: ["init"] })).rejects.toThrow(
    "/nowhere/tofu init failed: there is no program /nowhere/tofu",
  );
});

/** Counts the interruptions that it hears, until the second one or its patience ends it. */
const COUNTS = `
trap 'echo INT >> heard; n=$((n + 1))' INT
trap 'echo TERM >> heard' TERM
touch ready
i=0
while [ $i -lt 100 ] && [ "\${n:-0}" -lt $WANTED ]; do sleep 0.02; i=$((i + 1)); done
exit 1`;

test("each signal to us is one SIGINT to Terraform", async () => {
  const folder = scratch();
  const variables = { ...pretended(folder, COUNTS), WANTED: "2" };
  let sent = 0;
  const timer = setInterval(() => {
    const heard = textOf(join(folder, "heard")).split("\n").length - 1;
    if (!existsSync(join(folder, "ready")) || sent > heard || sent === 2) return;
    // As the system would: SIGTERM first, a Ctrl-C after it.
    process.emit(sent++ === 0 ? "SIGTERM" : "SIGINT");
  }, 20);
  await interruptible(async () => {
    const run = terraform({ folder, variables, args: ["apply"] });
    await expect(run).rejects.toThrow(Interrupted);
    expect(interruptions()).toBe(2);
  });
  clearInterval(timer);
  expect(textOf(join(folder, "heard"))).toBe("INT\nINT\n");
});

test("what is begun after a signal is ended at once, and the next work begins anew", async () => {
  const folder = scratch();
  const variables = { ...pretended(folder, "exec sleep 5") };
  await interruptible(async () => {
    process.emit("SIGINT");
    await expect(terraform({ folder, variables, args: [] })).rejects.toThrow(Interrupted);
  });
  expect(interruptions()).toBe(0);
  await interruptible(async () => expect(interruptions()).toBe(0));
  expect(process.listenerCount("SIGHUP")).toBe(0);
});

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
