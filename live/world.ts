/** The world failed: the network, a login, a program. The message is a sentence for the user and holds no secret. */
export class WorldError extends Error {}

/** Variables of the environment whose values are never shown. */
const SECRET_NAME = /PASS|SECRET|TOKEN|CREDENTIAL|PRIVATE|^TF_VAR_|_KEY$/i;

/** The shortest value that is taken for a secret: hiding shorter ones would make nonsense of the text. */
const SHORTEST = 4;

/** Text of others without the secrets that this process was given. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, "…"), text);
}

/** A password within an address, `postgres://user:password@host`, or within settings, `user=u password=p`. */
const WITHIN = /:\/\/[^\s/@:]*:([^\s/@]+)@|\bpassword\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']\S*))/gi;

/** The values of variables whose names say that they are secrets, and the passwords within others. */
export function secretsIn(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const within = [...value.matchAll(WITHIN)].flatMap(([, inAddress, quoted, plain]) =>
      inAddress === undefined ? [quoted ?? plain ?? ""] : [inAddress, decoded(inAddress)],
    );
    return SECRET_NAME.test(name) ? [value, ...within] : within;
  });
}

/** An address may spell a character by its number: `%40`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
