/**
 * Strings in Terraform JSON are templates. `inert` writes data as one, `piecesOf` reads any template back.
 * Pure text: who reads Terraform JSON may use it without knowing constructs.
 */

// `${`, `%{`, the three forms of cdktf's string tokens (with a `$` before them, which would make `$${` of the
// expression that replaces them), and the exponents that its number tokens have.
const MARKS = /(\$*[#&]|\$+)(?=\{TfToken\[)|([$%])(?=\{)|(?<=[-\d.+|])e(?=\+?2\d\d)/g;

/** Data as a template that means just that data. */
export function inert(data: string): string {
  return data.replace(MARKS, (_mark, token?: string, sign?: string) =>
    token ? `\${"${token}"}` : sign ? sign + sign : '${"e"}',
  );
}

/** A piece of a template: data, or an expression without its braces. */
export type Piece = { readonly data: string } | { readonly expression: string };

/** The pieces of a template, in order. Data that `inert` wrote is one piece again. */
export function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let data = "";
  let at = 0;
  while (at < template.length) {
    const escaped = /^([$%])\1\{/.exec(template.slice(at, at + 3));
    const end = /^[$%]\{/.test(template.slice(at, at + 2)) ? closing(template, at + 2) : undefined;
    if (escaped) {
      data += `${escaped[1]}{`;
      at += 3;
    } else if (end === undefined) {
      data += template[at];
      at += 1;
    } else {
      const expression = template.slice(at + 2, end);
      const literal = /^"([^"\\{}]*)"$/.exec(expression)?.[1];
      if (literal === undefined) {
        if (data !== "") pieces.push({ data });
        pieces.push({ expression });
        data = "";
      } else data += literal;
      at = end + 1;
    }
  }
  return data === "" && pieces.length > 0 ? pieces : [...pieces, { data }];
}

/** Where the brace closes that was opened before `from`; braces in quotes do not count. */
function closing(template: string, from: number): number | undefined {
  let depth = 1;
  let isQuoted = false;
  for (let at = from; at < template.length; at += 1) {
    const sign = template[at];
    if (isQuoted && sign === "\\") at += 1;
    else if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && sign === "{") depth += 1;
    else if (!isQuoted && sign === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
