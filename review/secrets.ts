/** Texts that must not be seen, wherever somebody else repeats them. */

/** Shorter ones are words of everyday use: hiding them everywhere would make nonsense of what is shown. */
const SHORTEST = 8;

/** The same data; in every text of it a secret is three dots. Keys stay: they are names of arguments. */
export function withoutSecrets<Data>(data: Data, secrets: readonly string[]): Data {
  const long = secrets.filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
  if (long.length === 0) return data;
  const text = JSON.stringify(data, (_, value: unknown) =>
    typeof value === "string" ? long.reduce((shown, secret) => shown.replaceAll(secret, "…"), value) : value,
  );
  return JSON.parse(text);
}
