// A reporter for `node --test`: what failed, where it stands and why, and nothing else. A run of half an hour ends with it.

/** Enough for what Terraform says, and not for the page of a server. */
const SHOWN = 3000;

// biome-ignore lint/style/noDefaultExport: `node --test` takes a reporter so
export default async function* failures(source) {
  const names = [];
  for await (const { type, data } of source) {
    if (type === "test:start") names.splice(data.nesting, names.length, data.name);
    if (type !== "test:fail" || data.details.error?.failureType === "subtestsFailed") continue;
    const title = [...names.slice(0, data.nesting), data.name].join(" › ");
    const { error } = data.details;
    const reason = String(error?.cause?.stack ?? error?.cause ?? error?.message)
      .split("\n")
      .filter((line) => !/^\s+at .*(node:internal|Test\.)/.test(line))
      .join("\n");
    yield `✖ ${title}\n${reason.slice(0, SHOWN).replace(/^/gm, "    ")}\n`;
  }
}
