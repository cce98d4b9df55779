// Two commands in turn, each in a process of its own, as ratios.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));
export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

/** The numbers of projects to measure with. */
export const sizes = (standard) => (process.env.BENCH_PROJECTS ?? standard).split(",").map(Number);

/** Does work in a folder that is gone afterwards. */
export function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-bench-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds and MB of one process; its peak memory is told by the process itself at its end. */
function measure(args, folder) {
  const report = join(folder, "usage.json");
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", join(here, "usage.cjs"), ...args.map(String)],
    { encoding: "utf8", env: { ...process.env, BENCH_USAGE: report } },
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error((stdout + stderr).slice(-2000));
  return { seconds, megabytes: JSON.parse(readFileSync(report, "utf8")).maxRSS / 1024 };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** The cells of a table: seconds and MB of the one and the other, and their ratios. Medians of all rounds. */
export function compare(ours, bare, folder) {
  const rounds = Array.from({ length: ROUNDS }, () => [measure(ours, folder), measure(bare, folder)]);
  const [one, other] = [0, 1].map((side) => ({
    seconds: median(rounds.map((round) => round[side].seconds)),
    megabytes: median(rounds.map((round) => round[side].megabytes)),
  }));
  return [
    ...[one, other].flatMap(({ seconds, megabytes }) => [seconds.toFixed(2), megabytes.toFixed(0)]),
    (one.seconds / other.seconds).toFixed(2),
    (one.megabytes / other.megabytes).toFixed(2),
  ];
}

/** Prints one row below a heading whose columns are that wide. */
export function printRow(cells, widths) {
  console.log(cells.map((cell, i) => String(cell).padStart(widths[i])).join(" "));
}
