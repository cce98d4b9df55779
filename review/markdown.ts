/** A review as the comment of a merge request, in GitLab's and GitHub's Markdown. */
import { nothingText, scopeText, subjectText, whatText } from "./headline";
import { code, codeBlock, html, prose } from "./inert";
import type { EntityChange, Review, ValueChange } from "./model";
import {
  alike,
  DOES,
  failedIn,
  type GateGroup,
  gateGroups,
  groupedBy,
  objectsInShort,
  objectTexts,
  placeText,
  type Refusal,
  reasonsOf,
  refusalsOf,
  refusedWhere,
  someText,
  splitByLoss,
  touchedEnvironments,
  touchesTexts,
  unchangedIn,
  type Verdict,
  verdictsOf,
  whereText,
  wideningsIn,
} from "./parts";
import { cut, printable, printableLines } from "./printable";
import { sidesOf, WHOLE } from "./sides";
import { countedKind, countsText, entitiesText, IS, keepText, nameText, widens } from "./words";

/** The first line: the comment is found again by it. */
export const MARKER = "<!-- cloud-entities review -->";

export interface CommentSize {
  /** The most characters of it; at least 1,000. */
  readonly budget?: number;
  /** Where all of it can be read. */
  readonly link?: string | undefined;
}

/**
 * A review as a comment. What does not fit the budget is left out by steps, what matters least first: values, then
 * names of what is only changed. What is refused, destroyed or replaced is named as long as there is room for a name.
 */
export function reviewAsMarkdown(review: Review, { budget = 60_000, link }: CommentSize): string {
  const most = Math.max(1000, budget);
  const comment = new Comment(review, link);
  for (const detail of STEPS) {
    const text = comment.text(detail);
    if (text.length <= most) return text;
  }
  return comment.filled(most);
}

/** How much is said of each part. */
interface Detail {
  readonly lost: "full" | "lines" | "names";
  readonly gates: "full" | "lines" | "names";
  readonly wider: "table" | "count";
  readonly others: "values" | "paths" | "lines" | "kinds" | "count";
  readonly drift: "values" | "lines" | "kinds" | "count";
}

const FULL: Detail = { lost: "full", gates: "full", wider: "table", others: "values", drift: "values" };
const KINDS: Detail = { ...FULL, others: "kinds", drift: "kinds" };
const NAMES: Detail = { lost: "names", gates: "names", wider: "count", others: "count", drift: "count" };

/** From everything to almost nothing; the first one that fits is taken. */
const STEPS: readonly Detail[] = [
  FULL,
  { ...FULL, others: "paths", drift: "lines" },
  { ...FULL, others: "lines", drift: "kinds" },
  KINDS,
  { ...KINDS, lost: "lines", gates: "lines" },
  { ...KINDS, wider: "count" },
  { ...KINDS, lost: "lines", gates: "lines", wider: "count" },
  NAMES,
];

/** Characters of a name or a message in a shortened line. */
const SHORT = 100;

/** Values that stand in the line of their entity. */
const INLINE = 2;

const SYMBOL: Readonly<Record<Verdict, string>> = {
  failed: "⛔ ",
  refused: "⛔ ",
  destroys: "⚠️ ",
  replaces: "⚠️ ",
  widens: "⚠️ ",
  drifted: "⚠️ ",
  changes: "",
  nothing: "✅ ",
};

class Comment {
  private readonly lost: readonly EntityChange[];
  private readonly others: readonly EntityChange[];
  private readonly whole: string;

  constructor(
    private readonly review: Review,
    link: string | undefined,
  ) {
    const { lost, others } = splitByLoss(review.changes);
    [this.lost, this.others] = [lost, others];
    const target = link === undefined ? undefined : safeLink(link);
    this.whole = target === undefined ? "" : `[the whole review](<${target}>)`;
  }

  text(detail: Detail): string {
    const isShort = detail === NAMES;
    return inBlocks([
      ...(isShort ? this.shortHead() : this.head()),
      ...section("Could not be planned", this.failed(detail)),
      ...section("Refused", this.gates(detail)),
      ...section("Destroyed and replaced", this.losses(detail)),
      ...section("Wider access or quota", this.widenings(detail)),
      ...section(this.lost.length > 0 ? "Other changes" : "Changes", this.changes(detail)),
      ...section("Drift: changed outside, not by this change", this.drifts(detail)),
      ...this.end(detail),
    ]);
  }

