import { mayBeShown } from "../kinds/secrecy";
import type { Source } from "./node";
import { closing, openAt } from "./yaml-open";

/** A mistake of YAML's syntax in plain words. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
  readonly help: string;
}

/** Where the parser gave up, and why, in its words. */
interface Refusal {
  readonly file: string;
  readonly text: string;
  readonly offset: number;
  readonly reason: string;
  /** The line at that place: what stands before it and behind it, and where the line begins. */
  readonly start: number;
  readonly before: string;
  readonly rest: string;
}

type Diagnosis = (refusal: Refusal) => SyntaxFault | undefined;

/** Says what is most likely wrong, and how it is mended, where a parser refuses a text. */
export function explainSyntax({ file, text }: Source, position: number, reason: string): SyntaxFault {
  // What ends too early ends at the last thing that is written.
  const offset = Math.min(position, text.trimEnd().length);
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const rest = /^.*/.exec(text.slice(offset))?.[0] ?? "";
  const refusal = { file, text, offset, reason, start, before: text.slice(start, offset), rest };
  for (const diagnose of DIAGNOSES) {
    const found = diagnose(refusal);
    if (found) return found;
  }
  const help = "quotes, colons and indentation are the usual causes, here or on the line above";
  return { offset, message: `this is not YAML: ${reason}`, help };
}

/** The first that knows what to say counts: from what is certain to what is likely. */
const DIAGNOSES: readonly Diagnosis[] = [
  aMergeConflict,
  aTabInTheIndentation,
  aControlCharacter,
  aBlankOfAnotherSort,
  aWrongEscape,
  aTextBesideABlockSign,
  somethingNeverClosed,
  aMissingComma,
  aBracketTooMany,
  aSignThatMustBeQuoted,
  aListBesideItsKey,
  aColonWithinAText,
  somethingBehindAQuote,
  noSpaceAfterTheColon,
  aLineWithoutKey,
  anEntryAmongKeys,
  wrongIndentation,
];

function aMergeConflict({ text }: Refusal): SyntaxFault | undefined {
  const marker = /^(<{7} |={7}$|>{7} )/m.exec(text);
  if (!marker) return undefined;
  const help =
    "choose one of the two versions, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>";
  return { offset: marker.index, message: "a merge conflict is left in the file", help };
}

function aTabInTheIndentation({ start, before, rest, reason }: Refusal): SyntaxFault | undefined {
  const tab = /^[ -]*\t/.exec(before + rest);
  if (!tab && !reason.includes("tab characters")) return undefined;
  const offset = start + (tab ? tab[0].length - 1 : before.length);
  return {
    offset,
    message: "a tab stands in the indentation",
    help: "indent with spaces: YAML takes no tabs there",
  };
}

function aControlCharacter({ text, offset, reason }: Refusal): SyntaxFault | undefined {
  if (!/non-printable|null byte|valid JSON character/.test(reason)) return undefined;
  const code = codeOf(text.slice(offset));
  return { offset, message: `a control character stands here (${code})`, help: "delete it" };
}

/** Copied from a page: it looks like a space, and is a letter to YAML. */
function aBlankOfAnotherSort(refusal: Refusal): SyntaxFault | undefined {
  for (const { line, start } of [lineBefore(refusal), lineOf(refusal)]) {
    const found = /(?<=^[\s-]*|:\s*)[^\S \t\r]/u.exec(line);
    if (!found) continue;
    const message = `a blank that is no space stands here (${codeOf(found[0])})`;
    return { offset: start + found.index, message, help: "write a plain space instead" };
  }
  return undefined;
}

