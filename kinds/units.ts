/** Quantities: a whole number in a base unit, or a number with a unit. Exact, never rounded. */

/** What a base unit can be written in: how many base units one of each is, as a fraction. */
type Scale = Readonly<Record<string, readonly [numerator: bigint, denominator: bigint]>>;

const KIBI = 1024n;
const KILO = 1000n;

/** The bytes in each unit of size; binary and decimal prefixes are kept apart. */
const BYTES: Readonly<Record<string, bigint>> = {
  B: 1n,
  KiB: KIBI,
  MiB: KIBI ** 2n,
  GiB: KIBI ** 3n,
  TiB: KIBI ** 4n,
  PiB: KIBI ** 5n,
  kB: KILO,
  MB: KILO ** 2n,
  GB: KILO ** 3n,
  TB: KILO ** 4n,
  PB: KILO ** 5n,
};

/** The bits in each unit of a rate that network people use. */
const BITS: Readonly<Record<string, bigint>> = {
  bit: 1n,
  kbit: KILO,
  Mbit: KILO ** 2n,
  Gbit: KILO ** 3n,
  Tbit: KILO ** 4n,
  Kibit: KIBI,
  Mibit: KIBI ** 2n,
  Gibit: KIBI ** 3n,
};

function sizes(base: string, suffix = ""): Scale {
  const one = BYTES[base] ?? 1n;
  const scale: Record<string, readonly [bigint, bigint]> = {};
  for (const [unit, bytes] of Object.entries(BYTES)) scale[unit + suffix] = [bytes, one];
  if (suffix !== "") {
    for (const [unit, bits] of Object.entries(BITS)) scale[unit + suffix] = [bits, one * 8n];
  }
  return scale;
}

const SECONDS: Scale = { s: [1n, 1n], min: [60n, 1n], h: [3600n, 1n] };

/** The base units of the fields, each with the closed, case-sensitive list of units it may be written in. */
export const UNITS = {
  KiB: sizes("KiB"),
  MiB: sizes("MiB"),
  GiB: sizes("GiB"),
  bytes: sizes("B"),
  "bytes/s": sizes("B", "/s"),
  "KiB/s": sizes("KiB", "/s"),
  s: SECONDS,
} as const satisfies Record<string, Scale>;

export type Unit = keyof typeof UNITS;

/** What is wrong with a quantity, and what would be right. */
export interface UnitFault {
  readonly message: string;
  readonly help: string;
}

const QUANTITY = /^(-?)(\d+)(?:\.(\d+))?(?: ([^\s]+))?$/;

/**
 * Reads a quantity as a whole number of base units: `30720`, `"30 GiB"`, `"1.5 TiB"`.
 * Errors: not a number, an unknown unit, not whole in the base unit, beyond 2^53.
 */
export function readQuantity(written: string | number, unit: Unit): number | UnitFault {
  if (typeof written === "number" && Number.isSafeInteger(written)) return written;
  const shown = typeof written === "number" ? String(written) : `"${written}"`;
  const example = `write a whole number of ${unit}, or a number, one space and a unit, such as "${exampleOf(unit)}"`;
  const match = QUANTITY.exec(String(written));
  if (!match)
    return {
      message: `${shown} is no quantity`,
      help: nearQuantity(String(written), UNITS[unit]) ?? example,
    };
  const [, sign, whole = "", fraction = "", written_unit] = match;
  if (whole.length > 1 && whole.startsWith("0")) {
    return { message: `${shown} has a leading zero`, help: `write it without leading zeros` };
  }
  const scale: Scale = UNITS[unit];
  const factor = written_unit === undefined ? ([1n, 1n] as const) : factorOf(written_unit, scale);
  if (!factor) return unknownUnit(written_unit ?? "", unit, scale);
  const denominator = 10n ** BigInt(fraction.length) * factor[1];
  const numerator = BigInt(whole + fraction) * factor[0] * (sign === "-" ? -1n : 1n);
  if (numerator % denominator !== 0n) {
    const below = numerator / denominator - (numerator < 0n ? 1n : 0n);
    return {
      message: `${shown} is not a whole number of ${unit}`,
      help: `${binaryTwin(String(written), scale)}the nearest exact values are ${below} and ${below + 1n} ${unit}`,
    };
  }
  const value = numerator / denominator;
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER)) {
    return { message: `${shown} is beyond 2^53 ${unit}`, help: "write a smaller number" };
  }
  return Number(value);
}

/** What a unit counts for; every object knows a `constructor`, which is no unit. */
function factorOf(unit: string, scale: Scale): Scale[string] | undefined {
  return Object.hasOwn(scale, unit) ? scale[unit] : undefined;
}

function unknownUnit(unit: string, base: Unit, scale: Scale): UnitFault {
  const known = Object.keys(scale);
  const guess = meantBy(unit, known);
  return {
    message: `"${unit}" is no unit that ${base} can be written in`,
    help: `${guess}${guess === "" ? "units" : "Units"} here: ${known.join(", ")}`,
  };
}

/** A unit of another case, or one that is short for two. */
function meantBy(unit: string, known: readonly string[]): string {
  const like = known.find((one) => one.toLowerCase() === unit.toLowerCase());
  if (like) return `did you mean "${like}"? `;
  const rate = unit.endsWith("/s") ? "/s" : "";
  const letter = unit.replace(/\/s$/, "").toUpperCase();
  const both = [`${letter}iB${rate}`, `${letter === "K" ? "k" : letter}B${rate}`];
  if (!/^[KMGTP]$/.test(letter) || !both.every((one) => known.includes(one))) return "";
  return `did you mean "${both[0]}" (of 1024) or "${both[1]}" (of 1000)? `;
}

/** The quantity that was meant, if only its spelling is wrong: `200GB`, `1,5 GiB`, `1_000`. */
function nearQuantity(written: string, scale: Scale): string | undefined {
  const [, number = "", letters = ""] = /^\s*(-?[\d.,_' ]*\d)\s*([A-Za-z]+(?:\/s)?)?\s*$/.exec(written) ?? [];
  const plain = /^-?\d{1,3}([,' ]\d{3})+$/.test(number)
    ? number.replace(/[,' ]/g, "")
    : number.replaceAll("_", "").replace(",", ".");
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return undefined;
  if (letters === "") return `write ${plain}`;
  const unit = Object.keys(scale).find((one) => one.toLowerCase() === letters.toLowerCase());
  if (unit !== undefined) return `write "${plain} ${unit}": a number, one space, a unit`;
  return `write a number, one space and a unit; ${meantBy(letters, Object.keys(scale))}units here: ${Object.keys(scale).join(", ")}`;
}

/** Who writes GB often means GiB. */
function binaryTwin(written: string, scale: Scale): string {
  const [, number = "", letter = "", rate = ""] = /^(-?[\d.]+) ([kMGTP])B(\/s)?$/.exec(written) ?? [];
  const twin = `${letter === "k" ? "K" : letter}iB${rate}`;
  return letter !== "" && scale[twin] ? `did you mean "${number} ${twin}"? Otherwise ` : "";
}

/** A quantity as an example, in a larger unit. */
export function exampleOf(unit: Unit): string {
  const examples: Record<Unit, string> = {
    KiB: "1 MiB",
    MiB: "30 GiB",
    GiB: "1.5 TiB",
    bytes: "10 GiB",
    "bytes/s": "2000 MiB/s",
    "KiB/s": "2 GiB/s",
    s: "10 min",
  };
  return examples[unit];
}
