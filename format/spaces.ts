/** White space as YAML knows it: spaces and tabs, and no other character that only looks empty. */
function isSpace(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 0x20 || code === 0x09;
}

/** How much white space a text begins with. */
export function indentOf(text: string): number {
  let length = 0;
  while (isSpace(text, length)) length++;
  return length;
}

/** A text without the white space at its end. */
export function withoutEnd(text: string): string {
  let length = text.length;
  while (length > 0 && isSpace(text, length - 1)) length--;
  return text.slice(0, length);
}
