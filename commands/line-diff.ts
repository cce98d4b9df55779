/** The lines of a text that differ from those of another, as `diff -u0` shows them, without places. */
export function lineDiff(before: string, after: string): string[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && old[i] === fresh[j]) {
      i++;
      j++;
      continue;
    }
    // Lines are replaced or added, never taken away: so many more are to come.
    const added = fresh.length - j - (old.length - i);
    const again = i < old.length ? fresh.indexOf(old[i] ?? "", j) : fresh.length;
    const isAdded = added > 0 && again >= 0 && again - j <= added;
    if (!isAdded && i < old.length) lines.push(`-${old[i++]}`);
    if (j < fresh.length) lines.push(`+${fresh[j++]}`);
  }
  return lines;
}
