import { EVENT_ID, parseEvents, SCALAR_STYLE } from "js-yaml";
import type { Source } from "../catalog/node";
import { plainScalar } from "../catalog/scalar";

type Style = "plain" | "single" | "double";

/** A scalar as it stands in a text, its quotes included. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

const QUOTED: ReadonlyMap<number, Style> = new Map([
  [SCALAR_STYLE.SINGLE_QUOTED, "single"],
  [SCALAR_STYLE.DOUBLE_QUOTED, "double"],
]);

/** Every scalar of a file that stands on one line, keys included, by the offset at which it begins. */
export function spansOf({ file, text }: Source): ReadonlyMap<number, Span> {
  const spans = new Map<number, Span>();
  for (const event of parseEvents(text, { filename: file })) {
    if (event.type !== EVENT_ID.SCALAR || event.valueStart < 0) continue;
    const quoted = QUOTED.get(event.style);
    if (quoted === undefined && event.style !== SCALAR_STYLE.PLAIN) continue;
    const quote = quoted === undefined ? 0 : 1;
    const [start, end] = [event.valueStart - quote, event.valueEnd + quote];
    if (!text.slice(start, end).includes("\n")) spans.set(start, { start, end, style: quoted ?? "plain" });
  }
  return spans;
}

/** A text as YAML, in the style that stood there; a plain one gets quotes where it would be read as something else. */
export function scalarText(value: string, style: Style = "plain"): string {
  if (style === "single") return `'${value.replaceAll("'", "''")}'`;
  return style === "plain" && isPlain(value) ? value : JSON.stringify(value);
}

/** Words that some programs read as truth values. */
const TRUTH = /^(yes|no|on|off)$/i;

/** May a text stand without quotes, in flow style too, whoever reads it? */
function isPlain(value: string): boolean {
  const isSimple = /^[A-Za-z0-9_./][A-Za-z0-9_.+@/-]*( [A-Za-z0-9_.+@/-]+)*$/.test(value);
  return isSimple && !TRUTH.test(value) && plainScalar(value) === value;
}
