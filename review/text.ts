/** A review for a terminal. */
import { cells, joined, padded, table, wrapped } from "./columns";
import { nothingText, scopeText, subjectText, whatText } from "./headline";
import type { EntityChange, Review, ValueChange } from "./model";
import {
  alike,
  DOES,
  failedIn,
  type GateGroup,
  gateGroups,
  objectsInShort,
  objectTexts,
  placeText,
  reasonsOf,
  refusedWhere,
  splitByLoss,
  touchesTexts,
  unchangedIn,
  type Verdict,
  verdictsOf,
  whereText,
  wideningsIn,
} from "./parts";
import { cutBefore, printable, printableLines } from "./printable";
import { LONG, sidesOf, WHOLE } from "./sides";
import { countedKind, IS, keepText, nameText, SIGN, widens } from "./words";

export interface TextStyle {
  readonly colour: boolean;
  /** The columns of the terminal; 80 if nobody knows. */
  readonly width?: number | undefined;
}

/** So many of the entities that another one changes are named. */
const NAMED = 6;

/** A review for a person at a terminal: the worst first, the digest last. */
export function reviewAsText(review: Review, { colour, width = 80 }: TextStyle): string {
  const print = new Print(review, colour, Math.max(40, width));
  return print
    .sections()
    .flatMap((lines) => [...lines, ""])
    .slice(0, -1)
    .join("\n")
    .concat("\n");
}

const BOLD = "1";
const DIM = "2";
const RED = "31";
const GREEN = "32";
const YELLOW = "33";
const MAGENTA = "35";
const CYAN = "36";

const VERDICT: Readonly<Record<Verdict, string>> = {
  failed: `${BOLD};${RED}`,
  refused: `${BOLD};${RED}`,
  destroys: `${BOLD};${RED}`,
  replaces: `${BOLD};${RED}`,
  widens: `${BOLD};${YELLOW}`,
  drifted: `${BOLD};${YELLOW}`,
  changes: BOLD,
  nothing: `${BOLD};${GREEN}`,
};

const COLOUR: Readonly<Record<EntityChange["is"], string>> = {
  removed: RED,
  replaced: RED,
  added: GREEN,
  changed: YELLOW,
  imported: CYAN,
  moved: CYAN,
  forgotten: MAGENTA,
};

/** The widest column of paths. */
const PATHS = 32;

class Print {
  constructor(
    private readonly review: Review,
    private readonly colour: boolean,
    private readonly width: number,
  ) {}

  /** Each a few lines; those that have nothing to say are left out. */
  sections(): string[][] {
    const { changes, drift } = this.review;
    const { lost, others } = splitByLoss(changes);
    return [
      this.verdict(),
      this.failed(),
      this.gates(),
      this.section(
        "Destroyed and replaced",
        RED,
        lost.flatMap((change) => this.inFull(change)),
      ),
      this.section("Wider access or quota", YELLOW, this.widenings()),
      this.section(
        lost.length > 0 ? "Other changes" : "Changes",
        "",
        alike(others).flatMap((group) => this.together(group)),
      ),
      this.section(
        "Drift: changed outside, not by this change",
        YELLOW,
        drift.flatMap((change) => this.drifted(change)),
      ),
      this.end(),
    ].filter((lines) => lines.length > 0);
  }

  private paint(codes: string, text: string): string {
    return this.colour && codes !== "" && text !== "" ? `\u001b[${codes}m${text}\u001b[0m` : text;
  }

  private section(title: string, codes: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : [this.paint(codes === "" ? BOLD : `${BOLD};${codes}`, title), ...lines];
  }

  private verdict(): string[] {
    const words = verdictsOf(this.review);
    const isNothing = words[0] === "nothing";
    const head = (isNothing ? nothingText(this.review) : words.join(", ")).toUpperCase();
    const scope = scopeText(this.review);
    const subject = subjectText(this.review);
    const where = scope === "" ? "" : ` in ${scope}`;
    const text = printable(isNothing ? `${head}${where}` : `${head}: ${whatText(this.review)}${where}`);
    const [first = "", ...more] = wrapped(text, this.width, { first: "", hang: "  " });
    const isWhole = first.startsWith(head);
    return [
      isWhole ? this.paint(VERDICT[words[0]], head) + first.slice(head.length) : first,
      ...more,
      ...(subject === "" ? [] : this.paragraph(subject, 2, DIM)),
    ];
  }

  /** Text of the data in lines that begin so many blanks from the left. */
  private paragraph(text: string, indent: number, codes = "", hang = 2): string[] {
    const lines = wrapped(printable(text), this.width, {
      first: " ".repeat(indent),
      hang: " ".repeat(indent + hang),
    });
    return lines.map((line) => this.paint(codes, line));
  }

  private failed(): string[] {
    const lines = failedIn(this.review).flatMap(({ stack }) => [
      `  ${this.paint(BOLD, printable(stack.name))}`,
      ...printableLines(stack.why ?? "nobody says why").flatMap((line) => {
        const indent = 4 + line.length - line.trimStart().length;
        return this.paragraph(line.trimStart(), indent, "", 0);
      }),
    ]);
    return this.section("Could not be planned", RED, lines);
  }

