import { z } from "zod";
import { choice, filled, name, secret, text, url } from "./fields";
import type { FolderCopy, Kind, Rule } from "./kind";

const document = z.strictObject({
  "helm-repository": z
    .strictObject({
      name: name({ description: "The repository's name.", examples: ["openstack-helm"] }),
      type: choice({ description: "A chart repository, an OCI registry, or a folder below the data root." }, [
        "helm",
        "oci",
        "path",
      ]).default("helm"),
      url: text(
        {
          description:
            "https://… of a repository, oci://… of a registry, or a folder relative to the data root.",
        },
        4096,
      ),
      username: filled({ description: "The user name." }).optional(),
      password: secret({ description: "The password, by the name of its secret." }).optional(),
      repository_ca_file: text(
        { description: "A file of certificate authorities on the machine that deploys." },
        4096,
      ).optional(),
      repository_cert_file: text(
        { description: "A client certificate on the machine that deploys." },
        4096,
      ).optional(),
      repository_key_file: text({ description: "Its key on the machine that deploys." }, 4096).optional(),
    })
    .meta({ description: "Where charts come from." }),
});

/** What a chart repository may ask for, and a folder never does. */
const CREDENTIALS = [
  "username",
  "password",
  "repository_ca_file",
  "repository_cert_file",
  "repository_key_file",
] as const;

type Written = z.output<typeof document>;

export type HelmRepositorySpec = Written["helm-repository"];

/** Where the charts of releases come from. Becomes no resource: its releases carry its settings. */
export const helmRepository: Kind<Written, HelmRepositorySpec> = {
  name: "helm-repository",
  folder: "helm-repositories",
  provider: "kubernetes",
  description: "Where charts come from: a chart repository, an OCI registry or a folder.",
  identity: [["helm-repository", "name"]],
  document,
  resolve: (written) => ({ spec: written["helm-repository"] }),
  rules: [
    { code: "type", check: urlFitsType("type") },
    { code: "secret", check: urlFitsType("secret") },
    {
      code: "credentials",
      check: function* foldersNeedNoCredentials({ spec }) {
        const given = CREDENTIALS.find((field) => spec.type === "path" && spec[field] !== undefined);
        if (given === undefined) return;
        const message = `a folder needs no \`${given}\``;
        yield { path: ["helm-repository", given], message, help: "remove the line" };
      },
    },
    {
      code: "credentials",
      check: function* userAndPasswordComeTogether({ spec }) {
        if (spec.type === "path" || (spec.username === undefined) === (spec.password === undefined)) return;
        const [has, lacks] =
          spec.username === undefined ? ["password", "username"] : ["username", "password"];
        yield {
          path: ["helm-repository", has],
          message: `\`${has}\` stands without \`${lacks}\``,
          help: `write \`${lacks}\` too, or remove it`,
        };
      },
    },
    {
      code: "credentials",
      check: function* certificateAndKeyComeTogether({ spec }) {
        const [cert, key] = ["repository_cert_file", "repository_key_file"] as const;
        if (spec.type === "path" || (spec[cert] === undefined) === (spec[key] === undefined)) return;
        const [has, lacks] = spec[cert] === undefined ? [key, cert] : [cert, key];
        yield {
          path: ["helm-repository", has],
          message: `\`${has}\` stands without \`${lacks}\``,
          help: `write \`${lacks}\` too, or remove it`,
        };
      },
    },
  ],
};

/** A URL that holds a password is another sort of problem than one that is none: its line is not shown. */
function urlFitsType(code: "type" | "secret"): Rule<Written, HelmRepositorySpec>["check"] {
  const schemas = { helm: url({ description: "" }), oci: url({ description: "" }, ["oci"]) };
  return function* urlFitsTheType({ spec }) {
    const path = ["helm-repository", "url"];
    if (spec.type === "path") {
      if (code === "type" && leadsOut(spec.url)) {
        yield {
          path,
          message: "this is no folder below the data root",
          help: "write a path relative to the data root, such as charts",
        };
      }
      return;
    }
    for (const issue of schemas[spec.type].safeParse(spec.url).error?.issues ?? []) {
      const params = issue.code === "custom" ? issue.params : undefined;
      if (params?.["code"] === code) yield { path, message: issue.message, help: String(params["help"]) };
    }
  };
}

function leadsOut(folder: string): boolean {
  return folder.startsWith("/") || folder.split("/").includes("..") || folder.includes("://");
}

/** Where a vendored chart lies below the data root, and where its copy lies beside the stack's JSON; undefined: nowhere. */
export function chartFolder(repository: HelmRepositorySpec, chart: string): FolderCopy | undefined {
  if (repository.type !== "path" || leadsOut(repository.url)) return undefined;
  return {
    source: `${repository.url.replace(/\/+$/, "")}/${chart}`,
    copy: `./charts/${repository.name}/${chart}`,
  };
}
