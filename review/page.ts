/** A review as one page of HTML that asks nothing of anybody: no network, no script that it could not do without. */
import { createHash } from "node:crypto";
import { nothingText, scopeText, subjectText, whatText } from "./headline";
import { Markup, markup, NOTHING, together } from "./markup";
import type { EntityChange, Review, ValueChange } from "./model";
import { SCRIPT } from "./page-script";
import { STYLE } from "./page-style";
import {
  DOES,
  failedIn,
  type GateGroup,
  gateGroups,
  groupedBy,
  objectTexts,
  placeText,
  reasonsOf,
  refusedWhere,
  splitByLoss,
  touchesTexts,
  unchangedIn,
  verdictsOf,
  whereText,
  wideningsIn,
} from "./parts";
import { printableLines } from "./printable";
import { sidesOf } from "./sides";
import { countedKind, IS, isDestructive, keepText, nameText, SIGN, widens } from "./words";

/** A review as a page: the same bytes for the same review. */
export function reviewAsPage(review: Review): string {
  return new Page(review).whole().text;
}

/** Values that the line of an entity shows. */
const BRIEF = 3;

/** So many changes need no headings. */
const FEW = 15;

/** From here on a browser lays out only those that are in sight. */
const MANY = 200;

/** Longer values stand in a box of their own. */
const BOXED = 300;

const COUNTED = ["destroy", "replace", "create", "update", "import", "move", "forget"] as const;

const EVERYTHING = Number.POSITIVE_INFINITY;

class Page {
  /** Numbers in place of names, so that attributes hold nothing of the data. */
  private readonly environments: readonly string[];
  private readonly kinds: readonly string[];

  constructor(private readonly review: Review) {
    const { changes, drift, environments } = review;
    const all = [...changes, ...drift];
    this.environments = [
      ...new Set([...environments.map(({ name }) => name), ...all.flatMap((change) => change.environments)]),
    ];
    this.kinds = [...new Set(all.map(({ kind }) => kind))].sort();
  }

  whole(): Markup {
    const { changes, drift } = this.review;
    const { lost, others } = splitByLoss(changes);
    const title = `Review: ${this.words().join(", ")}`;
    return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${this.head()}
${this.tools()}
<main>
${this.failed()}
${this.gates()}
${this.section("lost", "Destroyed and replaced", lost, true)}
${this.widenings()}
${this.section("others", lost.length > 0 ? "Other changes" : "Changes", others, false)}
${this.section("drift", "Drift: changed outside, not by this change", drift, false)}
</main>
${this.foot()}
${HELP}
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  }

  private words(): readonly string[] {
    const verdicts = verdictsOf(this.review);
    return verdicts[0] === "nothing" ? [nothingText(this.review)] : verdicts;
  }

  private head(): Markup {
    const verdicts = verdictsOf(this.review);
    const words = this.words().map(
      (word, at) => markup`<span class="${verdicts[at] ?? ""}">${at === 0 ? capital(word) : word}</span>`,
    );
    const what = whatText(this.review);
    const scope = scopeText(this.review);
    const said = what === "" ? scope : `${what}${scope === "" ? "" : ` in ${scope}`}`;
    const counts = COUNTED.filter((word) => this.review.counts[word] > 0).map(
      (word) => markup`<li class="${word}"><b>${this.review.counts[word]}</b> to ${word}</li>`,
    );
    return markup`<header>
<h1>${words}</h1>
<p>${said}</p>
<p class="muted">${subjectText({ ...this.review, counts: NO_COUNTS })}</p>
${counts.length === 0 ? NOTHING : markup`<ul class="counts" aria-label="Terraform objects">${counts}</ul>`}
</header>`;
  }