function codeOf(sign: string): string {
  return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function aWrongEscape({ text, offset, reason }: Refusal): SyntaxFault | undefined {
  if (!/escape sequence|hexadecimal/.test(reason)) return undefined;
  const at = text.lastIndexOf("\\", offset);
  const help = "write the backslash twice, or put the text between single quotes, where it means nothing";
  return { offset: at, message: `${text.slice(at, at + 2)} has no meaning between double quotes`, help };
}

function aTextBesideABlockSign({ offset, reason }: Refusal): SyntaxFault | undefined {
  if (!reason.includes("line break is expected")) return undefined;
  const help = "begin the text on the next line, indented; or quote a text that begins with `|` or `>`";
  return { offset, message: "a text stands on the line of its `|` or `>`", help };
}

function somethingNeverClosed({ text, offset, reason }: Refusal): SyntaxFault | undefined {
  if (!/unexpected end|deficient indentation/.test(reason)) return undefined;
  const open = openAt(text, offset);
  if (!open) return undefined;
  const end = closing(open.sign);
  const next = offset + text.slice(offset).search(/\S|$/);
  if (reason.includes("deficient indentation") && text[next] === end) {
    const help = "put spaces before it: more than stand before the key of the block";
    return { offset: next, message: `\`${end}\` is not indented`, help };
  }
  const help = `write \`${end}\` where it ends`;
  return { offset: open.offset, message: `\`${open.sign}\` is opened here and never closed`, help };
}

function aMissingComma({ text, offset, rest, reason }: Refusal): SyntaxFault | undefined {
  if (reason.includes("found ','"))
    return { offset, message: "an entry is missing before this comma", help: "remove the comma" };
  if (!reason.includes("missed comma") || /^[@`%]/.test(rest)) return undefined;
  const open = openAt(text, offset);
  if (open && /^[\]}]/.test(rest)) {
    const message = `\`${rest[0]}\` closes what \`${open.sign}\` opens`;
    return { offset, message, help: `write \`${closing(open.sign)}\` instead` };
  }
  const help = "write `, ` between the entries of `[…]` and `{…}`; quote a text that begins with `[` or `{`";
  return { offset, message: "a comma is missing between two entries", help };
}

function aBracketTooMany({ offset, before, rest }: Refusal): SyntaxFault | undefined {
  const sign = /^[\]}]/.exec(rest)?.[0];
  if (sign === undefined || before.trim() === "") return undefined;
  return { offset, message: `a \`${sign}\` too many`, help: "remove it, or quote the text" };
}

