/** The style of the page of a review. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --raised: #f6f7f9; --text: #1b1f24; --muted: #59626d; --line: #dfe3e8; --focus: #0b57b5;
  --red: #a8101c; --red-back: #fdecec; --amber: #7a4f00; --amber-back: #fdf3dc;
  --green: #17602f; --green-back: #e8f5ec; --blue: #0b4f9e; --blue-back: #e8f1fc; --mark: #ffe08a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171b; --raised: #1c2026; --text: #e3e7ec; --muted: #9aa5b1; --line: #2d343c; --focus: #82b4ff;
    --red: #ff9a9a; --red-back: #3a1a1d; --amber: #ecc06a; --amber-back: #352913;
    --green: #7fd49a; --green-back: #16301f; --blue: #93c0ff; --blue-back: #172a43; --mark: #6b5300;
  }
}
* { box-sizing: border-box; }
html { scroll-padding: 4.5rem 0 1rem; }
body {
  margin: 0 auto; max-width: 70rem; padding: 1.5rem 1.25rem 4rem; background: var(--back); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
code, pre, .key, .num {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px;
}
code, .key, bdi { unicode-bidi: isolate; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
h1 span + span::before { content: ", "; color: var(--muted); }
h2 { margin: 1.75rem 0 0.5rem; font-size: 1.05rem; line-height: 1.3; }
h3 { margin: 0.9rem 0 0.2rem; font-size: 0.8rem; font-weight: 600; color: var(--muted); }
h2 small, h3 small { font-weight: 400; color: var(--muted); font-size: 0.85em; }
p { margin: 0.3rem 0; }
.muted { color: var(--muted); }
.failed, .refused, .destroys, .replaces, .removed, .replaced, .destroy, .replace { color: var(--red); }
.widens, .drifted, .changed, .update, .forgotten, .forget { color: var(--amber); }
.added, .create, .nothing { color: var(--green); }
.imported, .moved, .import, .move { color: var(--blue); }
.counts { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0.9rem 0 0; padding: 0; list-style: none; }
.counts li { padding: 0.15rem 0.6rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--raised); }
.counts b { font-weight: 650; }
#tools {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center;
  margin: 1.1rem -1.25rem 0; padding: 0.6rem 1.25rem; background: var(--back); border-bottom: 1px solid var(--line);
}
#tools[hidden] { display: none; }
#tools input, #tools select, button {
  font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 0.4rem;
  padding: 0.25rem 0.5rem; min-height: 2rem; max-width: 100%;
}
#tools input { flex: 1 1 12rem; min-width: 9rem; }
#tools select { flex: 0 1 auto; min-width: 0; max-width: 14rem; text-overflow: ellipsis; }
#tools output { flex: 0 0 auto; color: var(--muted); }
#tools output.hides { color: var(--red); font-weight: 600; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; border-radius: 0.25rem; }
.gate { margin: 0.5rem 0; padding: 0.6rem 0.8rem; background: var(--red-back); border-left: 3px solid var(--red); border-radius: 0.3rem; }
.gate p { margin: 0.15rem 0; }
.gate .help { margin-top: 0.4rem; }
pre {
  margin: 0.4rem 0 0.2rem; padding: 0.5rem 0.7rem; background: var(--back); border: 1px solid var(--line);
  border-radius: 0.3rem; white-space: pre-wrap; user-select: all;
}
.change { border-top: 1px solid var(--line); }
.many .change { content-visibility: auto; contain-intrinsic-size: auto 2.2rem; }
.group > .change:last-of-type { border-bottom: 1px solid var(--line); }
.change > summary { padding: 0.32rem 0.4rem; cursor: pointer; list-style: none; display: flex; gap: 0.5rem; align-items: baseline; }
.change > summary::-webkit-details-marker { display: none; }
.change > summary:hover { background: var(--raised); }
.change > summary .sign { flex: none; width: 1ch; font-weight: 700; text-align: center; }
.change > summary .verb { flex: none; width: 4.3rem; }
.change > summary .said { min-width: 0; }
.change > summary .key { font-weight: 600; font-size: 13px; }
.change > summary .where, .change > summary .brief { color: var(--muted); }
.change > summary .brief { margin-left: 0.5rem; }
.change[open] > summary .brief { display: none; }
.lost > .change { border-left: 3px solid var(--red); padding-left: 0.3rem; }
.body { padding: 0.1rem 0.4rem 0.8rem 6.6rem; }
.body ul { margin: 0.35rem 0; padding-left: 1.1rem; }
.body li { margin: 0.1rem 0; }
.objects { color: var(--muted); }
.forces { color: var(--red); font-weight: 600; }
.wider { color: var(--amber); font-weight: 600; }
table { width: 100%; border-collapse: collapse; margin: 0.4rem 0; }
th { text-align: left; font-weight: 600; font-size: 0.8rem; color: var(--muted); }
th, td { padding: 0.22rem 0.8rem 0.22rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.wide td:nth-child(2), .body td:first-child { min-width: 8.5rem; }
.body table { width: auto; min-width: min(100%, 30rem); }
td .long { display: block; max-height: 16rem; overflow: auto; white-space: pre-wrap; }
mark { background: var(--mark); color: inherit; border-radius: 0.15rem; }
.wide td:nth-child(4) { background: var(--amber-back); padding-left: 0.5rem; }
.wide th:nth-child(4) { padding-left: 0.5rem; }
[hidden] { display: none !important; }
footer { margin-top: 2rem; padding-top: 0.8rem; border-top: 1px solid var(--line); color: var(--muted); }
dialog { border: 1px solid var(--line); border-radius: 0.6rem; background: var(--back); color: var(--text); padding: 1rem 1.4rem; }
dialog::backdrop { background: rgb(0 0 0 / 0.45); }
dialog dl { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; margin: 0.6rem 0 0.9rem; }
dialog dd { margin: 0; }
kbd { font: 600 12px ui-monospace, "DejaVu Sans Mono", monospace; padding: 0 0.35rem; border: 1px solid var(--line); border-radius: 0.25rem; background: var(--raised); }
@media (max-width: 40rem) {
  body { padding: 1rem 0.75rem 3rem; }
  #tools { position: static; margin: 0.9rem -0.75rem 0; padding: 0.6rem 0.75rem; }
  #tools select { flex: 1 1 30%; }
  .keys { display: none; }
  .change > summary { gap: 0.4rem; }
  .change > summary .verb { width: auto; }
  .change > summary .brief { display: block; margin: 0; }
  .body { padding-left: 1.1rem; }
  table, tbody, tr, td { display: block; }
  thead { display: none; }
  tr { padding: 0.35rem 0; border-bottom: 1px solid var(--line); }
  td { padding: 0.05rem 0; border: 0; }
  td:empty { display: none; }
  td[data-l]::before { content: attr(data-l); display: inline-block; min-width: 3.6rem; color: var(--muted); font-weight: 400; }
  .wide td:nth-child(4) { padding-left: 0; background: none; font-weight: 600; }
}
@media print {
  :root { --back: #fff; --raised: #fff; --text: #000; --muted: #444; --line: #bbb; --red: #900; --amber: #640; --green: #050; --blue: #036; --red-back: #fff; --amber-back: #fff; --mark: #eee; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  #tools, dialog, .keys { display: none; }
  .change { break-inside: avoid; }
  .many .change { content-visibility: visible; }
  .change::details-content { content-visibility: visible; display: block; }
  .gate, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  td .long { max-height: none; }
}
`;
