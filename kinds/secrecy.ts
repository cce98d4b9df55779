/** What may be a secret by where it stands: messages and excerpts never repeat it. */

/** A part of a key that calls its value secret, wherever it stands: a misspelled key must not show what was meant to be hidden. */
export const SECRET_WORD = "passw|pwd|secret|token|credential|private|set_sensitive|\\bauth\\b";

/** Files whose every value may be one that was meant to be secret. */
export function isConfidential(file: string): boolean {
  return /\/kubernetes\/secrets\//.test(file);
}

/** May the value of that key be repeated in a message? */
export function mayBeShown(file: string, key: string, value: string): boolean {
  return !isConfidential(file) && !new RegExp(SECRET_WORD, "i").test(key) && !/:.*@/.test(value);
}
