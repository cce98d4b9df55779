/**
 * A Terraform name of some parts: every other character than letters, digits and `_` becomes `_`,
 * parts are joined by `_`, a leading digit gets a `_` before it.
 */
export function terraformName(...parts: readonly string[]): string {
  const name = joined(parts);
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** Makes the Terraform names that begin with a base: `terraformName` of the base and some parts. */
export function namesAfter(base: string): (...parts: readonly string[]) => string {
  const start = terraformName(base);
  return (...parts) => (parts.length === 0 ? start : `${start}_${joined(parts)}`);
}

function joined(parts: readonly string[]): string {
  return parts.join("_").replace(/[^A-Za-z0-9_]/gu, "_");
}

/** The name among `known` that a person most likely meant, or undefined if none is near. */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(written.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of known) {
    if (Math.abs(name.length - written.length) >= bestDistance) continue;
    const [one, other] = [written.toLowerCase(), name.toLowerCase()];
    const distance = editDistance(one, other, bestDistance);
    if (distance < bestDistance && isSlip(one, other, distance)) [best, bestDistance] = [name, distance];
  }
  return best;
}

/**
 * Is a difference that of a slip? Names that share how they begin and end, and little in between, are two names of one family:
 * `bio-cryoem`, `bio-phylogeny`. Where one only lacks a piece of the other, it may have been forgotten.
 */
function isSlip(a: string, b: string, distance: number): boolean {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const rest = shorter - start - end;
  return rest <= 1 || distance <= (Math.max(a.length, b.length) - start - end) / 2;
}

/** How many characters must be added, removed, changed or swapped with their neighbour; `limit` if more. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least >= limit) return limit;
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? limit;
}

/** Lists up to this many names are shown whole. */
const SHOWN = 20;

/** `did you mean "x"?` where a name is near; the names there are, where they are few. */
export function suggest(written: string, known: readonly string[], what: string): string {
  const near = nearest(written, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0) return `there are no ${what}`;
  return known.length <= SHOWN
    ? `${what}: ${known.join(", ")}`
    : `none of the ${known.length} ${what} is near that name`;
}

/** `1 error`, `2 errors`, `3 helm-repositories`, `4 quota-classes`. */
export function plural(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : many(noun)}`;
}

/** `a flavor`, `an aggregate`; no name of ours that begins with `u` is spoken as if it began with a vowel. */
export function withArticle(noun: string): string {
  return `${/^[aeio]/.test(noun) ? "an" : "a"} ${noun}`;
}

/** `errors`, `helm-repositories`, `quota-classes`. */
export function many(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return `${noun}${/(s|x)$/.test(noun) ? "es" : "s"}`;
}
