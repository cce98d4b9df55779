/** Text without what a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, "\u00b7");
}

/** Text of at most so many characters; what is cut at the end is marked. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(0, most - 1))}\u2026` : text;
}

/** The same, cut at the beginning: the end of a path says most. */
export function cutBefore(text: string, most: number): string {
  return text.length > most ? `\u2026${text.slice(text.length - Math.max(0, most - 1))}` : text;
}
