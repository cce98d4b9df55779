// Speed and memory of a synth against a bare cdktf loop, in one run, as ratios. Prints a table; judges nothing.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../bin/build.mjs";
import { FLAVORS, writeSite } from "./site.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SIZES = (process.env.BENCH_PROJECTS ?? "250,1000,2000").split(",").map(Number);

/** Seconds and MB of one process; its peak memory is told by the process itself at its end. */
function measure(args, folder) {
  const report = join(folder, "usage.json");
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, ["--require", join(here, "usage.cjs"), ...args], {
    encoding: "utf8",
    env: { ...process.env, BENCH_USAGE: report },
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return { seconds, megabytes: JSON.parse(readFileSync(report, "utf8")).maxRSS / 1024 };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

build();
console.log(
  `node ${process.version}, cdktf ${createRequire(import.meta.url)("cdktf/package.json").version}; median of ${ROUNDS} rounds, the two in turn`,
);
console.log("projects  resources   ours: s    MB   bare loop: s    MB   ratio: time  memory");
for (const projects of SIZES) {
  const folder = mkdtempSync(join(tmpdir(), "cloud-entities-bench-"));
  try {
    writeSite(folder, projects);
    for (const side of ["ours", "bare"]) mkdirSync(join(folder, side));
    const ours = [];
    const bare = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(
        measure(
          [
            join(here, "../bin/cloud-entities.mjs"),
            "synth",
            "--root",
            folder,
            "--output",
            join(folder, "ours"),
          ],
          folder,
        ),
      );
      bare.push(
        measure([join(here, "bare.cjs"), projects, join(folder, "bare"), FLAVORS].map(String), folder),
      );
    }
    const [seconds, megabytes] = ["seconds", "megabytes"].map((what) =>
      [ours, bare].map((rows) => median(rows.map((row) => row[what]))),
    );
    const cells = [
      projects,
      projects * 17 + FLAVORS + 3,
      seconds[0].toFixed(2),
      megabytes[0].toFixed(0),
      seconds[1].toFixed(2),
      megabytes[1].toFixed(0),
      (seconds[0] / seconds[1]).toFixed(2),
      (megabytes[0] / megabytes[1]).toFixed(2),
    ];
    const widths = [8, 10, 10, 5, 14, 5, 12, 7];
    console.log(cells.map((cell, i) => String(cell).padStart(widths[i])).join(" "));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