  /** As many names as there is room for, those of what is lost before those of what is refused. */
  filled(budget: number): string {
    const failed = failedIn(this.review).map(({ stack }) => `- ${code(cut(stack.name, SHORT))}`);
    const gates = refusalsOf(this.review.gates).map((refusal) => refusalName(refusal));
    const losses = this.lost.map((change) => lossName(change));
    const head = [this.title(), this.numbers()];
    const text = (shown: { readonly failed: number; readonly gates: number; readonly losses: number }) =>
      inBlocks([
        ...head,
        ...section("Could not be planned", this.first(failed, shown.failed)),
        ...section("Refused", this.first(gates, shown.gates)),
        ...section("Destroyed and replaced", this.first(losses, shown.losses)),
        `Only names fit here.${this.whole === "" ? "" : ` All of it: ${this.whole}.`}`,
        ...this.digest(),
      ]);
    const fits = (shown: Parameters<typeof text>[0]) => text(shown).length <= budget;
    const none = { failed: 0, gates: 0, losses: 0 };
    const withLosses = { ...none, losses: most(losses.length, (count) => fits({ ...none, losses: count })) };
    const withGates = {
      ...withLosses,
      gates: most(gates.length, (count) => fits({ ...withLosses, gates: count })),
    };
    return text({
      ...withGates,
      failed: most(failed.length, (count) => fits({ ...withGates, failed: count })),
    });
  }

  /** The first lines of a list, and how many there are besides. */
  private first(lines: readonly string[], count: number): string[] {
    if (count >= lines.length) return [lines.join("\n")];
    const rest = lines.length - count;
    return [[...lines.slice(0, count), `- ${count === 0 ? rest : `and ${rest} more`} not shown`].join("\n")];
  }

  private head(): string[] {
    const isNothing = verdictsOf(this.review)[0] === "nothing";
    const scope = scopeText(this.review);
    const where = scope === "" ? "" : `in ${scope}`;
    const what = isNothing ? nothingText(this.review) : whatText(this.review);
    const subject = subjectText(this.review);
    return [
      this.title(),
      [prose(`${capital(what)} ${where}`.trim()), ...(subject === "" ? [] : [prose(subject)])].join("<br>\n"),
    ];
  }

  private title(): string {
    const verdicts = verdictsOf(this.review);
    const words = verdicts[0] === "nothing" ? nothingText(this.review) : verdicts.join(", ");
    return `${MARKER}\n## ${SYMBOL[verdicts[0]]}${capital(words)}`;
  }

  private shortHead(): string[] {
    return [this.title(), `${this.numbers()}<br>\nTerraform objects: ${countsText(this.review.counts)}`];
  }

  /** Numbers only: nothing of the data can make it long. */
  private numbers(): string {
    const { environments, changes } = this.review;
    const touched = touchedEnvironments(this.review).length;
    const what = changes.length === 0 ? "no entity changes" : numbersOf(changes);
    return `${capital(what)} in ${touched} of ${environments.length} environments`;
  }

  private digest(): string[] {
    const { digest } = this.review;
    return digest === undefined ? [] : [digestLine(digest)];
  }

  private where(change: EntityChange): string {
    const where = whereText(change.environments, this.review);
    return where === "" ? "" : ` in ${prose(where)}`;
  }

  private failed({ gates }: Detail): string[] {
    const lines = failedIn(this.review).flatMap(({ stack }) => {
      const why = printableLines(stack.why ?? "");
      const shown =
        gates === "full" ? why : why.slice(0, gates === "lines" ? 1 : 0).map((one) => cut(one, SHORT));
      return [`- ${code(gates === "names" ? cut(stack.name, SHORT) : stack.name)}`, ...block(shown, "text")];
    });
    return lines.length === 0 ? [] : [lines.join("\n")];
  }

  private gates({ gates }: Detail): string[] {
    if (gates === "full") return gateGroups(this.review.gates).map((group) => this.gateGroup(group));
    const lines = refusalsOf(this.review.gates).map((refusal) =>
      gates === "names" ? refusalName(refusal) : this.refusal(refusal, SHORT * 2),
    );
    const files = new Set(this.review.gates.flatMap(({ add }) => (add ? [add.file] : [])));
    const add = [...files].map((file) => `What would let them pass goes into ${code(file)}.`);
    return lines.length === 0 ? [] : [lines.join("\n"), ...(gates === "names" ? [] : add)];
  }

