/** The value of a plain scalar by YAML 1.2's core schema (yaml.org/spec/1.2.2, 10.3.2), stricter for people's sake. */

const WORDS: ReadonlyMap<string, null | boolean> = new Map([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);
/** So short that it is exact, and without a leading zero: most numbers. */
const SHORT = /^(0|[1-9][0-9]{0,14})$/;
const INTEGER = /^[-+]?[0-9]+$/;
const OTHER_BASE = /^0(o[0-7]+|x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const NOT_A_NUMBER = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;

/** A plain scalar that a person is likely to misread. */
export interface ScalarFault {
  readonly fault: string;
  readonly help: string;
}

export type Scalar = string | number | boolean | null;

/** Resolves a plain scalar; leading zeros, infinities and whole numbers beyond 2^53 are faults. */
export function plainScalar(text: string): Scalar | ScalarFault {
  const first = text.charCodeAt(0);
  // Letters other than the few that begin null, true and false: a text, at once.
  if (first > 0x40 && !"ntfNTF~".includes(text[0] ?? "")) return text;
  if (SHORT.test(text)) return Number(text);
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (OTHER_BASE.test(text)) return whole(Number(text), text);
  if (FLOAT.test(text)) return decimal(text);
  if (NOT_A_NUMBER.test(text))
    return { fault: `${text} is no number that can be used`, help: "write a number, or quote the text" };
  return text;
}

function decimal(text: string): Scalar | ScalarFault {
  const number = Number(text);
  if (/^[-+]?0[0-9]/.test(text)) {
    return { fault: `${text} has a leading zero`, help: `write ${number}, or "${text}" if a text is meant` };
  }
  if (INTEGER.test(text)) return whole(number, text);
  if (!Number.isFinite(number))
    return { fault: `${text} is too large for a number`, help: "write a smaller number" };
  return number;
}

function whole(number: number, text: string): Scalar | ScalarFault {
  if (Number.isSafeInteger(number)) return Object.is(number, -0) ? 0 : number;
  return {
    fault: `${text} is beyond 2^53 and would lose digits`,
    help: `write "${text}" if a text is meant`,
  };
}
