/** Texts of the data in Markdown and HTML, as text that does nothing: in GitLab's flavour, in GitHub's, in a browser. */
import { printable } from "./printable";

/**
 * A text as code. Neither forge looks for mentions, references, links, emoji or markup in code; a run of backticks longer
 * than any within cannot be ended early. In a table, `\|` is the one escape that is read before code is.
 */
export function code(text: string, isCell = false): string {
  const shown = text === "" ? '""' : printable(text);
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  // Blanks at both ends would be taken away, and a backtick at an end would lengthen the fence.
  const room = /^[` ]|[` ]$/.test(shown) ? " " : "";
  const span = `${fence}${room}${shown}${room}${fence}`;
  return isCell ? span.replaceAll("|", "\\|") : span;
}

/** A word that no forge makes anything of, wherever it stands: letters, or a small number. */
const PLAIN_WORD = /^(\p{L}[\p{L}\p{N}]*(['’.-]\p{L}[\p{L}\p{N}]*)*|\d{1,6}|[—–→…])$/u;

/** What looks like words and is linked by a forge: addresses, commits. */
const LINKED = /www\.|^[0-9a-f]{7,40}$/i;

/** A word with what stands before and behind it, which is always plain. */
const WORD = /^(["'(]*)(.*?)([,.;:!?"')]*)$/su;

interface Piece {
  readonly before: string;
  readonly word: string;
  readonly after: string;
  readonly isPlain: boolean;
}

/** What a sentence quotes between backticks. */
const QUOTED = /(?<=^|[ ("'])`[^`]+`(?=$|[ ,.;:!?)"'])/g;

/** Stands for a blank in what is quoted: no printable text holds it. */
const BLANK = "\ue000";

/** A sentence with texts of the data in it: plain words stay, everything else is code. */
export function prose(text: string, isCell = false): string {
  const pieces: Piece[] = [];
  const sentence = printable(text).replace(QUOTED, (quoted) => quoted.replaceAll(" ", BLANK));
  for (const written of sentence.split(" ")) {
    const piece = pieceOf(written, pieces.length === 0);
    const last = pieces.at(-1);
    const isOne = last && !last.isPlain && !piece.isPlain && last.after === "" && piece.before === "";
    if (isOne)
      pieces[pieces.length - 1] = { ...piece, before: last.before, word: `${last.word} ${piece.word}` };
    else if (written !== "") pieces.push(piece);
  }
  return pieces
    .map(({ before, word, after, isPlain }) => before + (isPlain ? word : inCode(word, isCell)) + after)
    .join(" ");
}

function inCode(word: string, isCell: boolean): string {
  return code(word.replaceAll(BLANK, " "), isCell);
}

function pieceOf(written: string, isFirst: boolean): Piece {
  const [, before = "", word = "", after = ""] = WORD.exec(written) ?? [];
  const quoted = /^`([^`]+)`$/.exec(word)?.[1];
  if (quoted !== undefined) return { before, word: quoted, after, isPlain: false };
  // `1.` at the beginning of a line would number a list.
  const isNumbered = isFirst && /^\d+$/.test(word) && /^[.)]/.test(after);
  const isPlain = PLAIN_WORD.test(word) && !LINKED.test(word) && !isNumbered;
  return isPlain || word !== ""
    ? { before, word, after, isPlain }
    : { before: "", word: written, after: "", isPlain };
}

/** Lines for the clipboard: a block of code. */
export function codeBlock(lines: readonly string[], language: string): string[] {
  // A line that begins with `/` could be taken for a command of GitLab's, also in a block that it does not see as one.
  const isTame = lines.every((line) => !/^\s*\/|`{3}|~{3}/.test(line));
  if (isTame) return [`\`\`\`${language}`, ...lines, "```"];
  const [first = "", ...more] = lines.map((line) =>
    html(line).replace(/^\s*\//, (start) => start.replace("/", "&#47;")),
  );
  return [`<pre><code>${first}`, ...more, "</code></pre>"];
}

/** A text in HTML, also in an attribute: no character of it is markup, there or in Markdown around it. */
export function html(text: string): string {
  return text.replace(/[^\p{L}\p{N} \n,./_-]/gu, (character) => `&#${character.codePointAt(0)};`);
}