  private tools(): Markup {
    const { changes, drift } = this.review;
    const all = [...changes, ...drift];
    const environments = this.environments.map((name, at) => option(String(at), name));
    const kinds = this.kinds.map((kind, at) =>
      option(String(at), countedKind(all.filter((change) => change.kind === kind).length, kind)),
    );
    const is = [...groupedBy(all, (change) => change.is)].map(([word, some]) =>
      option(word, `${word} (${some.length})`),
    );
    const wider = changes.filter(widens).length;
    return markup`<form id="tools" role="search" hidden>
<input id="search" type="search" placeholder="Search" aria-label="Search in names, values and files" autocomplete="off" spellcheck="false">
<select id="where" aria-label="Environment"><option value="">all environments</option>${environments}</select>
<select id="kind" aria-label="Kind"><option value="">all kinds</option>${kinds}</select>
<select id="what" aria-label="What happens"><option value="">whatever happens</option>${is}${wider > 0 ? option("wider", `wider (${wider})`) : NOTHING}</select>
<button id="expand" type="button">Expand</button>
<button id="keys" type="button" class="keys" aria-label="Keys">?</button>
<output id="shown" aria-live="polite"></output>
</form>`;
  }

  private failed(): Markup {
    const failed = failedIn(this.review);
    if (failed.length === 0) return NOTHING;
    const items = failed.map(({ stack }) => {
      const why = printableLines(stack.why ?? "nobody says why");
      return markup`<div class="gate"><p><b>${stack.name}</b></p><pre>${lines(why)}</pre></div>`;
    });
    return markup`<section aria-label="Could not be planned"><h2>Could not be planned</h2>${items}</section>`;
  }

  private gates(): Markup {
    const groups = gateGroups(this.review.gates);
    if (groups.length === 0) return NOTHING;
    const items = groups.map((group) => this.gateGroup(group));
    return markup`<section aria-label="Refused"><h2>Refused</h2>${items}</section>`;
  }

  private gateGroup({ refusals, helps, add }: GateGroup): Markup {
    const said = refusals.map((refusal) => {
      const { place, message, code } = refusal;
      const where = refusedWhere(refusal, this.review);
      const in_ = where === "" ? NOTHING : markup` in ${where}`;
      return markup`<p><code>${placeText(place)}:${place.column}</code> ${message} <span class="muted">[${code}]${in_}</span></p>`;
    });
    const help = helps.map((one) => markup`<p class="help">${one}</p>`);
    const adding = add
      ? markup`<p class="help">Add to <code>${add.file}</code>:</p><pre>${lines(add.lines.flatMap(printableLines))}</pre>`
      : NOTHING;
    return markup`<div class="gate">${said}${help}${adding}</div>`;
  }

  private section(id: string, title: string, changes: readonly EntityChange[], isOpen: boolean): Markup {
    if (changes.length === 0) return NOTHING;
    const isDrift = id === "drift";
    const line = (change: EntityChange) => this.change(change, isOpen, isDrift);
    // What is lost stays in its order, and a few are seen at once; of many, those of a kind stand together.
    const isOne = isOpen || changes.length <= FEW;
    const groups = isOne
      ? [markup`<div class="group${isOpen ? " lost" : ""}">${together(changes.map(line), "\n")}</div>`]
      : [...groupedBy(changes, ({ kind }) => kind)].map(
          ([kind, some]) =>
            markup`<div class="group"><h3>${countedKind(some.length, kind)}</h3>${together(some.map(line), "\n")}</div>`,
        );
    return markup`<section class="part${changes.length > MANY ? " many" : ""}" id="${id}" aria-label="${title}"><h2>${title} <small>${changes.length}</small></h2>${groups}</section>`;
  }

  private change(change: EntityChange, isOpen: boolean, isDrift: boolean): Markup {
    const { is, place, notes, keep } = change;
    const where = whereText(change.environments, this.review);
    const verb = isDrift ? is : IS[is];
    const said = [
      ...(place ? [markup`<p><code>${placeText(place)}</code></p>`] : []),
      ...reasonsOf(change).map(
        (reason) =>
          markup`<p${is === "removed" || isDestructive(change) ? new Markup(' class="removed"') : NOTHING}>${reason}</p>`,
      ),
      this.values(change),
      ...notes.map((note) => markup`<p>${note}</p>`),
      ...touchesTexts(change, EVERYTHING).map((text) => markup`<p>${text}</p>`),
      ...(isDrift ? [] : [objects(change)]),
      ...(keep
        ? [
            markup`<p>${capital(keepText(change.kind, keep))} in <code>${placeText(keep.place)}</code>:</p><pre>${lines(printableLines(keep.line))}</pre>`,
          ]
        : []),
    ];
    const name =
      change.kind === "terraform"
        ? markup`<span class="key">${change.key}</span>`
        : markup`${change.kind} <span class="key">${change.key}</span>`;
    return markup`<details class="change"${this.data(change)}${isOpen ? new Markup(" open") : NOTHING}><summary><span class="sign ${is}" aria-hidden="true">${SIGN[is]}</span><span class="verb ${is}">${verb}</span><span class="said">${name}${where === "" ? NOTHING : markup` <span class="where">in ${where}</span>`}${brief(change)}</span></summary><div class="body">${said}</div></details>`;
  }