  private refusal(refusal: Refusal, longest: number): string {
    const { place, message, code: name } = refusal;
    const where = refusedWhere(refusal, this.review);
    const in_ = where === "" ? "" : ` in ${prose(where)}`;
    return `- ${code(placeText(place))} ${prose(cut(message, longest))} (${prose(name)})${in_}`;
  }

  private gateGroup({ refusals, helps, add }: GateGroup): string {
    const lines = refusals.map((refusal) => this.refusal(refusal, Number.POSITIVE_INFINITY));
    const help = helps.map((one) => `- → ${prose(one)}`);
    if (!add) return [...lines, ...help].join("\n");
    const shown = add.lines.flatMap(printableLines);
    return [...lines, ...help, `- → add to ${code(add.file)}:`, ...block(shown, "yaml")].join("\n");
  }

  private losses({ lost }: Detail): string[] {
    if (this.lost.length === 0) return [];
    const lines = this.lost.map((change) => {
      if (lost === "names") return lossName(change);
      return lost === "lines" ? this.lossLine(change) : this.inFull(change);
    });
    return [lines.join("\n")];
  }

  /** What is lost, why and where, in a line. */
  private lossLine(change: EntityChange): string {
    const forcing = change.values.filter(({ forces }) => forces).map(({ path }) => path);
    const at = change.place ? `, ${code(placeText(change.place))}` : "";
    const forced =
      forcing.length === 0
        ? ""
        : `, forced by ${someText(
            forcing.map((path) => code(path)),
            3,
          )}`;
    return `- **${IS[change.is]}** ${code(nameText(change))}${this.where(change)}${at}${forced}`;
  }

  private inFull(change: EntityChange): string {
    const { place, values, objects, notes, is } = change;
    const said = [
      ...reasonsOf(change).map((reason) => prose(reason)),
      ...(is === "removed"
        ? withLabel("had", values, "before")
        : values.map((value) => valueLine(value, change))),
      ...notes.map((note) => prose(note)),
      ...touchesTexts(change, 8).map((text) => prose(text)),
      ...objectTexts(objects).map(
        ({ does, what }) => `${DOES[does]} ${what.map((one) => code(one)).join(", ")}`,
      ),
    ];
    return [
      `- **${IS[is]}** ${code(nameText(change))}${this.where(change)}${place ? `<br>${code(placeText(place))}` : ""}`,
      ...said.filter((line) => line !== "").map((line) => `  - ${line}`),
      ...keepLines(change),
    ].join("\n");
  }

  private widenings({ wider }: Detail): string[] {
    const widenings = wideningsIn(this.review.changes);
    if (widenings.length === 0) return [];
    const entities = new Set(widenings.map(({ change }) => change));
    if (wider === "count") return [`${numbersOf([...entities])}, ${widenings.length} values`];
    const rows = alike(this.review.changes.filter(widens)).flatMap((group) =>
      wideningsIn(group.slice(0, 1)).map(({ change, value }) => {
        const { before, after } = sidesOf(value, WHOLE);
        const where = whereText(change.environments, this.review);
        const name =
          group.length === 1
            ? code(nameText(change), true)
            : prose(countedKind(group.length, change.kind), true);
        const who = `${name}${where === "" ? "" : ` in ${prose(where, true)}`}`;
        return `| ${who} | ${[value.path, before, after].map(cell).join(" | ")} |`;
      }),
    );
    return [["| who | what | before | after |", "| --- | --- | --- | --- |", ...rows].join("\n")];
  }

  private changes({ others }: Detail): string[] {
    if (this.others.length === 0) return [];
    if (others === "count") return [numbersOf(this.others)];
    if (others === "kinds") return [kindLines(this.others)];
    return [
      alike(this.others)
        .flatMap((group) => this.together(group, others))
        .join("\n"),
    ];
  }

  /** Equal changes as one, with the names of all below it. */
  private together(group: readonly EntityChange[], how: "values" | "paths" | "lines"): string[] {
    const [first] = group;
    if (!first || group.length === 1) return first ? [this.line(first, IS[first.is], how)] : [];
    const values = how === "values" ? first.values.map((value) => valueLine(value, first)).join(", ") : "";
    const names = group.map(({ key }) => code(key)).join(", ");
    const head = `- **${IS[first.is]}** ${prose(countedKind(group.length, first.kind))}${this.where(first)}`;
    return [`${head}${values === "" ? "" : `: ${values}`}`, `  - ${names}`];
  }

