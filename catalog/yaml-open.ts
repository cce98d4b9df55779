/** A quote or a bracket of a YAML text that is opened and not closed. */
export interface Open {
  readonly sign: string;
  readonly offset: number;
}

const CLOSES: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

/**
 * The innermost quote or bracket that is open at an offset. A rough reader of YAML, for messages alone: the parser
 * has refused the text already, and says where it gave up, but not where the trouble began.
 */
export function openAt(text: string, end: number): Open | undefined {
  const brackets: Open[] = [];
  let offset = 0;
  while (offset < end) {
    const sign = text[offset] ?? "";
    if (sign === '"' || sign === "'") {
      const after = quoteEnd(text, offset, sign);
      if (after === undefined || after > end) return { sign, offset };
      offset = after;
    } else if (sign === "[" || sign === "{") {
      brackets.push({ sign, offset });
      offset++;
    } else if (sign === "]" || sign === "}") {
      if (CLOSES[brackets.at(-1)?.sign ?? ""] === sign) brackets.pop();
      offset++;
    } else if (sign === "#") offset = lineEnd(text, offset);
    else if ((sign === "|" || sign === ">") && brackets.length === 0) offset = blockEnd(text, offset);
    else if (/[\s,:?-]/.test(sign)) offset++;
    else offset = plainEnd(text, offset, brackets.length > 0);
  }
  return brackets.at(-1);
}

/** What must be written to close it. */
export function closing(sign: string): string {
  return CLOSES[sign] ?? sign;
}

/**
 * A text with the bracket that closes at an offset drawn to the line above, every offset kept: YAML wants it deeper than
 * the key before its list or map, but people write it below the key, and other parsers take it. Undefined: no such thing.
 */
export function closerDrawnUp(text: string, offset: number): string | undefined {
  const at = offset + text.slice(offset).search(/\S|$/);
  const open = openAt(text, at);
  if (!open || closing(open.sign) !== text[at] || depthOf(text, at) < depthOf(text, open.offset))
    return undefined;
  const above = text.slice(0, at).trimEnd();
  const last = above.slice(above.lastIndexOf("\n") + 1);
  // What stands behind a `#` would swallow the bracket.
  return last.includes("#") ? undefined : above.padEnd(at) + text.slice(at);
}

/** How far the line of an offset is indented. */
function depthOf(text: string, offset: number): number {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1);
  return /^ */.exec(line)?.[0].length ?? 0;
}

function quoteEnd(text: string, start: number, quote: string): number | undefined {
  for (let offset = start + 1; offset < text.length; offset++) {
    if (quote === '"' && text[offset] === "\\") offset++;
    else if (quote === "'" && text.startsWith("''", offset)) offset++;
    else if (text[offset] === quote) return offset + 1;
  }
  return undefined;
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.length : end + 1;
}

/** The end of a plain scalar on its line: at a colon before a blank, a comment, or what has a meaning between brackets. */
function plainEnd(text: string, start: number, isFlow: boolean): number {
  const stops = isFlow ? /:(?=\s)|\s#|[\n,[\]{}]/g : /:(?=\s)|\s#|\n/g;
  stops.lastIndex = start + 1;
  return stops.exec(text)?.index ?? text.length;
}

/** The end of a block scalar: the next line that is indented no deeper than the line where it begins. */
function blockEnd(text: string, start: number): number {
  const line = text.slice(text.lastIndexOf("\n", start) + 1, start);
  const depth = /^[ -]*/.exec(line)?.[0].length ?? 0;
  let offset = lineEnd(text, start);
  while (offset < text.length) {
    const next = text.slice(offset, lineEnd(text, offset));
    if (next.trim() !== "" && (/^ */.exec(next)?.[0].length ?? 0) <= depth) break;
    offset += next.length;
  }
  return offset;
}