  /** What the filters ask. */
  private data(change: EntityChange): Markup {
    const where = change.environments.map((name) => this.environments.indexOf(name)).join(" ");
    const lost = isDestructive(change) ? new Markup(" data-lost") : NOTHING;
    const wider = widens(change) ? new Markup(" data-wider") : NOTHING;
    return markup` data-is="${change.is}" data-kind="${this.kinds.indexOf(change.kind)}" data-where="${where}"${lost}${wider}`;
  }

  private values(change: EntityChange): Markup {
    const { values, is } = change;
    if (values.length === 0) return NOTHING;
    const isOneSided = is === "added" || is === "removed";
    const rows = values.map((value) => {
      const { before, after } = sides(value);
      const cells = isOneSided
        ? markup`<td>${is === "added" ? after : before}</td>`
        : markup`<td data-l="before">${before}</td><td data-l="after">${after}</td>`;
      return markup`<tr><td><code>${value.path}</code></td>${cells}<td>${said(value, change)}</td></tr>`;
    });
    const head = isOneSided
      ? markup`<th>${is === "added" ? "is" : "was"}</th>`
      : markup`<th>before</th><th>after</th>`;
    return markup`<table><thead><tr><th>value</th>${head}<th></th></tr></thead><tbody>${rows}</tbody></table>`;
  }

  private widenings(): Markup {
    const widenings = wideningsIn(this.review.changes);
    if (widenings.length === 0) return NOTHING;
    const rows = widenings.map(({ change, value }) => {
      const { before, after } = sides(value);
      const where = whereText(change.environments, this.review);
      const who = markup`${change.kind === "terraform" ? NOTHING : markup`${change.kind} `}<span class="key">${change.key}</span>${where === "" ? NOTHING : markup` <span class="muted">in ${where}</span>`}`;
      return markup`<tr${this.data(change)}><td>${who}</td><td><code>${value.path}</code></td><td data-l="before">${before}</td><td data-l="after">${after}</td></tr>`;
    });
    return markup`<section class="part" aria-label="Wider access or quota"><h2>Wider access or quota <small>${widenings.length}</small></h2><table class="wide"><thead><tr><th>who</th><th>what</th><th>before</th><th>after</th></tr></thead><tbody>${together(rows, "\n")}</tbody></table></section>`;
  }

  private foot(): Markup {
    const { ignored, digest } = this.review;
    const unchanged = unchangedIn(this.review);
    const said = [
      ...(unchanged.length > 0 ? [markup`<p>Unchanged: ${unchanged.join(", ")}</p>`] : []),
      ...(ignored > 0 ? [markup`<p>Ignored drift: ${ignored}</p>`] : []),
      ...(digest === undefined ? [] : [markup`<p>digest: <code>${digest}</code></p>`]),
    ];
    return said.length === 0 ? NOTHING : markup`<footer>${said}</footer>`;
  }
}

const NO_COUNTS = { create: 0, update: 0, replace: 0, destroy: 0, import: 0, move: 0, forget: 0 };

const HELP = markup`<dialog id="help" aria-label="Keys"><b>Keys</b>
<dl>
<dt><kbd>/</kbd></dt><dd>search; <kbd>Esc</kbd> empties it</dd>
<dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous change</dd>
<dt><kbd>o</kbd></dt><dd>open or close it</dd>
<dt><kbd>e</kbd></dt><dd>expand or fold all</dd>
<dt><kbd>?</kbd></dt><dd>this help</dd>
</dl>
<form method="dialog"><button>Close</button></form></dialog>`;

