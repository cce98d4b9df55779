/** Words, or pieces that stay whole, in lines that fit; the lines after the first stand a little deeper. */
export function fitted(text: string | readonly string[], columns: number, indent: string): string[] {
  const lines: string[] = [];
  for (const word of typeof text === "string" ? text.split(" ") : text) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length === 0 ? indent : `${indent}  `}${word}`);
  }
  return lines;
}