  private drifts({ drift }: Detail): string[] {
    const changes = this.review.drift;
    if (changes.length === 0) return [];
    if (drift === "count") return [numbersOf(changes)];
    if (drift === "kinds") return [kindLines(changes)];
    return [changes.map((change) => this.line(change, change.is, drift)).join("\n")];
  }

  /** One line an entity; more values than fit into it are folded below. */
  private line(change: EntityChange, verb: string, how: "values" | "paths" | "lines"): string {
    const { values } = change;
    const head = `**${verb}** ${code(nameText(change))}${this.where(change)}`;
    if (how === "lines") return [`- ${head}`, ...keepLines(change)].join("\n");
    if (how === "paths") {
      const paths = someText(
        values.map(({ path }) => code(path)),
        4,
      );
      return [`- ${head}${paths === "" ? "" : `: ${paths}`}`, ...keepLines(change)].join("\n");
    }
    const said = [
      ...touchesTexts(change, 4),
      ...(verb === IS[change.is] ? objectsInShort(change) : reasonsOf(change)),
      ...change.notes,
    ].flatMap((text) => (text.trim() === "" ? [] : [`  - ${prose(text)}`]));
    if (values.length === 0 || (values.length <= INLINE && change.is !== "added")) {
      const shown = values.map((value) => valueLine(value, change)).join(", ");
      return [`- ${head}${shown === "" ? "" : `: ${shown}`}`, ...said, ...keepLines(change)].join("\n");
    }
    return [`- ${this.folded(change, verb)}`, ...said, ...keepLines(change)].join("\n");
  }

  private folded(change: EntityChange, verb: string): string {
    const where = whereText(change.environments, this.review);
    const name = htmlCode(nameText(change));
    const count = `${change.values.length} ${change.values.length === 1 ? "value" : "values"}`;
    const summary = `<b>${verb}</b> ${name}${where === "" ? "" : ` in ${htmlCode(where)}`}: ${count}`;
    const lines = change.is === "added" ? writtenTable(change) : changedTable(change);
    return [
      `<details><summary>${summary}</summary>`,
      "",
      ...lines.map((line) => `  ${line}`),
      "",
      "  </details>",
      // Up to a blank line all that follows is HTML, not Markdown.
      "",
    ].join("\n");
  }

  private end(detail: Detail): string[] {
    const { ignored } = this.review;
    const unchanged = detail === NAMES ? [] : unchangedIn(this.review);
    const lines = [
      ...(unchanged.length > 0 ? [`Unchanged: ${prose(someText(unchanged, 20))}`] : []),
      ...(ignored > 0 ? [`Ignored drift: ${ignored}`] : []),
    ];
    const left = leftOut(detail, this.others.length, this.review.drift.length);
    const shortened =
      left === "" ? "" : `Shortened to fit: ${left}.${this.whole === "" ? "" : ` All of it: ${this.whole}.`}`;
    return [
      ...(shortened === "" ? [] : [shortened]),
      ...(lines.length === 0 ? [] : [lines.join("<br>\n")]),
      ...(left === "" && this.whole !== "" ? [capital(this.whole)] : []),
      ...this.digest(),
    ];
  }
}