  private gates(): string[] {
    const groups = gateGroups(this.review.gates);
    return this.section(
      "Refused",
      RED,
      groups.flatMap((group) => this.gateGroup(group)),
    );
  }

  private gateGroup({ refusals, helps, add }: GateGroup): string[] {
    const lines = refusals.flatMap((refusal) => {
      const { place, message, code } = refusal;
      const where = refusedWhere(refusal, this.review);
      return [
        `  ${this.paint(BOLD, printable(`${placeText(place)}:${place.column}:`))}`,
        ...this.paragraph(`${message} [${code}]${where === "" ? "" : ` in ${where}`}`, 4),
      ];
    });
    return [
      ...lines,
      ...helps.flatMap((help) => this.paragraph(`= ${help}`, 4)),
      ...(add
        ? [`    add to ${this.paint(BOLD, printable(`${add.file}:`))}`, ...this.verbatim(add.lines)]
        : []),
    ];
  }

  /** Lines as they are, from the first column: they are for the clipboard. */
  private verbatim(texts: readonly string[]): string[] {
    return texts.flatMap(printableLines).map((line) => this.paint(GREEN, line));
  }

  /** All that is known of a change that loses something. */
  private inFull(change: EntityChange): string[] {
    const { place, notes } = change;
    const objects = objectTexts(change.objects).flatMap(({ does, what }) => {
      const [first = "", ...more] = what.map(printable);
      return this.list([`${DOES[does]} ${first}`, ...more]).map((line) => this.paint(DIM, line));
    });
    return [
      ...this.head(change, IS[change.is], undefined),
      ...(place ? [`    ${printable(placeText(place))}`] : []),
      ...reasonsOf(change).flatMap((reason) => this.paragraph(reason, 4, RED)),
      ...this.values(change, true),
      ...notes.flatMap((note) => this.paragraph(note, 4)),
      ...touchesTexts(change, NAMED).flatMap((text) => this.paragraph(text, 4)),
      ...objects,
      ...this.keep(change),
    ];
  }

  /** A line, and what changes below it. */
  private inShort(change: EntityChange): string[] {
    return [
      ...this.head(change, IS[change.is], change.place),
      ...this.values(change, false),
      ...objectsInShort(change).flatMap((text) => this.objects(text)),
      ...change.notes.flatMap((note) => this.paragraph(note, 4)),
      ...touchesTexts(change, NAMED).flatMap((text) => this.paragraph(text, 4)),
      ...this.keep(change),
    ];
  }

  /** Equal changes as one, with the names of all below it. */
  private together(group: readonly EntityChange[]): string[] {
    const [first] = group;
    if (!first || group.length === 1) return first ? this.inShort(first) : [];
    const where = whereText(first.environments, this.review);
    const title = `${IS[first.is]} ${countedKind(group.length, first.kind)}`;
    return [
      ...this.paragraph(`${SIGN[first.is]} ${title}${where === "" ? "" : `  in ${where}`}`, 2, BOLD),
      ...this.values(first, false),
      ...objectsInShort(first).flatMap((text) => this.objects(text)),
      ...first.notes.flatMap((note) => this.paragraph(note, 4)),
      ...this.list(group.map(({ key }) => printable(key))),
    ];
  }

  private keep({ kind, keep }: EntityChange): string[] {
    if (!keep) return [];
    return [
      ...this.paragraph(keepText(kind, keep), 4),
      `    in ${this.paint(BOLD, printable(`${placeText(keep.place)}:`))}`,
      ...this.verbatim([keep.line]),
    ];
  }

  /** What changed outside: nobody will do it, it is done. */
  private drifted(change: EntityChange): string[] {
    return [
      ...this.head(change, change.is, change.place),
      ...reasonsOf(change).flatMap((reason) => this.paragraph(reason, 4)),
      ...this.values(change, false),
      ...change.notes.flatMap((note) => this.paragraph(note, 4)),
    ];
  }

  /** `- remove project x  in dev`, and the end of the file's path where there is room for it. */
  private head(change: EntityChange, verb: string, place: EntityChange["place"]): string[] {
    const sign = `${SIGN[change.is]} ${verb}`;
    const name = printable(nameText(change));
    const where = printable(whereText(change.environments, this.review));
    const text = `  ${sign} ${name}`;
    const full = where === "" ? text : `${text}  in ${where}`;
    const [first = "", ...more] = wrapped(full, this.width, { first: "", hang: "      " });
    const room = this.width - cells(full) - 2;
    const file = place && more.length === 0 && room >= 16 ? cutBefore(printable(placeText(place)), room) : "";
    if (!first.startsWith(text)) return [first, ...more];
    const painted = `  ${this.paint(COLOUR[change.is], sign)} ${this.paint(BOLD, name)}${this.paint(DIM, first.slice(text.length))}`;
    return [file === "" ? painted : `${painted}  ${this.paint(DIM, file)}`, ...more];
  }

