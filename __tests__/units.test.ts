/** Quantities: exact, in a closed list of units, never rounded. */
import fc from "fast-check";
import { readQuantity, UNITS, type Unit } from "../kinds/units";

test.each([
  [30720, "MiB", 30720],
  ["30720", "MiB", 30720],
  ["30 GiB", "MiB", 30720],
  ["1.5 TiB", "GiB", 1536],
  ["0.5 MiB", "bytes", 524288],
  ["2000 MiB/s", "bytes/s", 2097152000],
  ["2 GiB/s", "KiB/s", 2097152],
  ["4096 Mbit/s", "KiB/s", 500000],
  ["8 kbit/s", "bytes/s", 1000],
  [
    "1024 MB",
    "MiB",
    { help: 'did you mean "1024 MiB"? Otherwise the nearest exact values are 976 and 977 MiB' },
  ],
  ["10 min", "s", 600],
  ["-1", "GiB", -1],
  ["0", "GiB", 0],
  ["-0.5 GiB", "GiB", { help: "the nearest exact values are -1 and 0 GiB" }],
] as const)("%j in %s", (written, unit, expected) => {
  const result = readQuantity(written, unit);
  if (typeof expected === "number") expect(result).toBe(expected);
  else expect(result).toMatchObject(expected);
});

test.each([
  "30 Gib",
  "30GiB",
  "30  GiB",
  "GiB",
  "",
  "1e3",
  "0x10",
  "1,5 GiB",
  "+5",
  "030",
  "1_000",
  " 5",
  "5 GiB ",
  "Infinity",
  "NaN",
])("%j is refused, with what would be right", (written) =>
  expect(readQuantity(written, "GiB")).toMatchObject({
    message: expect.any(String),
    help: expect.stringMatching(/./),
  }));

test("a quantity in any unit equals the whole number of base units that it makes, or is refused", () => {
  const units = Object.entries(UNITS).flatMap(([base, scale]) =>
    Object.entries(scale).map(([unit, factor]) => ({ base: base as Unit, unit, factor })),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...units),
      fc.integer({ min: 0, max: 1_000_000 }),
      ({ base, unit, factor: [over, under] }, number) => {
        const result = readQuantity(`${number} ${unit}`, base);
        const exact = BigInt(number) * over;
        if (exact % under === 0n && exact / under <= BigInt(Number.MAX_SAFE_INTEGER))
          expect(result).toBe(Number(exact / under));
        else expect(typeof result).toBe("object");
      },
    ),
  );
});
