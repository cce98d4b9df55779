import { run } from "../commands/main";
import type { Streams } from "../commands/verb";

/** What a command line did. */
export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line on the day of the tests. */
export async function called(
  line: readonly string[],
  variables: Readonly<Record<string, string | undefined>> = {},
  terminal: Partial<Streams> = {},
  cwd = "/nowhere",
): Promise<Result> {
  let [out, err] = ["", ""];
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    colour: false,
    columns: 80,
    ...terminal,
  };
  const now = new Date("2026-11-21T12:00:00Z");
  const code = await run(line, { variables, cwd, now, streams, version: "1.2.3" });
  return { code, out, err };
}