  /** Pieces with commas between, which are not cut. */
  private list(pieces: readonly string[]): string[] {
    return joined(pieces, ", ", this.width, { first: "    ", hang: "      " });
  }

  /** Objects with their numbers beside them; a move is a sentence. */
  private objects(text: string): string[] {
    const isMove = text.includes(" → ");
    return isMove ? this.paragraph(text, 4) : this.list(text.split(", ").map(printable));
  }

  private values(change: EntityChange, inFull: boolean): string[] {
    const { is, values } = change;
    if (is === "added" || is === "removed") {
      const side = is === "added" ? "after" : "before";
      return this.list(values.map((value) => `${printable(value.path)} ${sidesOf(value)[side] || "none"}`));
    }
    const paths = values.map(({ path }) => printable(path));
    const column = Math.max(0, ...paths.map(cells).filter((length) => length <= PATHS));
    return values.flatMap((value, at) => {
      const tags = tagsOf(value, change, inFull).map((tag) => `  (${tag})`);
      const text = `${padded(paths[at] ?? "", column)}  ${sidesText(value, inFull)}${tags.join("")}`;
      return this.paragraph(text, 4, "", Math.min(column + 2, this.width / 3));
    });
  }

  /** A table in which each entity has a line of its own: names stay whole. Lists stand below it, for they can be long. */
  private widenings(): string[] {
    const groups = alike(this.review.changes.filter(widens));
    const wider = groups.flatMap((group) => wideningsIn(group.slice(0, 1)).map((one) => ({ ...one, group })));
    const singles = wider.filter(({ value }) => value.items === undefined);
    const rows = singles.map(({ value }) => {
      const { before, after } = sidesOf(value, WHOLE);
      return [printable(value.path), before, after];
    });
    const [head = [], ...texts] =
      rows.length === 0 ? [] : table([["what", "before", "after"], ...rows], this.width - 4);
    const textOf = new Map(singles.map(({ value }, at) => [value, texts[at] ?? []]));
    return [
      ...head.map((line) => this.paint(DIM, `    ${line}`)),
      ...wider.flatMap(({ group, value }, at) => {
        const name = wider[at - 1]?.group === group ? [] : this.name(group);
        const row = textOf.get(value)?.map((line) => `    ${line}`);
        return [...name, ...(row ?? this.gained(value))];
      }),
    ];
  }

  /** What a list gains, and what it loses for it. */
  private gained(value: ValueChange): string[] {
    const { before, after } = sidesOf(value, WHOLE);
    const lost = before === "" ? "" : `; ${before}`;
    return this.paragraph(`${printable(value.path)}  ${after}${lost}`, 4);
  }

  /** Whose access is wider: an entity by its name, many by their number, for their names stand below. */
  private name(group: readonly EntityChange[]): string[] {
    const [first] = group;
    if (!first) return [];
    const where = whereText(first.environments, this.review);
    const who = group.length === 1 ? nameText(first) : countedKind(group.length, first.kind);
    return this.paragraph(`${who}${where === "" ? "" : `  in ${where}`}`, 2);
  }

  private end(): string[] {
    const { ignored, digest } = this.review;
    const unchanged = unchangedIn(this.review).map(printable);
    return [
      ...(unchanged.length > 0 ? [this.inOneLine("Unchanged: ", unchanged)] : []),
      ...(ignored > 0 ? [`Ignored drift: ${ignored}`] : []),
      ...(digest === undefined ? [] : [this.paint(DIM, `digest: ${printable(digest)}`)]),
    ];
  }

  /** As many names as one line holds, and how many there are besides. */
  private inOneLine(label: string, names: readonly string[]): string {
    const whole = label + names.join(", ");
    if (whole.length <= this.width) return whole;
    for (let count = names.length - 1; count > 0; count--) {
      const line = `${label}${names.slice(0, count).join(", ")} and ${names.length - count} more`;
      if (line.length <= this.width) return line;
    }
    return `${label}${names.length}`;
  }
}

function sidesText(value: ValueChange, inFull: boolean): string {
  const { before, after } = sidesOf(value, inFull ? LONG : LONG / 2);
  return value.items ? [before, after].filter((one) => one !== "").join(", ") : `${before} → ${after}`;
}

/** What must be said of a value beside its two sides. */
function tagsOf(value: ValueChange, change: EntityChange, inFull: boolean): string[] {
  const { forces, by, place, access } = value;
  const isElsewhere = place !== undefined && place.file !== change.place?.file;
  const source = by ? `by ${nameText(by)}` : isElsewhere && inFull ? "written" : "";
  const at = inFull && isElsewhere ? ` in ${placeText(place)}` : "";
  return [
    ...(forces ? ["forces it"] : []),
    ...(source === "" ? [] : [source + at]),
    ...(access ? [access] : []),
  ];
}
