/** The script of the page of a review: it filters and moves about; all that is shown is there without it. */
export const SCRIPT = `
"use strict";
(() => {
  const one = (id) => document.getElementById(id);
  const rows = [...document.querySelectorAll("[data-is]")];
  const changes = rows.filter((row) => row.tagName === "DETAILS");
  const groups = [...document.querySelectorAll(".group, .part")].reverse();
  const [search, where, kind, what, shown, help] = ["search", "where", "kind", "what", "shown", "help"].map(one);
  const texts = new WeakMap();

  function textOf(row) {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  }

  function isWanted(row, words) {
    const { is, kind: of, where: at, wider } = row.dataset;
    if (where.value !== "" && !at.split(" ").includes(where.value)) return false;
    if (kind.value !== "" && of !== kind.value) return false;
    if (what.value !== "" && is !== what.value && !(what.value === "wider" && wider === "")) return false;
    return words.every((word) => textOf(row).includes(word));
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    for (const row of rows) row.hidden = !isWanted(row, words);
    for (const group of groups) group.hidden = !group.querySelector("[data-is]:not([hidden])");
    const count = changes.filter((change) => !change.hidden).length;
    const lost = changes.filter((change) => change.hidden && change.dataset.lost === "").length;
    const all = count === changes.length ? String(count) : count + " of " + changes.length;
    shown.textContent = all + " shown" + (lost > 0 ? ", " + lost + " that destroy or replace are hidden" : "");
    shown.classList.toggle("hides", lost > 0);
  }

  function seen() {
    return changes.filter((change) => !change.hidden);
  }

  function current() {
    return document.activeElement ? document.activeElement.closest("details.change") : null;
  }

  function move(step) {
    const list = seen();
    if (list.length === 0) return;
    const at = list.indexOf(current());
    const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + step))];
    next.firstElementChild.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function toggle() {
    const change = current();
    if (change) change.open = !change.open;
  }

  function expand() {
    const list = seen();
    const open = list.some((change) => !change.open);
    for (const change of list) change.open = open;
  }

  const KEYS = {
    "/": () => search.focus(),
    j: () => move(1),
    k: () => move(-1),
    o: toggle,
    e: expand,
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target === search) {
      search.value = "";
      filter();
      search.blur();
      return;
    }
    if (event.target.closest("input, select, textarea, dialog")) return;
    const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  });

  let waits = false;
  function soon() {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      filter();
    });
  }

  search.addEventListener("input", soon);
  for (const choice of [where, kind, what]) choice.addEventListener("change", filter);
  one("expand").addEventListener("click", expand);
  one("keys").addEventListener("click", () => help.showModal());
  one("tools").addEventListener("submit", (event) => event.preventDefault());

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = changes.filter((change) => !change.open);
    for (const change of closed) change.open = true;
  });
  addEventListener("afterprint", () => {
    for (const change of closed) change.open = false;
  });

  // A browser may remember what was chosen when the page is loaded again.
  if (rows.length > 0) one("tools").hidden = false;
  filter();
})();
`;