function aSignThatMustBeQuoted(refusal: Refusal): SyntaxFault | undefined {
  const { offset, rest, reason, before } = refusal;
  const isName = /name of an (alias|anchor)/.test(reason);
  const at = isName ? offset - 1 : offset;
  const sign = isName ? before.at(-1) : /^[@`%]/.exec(rest)?.[0];
  if (sign === undefined) return undefined;
  const message = `a text begins with ${sign === "`" ? "a backtick" : `\`${sign}\``}, which means something else in YAML`;
  const text = isName ? sign + rest : rest;
  // Between brackets a text ends where the next one begins.
  const end = openAt(refusal.text, offset) ? text.search(/[,\]}]|$/) : text.length;
  return { offset: at, message, help: quoteIt(refusal, text.slice(0, end)) };
}

/** The line as it is written with quotes; what may be a secret is not repeated. */
function quoteIt({ file, before }: Refusal, value: string): string {
  const key = /([^\s:]+):\s/.exec(before)?.[1] ?? "";
  const text = value.trimEnd();
  return `quote the text: ${mayBeShown(file, key, text) ? JSON.stringify(text) : '"…"'}`;
}

function aListBesideItsKey({ file, offset, before, rest }: Refusal): SyntaxFault | undefined {
  const key = /([^\s:]+):\s+$/.exec(before)?.[1];
  const entry = /^- +(.*)/.exec(rest)?.[1];
  if (key === undefined || entry === undefined) return undefined;
  const shown = mayBeShown(file, key, entry) ? entry.trim() : "…";
  const help = `write \`${key}: [${shown}]\`, or each entry on a line of its own below the key`;
  return { offset, message: "a list begins on the line of its key", help };
}

function aColonWithinAText(refusal: Refusal): SyntaxFault | undefined {
  const { offset, before, rest } = refusal;
  const value = /^\s*(?:- +)?[^\s:][^:]*:\s+(\S.*)$/.exec(before)?.[1];
  if (!rest.startsWith(":") || value === undefined) return undefined;
  const message = "a colon and a space stand within a text that is not quoted";
  return { offset, message, help: quoteIt(refusal, value + rest) };
}

function somethingBehindAQuote({ text, offset, before }: Refusal): SyntaxFault | undefined {
  const quote = /(["'])\s*$/.exec(before)?.[1];
  if (quote === undefined || text[offset] === undefined) return undefined;
  const help = `write ${quote === "'" ? "''" : '\\"'} for a quote within the text, or use the other sort of quotes around it`;
  return { offset, message: "something stands behind the closing quote", help };
}

/** A line such as `name:x`, which YAML reads as a text; the parser stumbles there or on the next line. */
function noSpaceAfterTheColon(refusal: Refusal): SyntaxFault | undefined {
  for (const { line, start } of [lineBefore(refusal), lineOf(refusal)]) {
    const found = /^(\s*(?:- +)?)([A-Za-z_][\w.-]*):([^\s:/].*)$/.exec(line);
    if (!found) continue;
    const [, indent = "", key = "", value = ""] = found;
    const shown = mayBeShown(refusal.file, key, value) ? value.trimEnd() : "…";
    const help = `write \`${key}: ${shown}\``;
    return { offset: start + indent.length, message: `no space stands after the colon of \`${key}:\``, help };
  }
  return undefined;
}

/** A line that is neither a key with its value nor an entry. */
function aLineWithoutKey(refusal: Refusal): SyntaxFault | undefined {
  const help = "write `key: value`, or indent it deeper if it goes on with the text above";
  const stumbles = /multiline key|expected ':'/.test(refusal.reason);
  for (const line of stumbles ? [lineOf(refusal), lineBefore(refusal)] : [])
    if (isKeyless(line)) return withoutKey(line, help);
  // The first line of a block is read as its whole value, and the next one is what is refused.
  const above = lineBefore(refusal);
  const over = lineBefore({ ...refusal, start: above.start }).line;
  const isFirst = above.start === 0 || /:\s*(#.*)?$/.test(over);
  return isFirst && isKeyless(above) && isKey(lineOf(refusal))
    ? withoutKey(above, "write `key: value`")
    : undefined;
}

function isKeyless({ line }: Line): boolean {
  return line.trim() !== "" && !/:(\s|$)|^\s*#/.test(line);
}

function isKey({ line }: Line): boolean {
  return /^\s*[^\s#:-][^:]*:(\s|$)/.test(line);
}

function withoutKey({ line, start }: Line, help: string): SyntaxFault {
  const indent = line.length - line.trimStart().length;
  return { offset: start + indent, message: "this line has no key", help };
}

function anEntryAmongKeys({ offset, before, rest }: Refusal): SyntaxFault | undefined {
  if (before.trim() !== "" || !/^- /.test(rest)) return undefined;
  const help =
    "a block holds keys or `- ` entries, not both: indent the entries below the key that they belong to";
  return { offset, message: "a list entry stands among keys", help };
}

function wrongIndentation(refusal: Refusal): SyntaxFault | undefined {
  const { start, reason } = refusal;
  const { line } = lineOf(refusal);
  const depth = line.length - line.trimStart().length;
  // A key that is too deep is read as more of the text above, so that its colon is what is refused.
  const isDeep = refusal.rest.startsWith(":") && /^\s+[^\s:]+$/.test(refusal.before);
  const isPlace = /indentation|end of the stream/.test(reason) && refusal.before.trim() === "";
  if ((!isPlace && !isDeep) || line.trim() === "") return undefined;
  const above = lineBefore(refusal).line;
  const key = /^\s*([^\s:]+:)(?=\s|$)/.exec(line)?.[1];
  const before = above.length - above.trimStart().length;
  const help =
    before === depth
      ? "a block holds keys or `- ` entries, not both"
      : `what belongs together begins in one column: here after ${spaces(depth)}, on the line above after ${spaces(before)}`;
  return {
    offset: start + depth,
    message: `${key ? `\`${key}\`` : "this line"} is not indented as what stands above it`,
    help,
  };
}

function spaces(count: number): string {
  return count === 1 ? "1 space" : `${count === 0 ? "no" : count} spaces`;
}

interface Line {
  readonly line: string;
  readonly start: number;
}

function lineOf({ start, before, rest }: Refusal): Line {
  return { line: before + rest, start };
}

/** The line above that is neither empty nor a comment. */
function lineBefore({ text, start }: Refusal): Line {
  let end = start - 1;
  while (end > 0) {
    const begin = text.lastIndexOf("\n", end - 1) + 1;
    const line = text.slice(begin, end);
    if (!/^\s*(#|$)/.test(line)) return { line, start: begin };
    end = begin - 1;
  }
  return { line: "", start: 0 };
}