/** What a step leaves out, in words. */
function leftOut(detail: Detail, others: number, drift: number): string {
  if (detail === FULL) return "";
  const parts = [
    detail.lost === "full" ? "" : "what is lost is only named",
    detail.gates === "full" ? "" : "the lines that would let it pass are left out",
    detail.wider === "table" ? "" : "what widens is only counted",
    others === 0
      ? ""
      : { values: "", paths: "values are left out", lines: "what changes in entities is left out" }[
          detail.others === "kinds" || detail.others === "count" ? "values" : detail.others
        ],
    others > 0 && (detail.others === "kinds" || detail.others === "count")
      ? "other changes are only counted"
      : "",
    drift === 0 || detail.drift === "values"
      ? ""
      : detail.drift === "lines"
        ? "values of drift are left out"
        : "drift is only counted",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** `2 entities removed, 5 changed`, of whatever kinds. */
function numbersOf(changes: readonly EntityChange[]): string {
  return entitiesText(changes.map((change) => ({ ...change, kind: "entity", touches: [] })));
}

function section(title: string, blocks: readonly string[]): string[] {
  return blocks.length === 0 || blocks.every((one) => one === "") ? [] : [`### ${title}`, ...blocks];
}

function inBlocks(blocks: readonly string[]): string {
  return `${blocks.map((one) => one.trimEnd()).join("\n\n")}\n`;
}

/** The greatest number up to `all` that is fine, if all smaller ones are. */
function most(all: number, isFine: (count: number) => boolean): number {
  let [low, high] = [0, all];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isFine(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function lossName(change: EntityChange): string {
  return `- ${IS[change.is]} ${code(cut(nameText(change), SHORT))}`;
}

function refusalName({ entity, place, code: name }: Refusal): string {
  return `- ${prose(name)}: ${code(cut(entity ? nameText(entity) : placeText(place), SHORT))}`;
}

function kindLines(changes: readonly EntityChange[]): string {
  return [...groupedBy(changes, ({ kind }) => kind)]
    .map(([kind, some]) => {
      const each = [...groupedBy(some, ({ is }) => is)].map(([is, those]) => `${those.length} ${is}`);
      return `- ${prose(countedKind(some.length, kind))}: ${each.join(", ")}`;
    })
    .join("\n");
}

/** `quota.ram` 64 GiB → 128 GiB (forces it) */
function valueLine(value: ValueChange, change: EntityChange): string {
  const { before, after } = sidesOf(value);
  const both = [before, after].filter((one) => one !== "").map((one) => code(one));
  const tags = [
    ...(value.forces ? ["**forces it**"] : []),
    ...(value.by ? [`by ${code(nameText(value.by))}`] : []),
    ...(value.place && value.place.file !== change.place?.file ? [`in ${code(placeText(value.place))}`] : []),
    ...(value.access ? [value.access] : []),
  ];
  const said = tags.length === 0 ? "" : ` (${tags.join(", ")})`;
  return `${code(value.path)}: ${both.join(value.items ? ", " : " → ")}${said}`;
}

function withLabel(label: string, values: readonly ValueChange[], side: "before" | "after"): string[] {
  const texts = values.map((value) => code(`${value.path} ${sidesOf(value)[side] || "none"}`));
  return texts.length === 0 ? [] : [`${label} ${texts.join(", ")}`];
}

function writtenTable({ values }: EntityChange): string[] {
  return [
    "| value | |",
    "| --- | --- |",
    ...values.map((value) => `| ${cell(value.path)} | ${cell(sidesOf(value).after)} |`),
  ];
}

function changedTable({ values }: EntityChange): string[] {
  const rows = values.map((value) => {
    const { before, after } = sidesOf(value);
    const by = value.by ? `by ${code(nameText(value.by), true)}` : "";
    return `| ${[value.path, before, after].map(cell).join(" | ")} | ${[value.access ?? "", by].filter((one) => one !== "").join(", ")} |`;
  });
  return ["| value | before | after | |", "| --- | --- | --- | --- |", ...rows];
}

function keepLines({ kind, keep }: EntityChange): string[] {
  if (!keep) return [];
  return [
    `  - ${keepText(kind, keep, code)} in ${code(placeText(keep.place))}:`,
    ...block(printableLines(keep.line), "yaml").map((line) => (line === "" ? "" : `  ${line}`)),
  ];
}

/** Lines for the clipboard, in the item of a list. */
function block(lines: readonly string[], language: string): string[] {
  if (lines.length === 0) return [];
  return ["", ...codeBlock(lines, language).map((line) => (line === "" ? "" : `  ${line}`)), ""];
}

function htmlCode(text: string): string {
  return `<code>${html(printable(text))}</code>`;
}

function cell(text: string): string {
  return text === "" ? "" : code(text, true);
}

/** The digest in a line that a program finds. */
function digestLine(digest: string): string {
  return `digest: ${/^sha256:[0-9a-f]{64}$/.test(digest) ? digest : code(cut(digest, SHORT))}`;
}

function capital(text: string): string {
  return text.replace(/^\[?\p{Ll}/u, (first) => first.toUpperCase());
}

/** An address that can stand between `<` and `>`; undefined: it is none, or too long to be worth its room. */
function safeLink(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { protocol, href } = new URL(link);
  if (protocol !== "https:" && protocol !== "http:") return undefined;
  const safe = href.replace(/[^\w:/?#&=%.,;+@~-]/g, (one) =>
    encodeURIComponent(one).replace(/[()*'!|]/g, percent),
  );
  return safe.length > 200 ? undefined : safe;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