/** Nothing is loaded, sent or embedded; of scripts and styles only ours run. */
function policy(): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(STYLE)}`,
    `script-src ${hash(SCRIPT)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function option(value: string, text: string): Markup {
  return markup`<option value="${value}">${text}</option>`;
}

function lines(texts: readonly string[]): Markup {
  return together(
    texts.map((text) => markup`${text}`),
    "\n",
  );
}

/** The first values of an entity, in its line; when it is open they stand below. */
function brief({ is, values }: EntityChange): Markup {
  const shown = values.slice(0, BRIEF).map((value) => {
    const { before, after } = sidesOf(value, 40);
    if (is === "added" || is === "removed") return `${value.path} ${is === "added" ? after : before}`;
    const both = value.items
      ? [before, after].filter((one) => one !== "").join(", ")
      : `${before} → ${after}`;
    return `${value.path} ${both}`;
  });
  const more = values.length > BRIEF ? [`${values.length - BRIEF} more`] : [];
  return shown.length === 0 ? NOTHING : markup`<span class="brief">${[...shown, ...more].join(" · ")}</span>`;
}

/** Both sides of a value, whole; where they are alike, what differs is marked. */
function sides(value: ValueChange): { readonly before: Markup; readonly after: Markup } {
  const { before, after } = sidesOf(value, EVERYTHING);
  if (before === "" || after === "" || value.items) return { before: shown(before), after: shown(after) };
  const [start, end] = alike(before, after);
  if (start + end < 8) return { before: shown(before), after: shown(after) };
  return { before: shown(before, start, end), after: shown(after, start, end) };
}

function shown(text: string, start = 0, end = 0): Markup {
  if (text === "") return NOTHING;
  const middle = text.slice(start, text.length - end);
  const marked =
    start + end === 0 || middle === ""
      ? markup`${text}`
      : markup`${text.slice(0, start)}<mark>${middle}</mark>${text.slice(text.length - end)}`;
  return markup`<code${text.length > BOXED ? new Markup(' class="long"') : NOTHING}>${marked}</code>`;
}

/** How many characters two texts share at their beginnings and at their ends. */
function alike(one: string, other: string): readonly [number, number] {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start++;
  if (isLow(one, start) || isLow(other, start)) start--;
  let end = 0;
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  if (isLow(one, one.length - end)) end--;
  return [start, end];
}

/** Is it the second half of a character? */
function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** What is to be said of a value beside its sides. */
function said(value: ValueChange, change: EntityChange): Markup {
  const { forces, by, place, access } = value;
  const parts = [
    ...(forces ? [markup`<span class="forces">forces it</span>`] : []),
    ...(access ? [markup`<span class="${access}">${access}</span>`] : []),
    ...(by ? [markup`by ${nameText(by)}`] : []),
    ...(place
      ? [
          markup`<span class="muted">${place.file === change.place?.file ? `line ${place.line}` : placeText(place)}</span>`,
        ]
      : []),
  ];
  return together(parts, ", ");
}

/** Every object by its address, below how many there are. */
function objects(change: EntityChange): Markup {
  const texts = objectTexts(change.objects).map(({ does, what }) => {
    const those = change.objects.filter((one) => one.does === does);
    const counted = `${DOES[does]} ${what.join(", ")}`;
    const isTold = those.length === what.length && those.every(({ movedFrom }) => movedFrom === undefined);
    if (isTold) return markup`<li>${counted}</li>`;
    const each = those.map(({ address, movedFrom, deposed }) => {
      const from = movedFrom === undefined ? "" : `, was ${movedFrom}`;
      return markup`<li><code>${address}</code>${from}${deposed ? " (deposed)" : ""}</li>`;
    });
    return markup`<li><details><summary>${counted}</summary><ul>${each}</ul></details></li>`;
  });
  return texts.length === 0 ? NOTHING : markup`<ul class="objects">${texts}</ul>`;
}
