// Generates the TypeScript bindings in packages/ from the schemas that the real Terraform plugins print.
//
//   node scripts/bindings.mjs                 ask the plugins, write packages/*/schema.json and packages/*/src
//   node scripts/bindings.mjs --from-schema   write src from the schema.json that is there: no plugin, no Go, no terraform
//   … --check                                 write nothing; exit 1 and name the files that would change
//
// The plugins come from e2e/plugins/build, which builds them on first use (E2E_PLUGINS names a mirror to use instead).

import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("..", import.meta.url));

// `constraint` is what an app asks Terraform for unless an environment narrows it.
// `cuts` are arguments that the plugin has and we must not write; each with its reason.
const PROVIDERS = [
  {
    name: "openstack",
    folder: "packages/provider-openstack",
    source: "terraform-provider-openstack/openstack",
    version: "1.54.1",
    constraint: ">= 1.54.1, < 4.0.0",
    resources: [
      "openstack_blockstorage_qos_association_v3",
      "openstack_blockstorage_qos_v3",
      "openstack_blockstorage_quotaset_v3",
      "openstack_blockstorage_volume_type_access_v3",
      "openstack_blockstorage_volume_type_v3",
      "openstack_compute_aggregate_v2",
      "openstack_compute_flavor_access_v2",
      "openstack_compute_flavor_v2",
      "openstack_compute_quotaset_v2",
      "openstack_identity_group_v3",
      "openstack_identity_inherit_role_assignment_v3",
      "openstack_identity_project_v3",
      "openstack_identity_role_assignment_v3",
      "openstack_identity_role_v3",
      "openstack_identity_user_membership_v3",
      "openstack_identity_user_v3",
      "openstack_lb_quota_v2",
      "openstack_networking_floatingip_v2",
      "openstack_networking_network_v2",
      "openstack_networking_port_v2",
      "openstack_networking_quota_v2",
      "openstack_networking_rbac_policy_v2",
      "openstack_networking_router_interface_v2",
      "openstack_networking_router_route_v2",
      "openstack_networking_router_v2",
      "openstack_networking_subnet_v2",
    ],
    dataSources: [
      "openstack_compute_flavor_v2",
      "openstack_identity_auth_scope_v3",
      "openstack_identity_endpoint_v3",
      "openstack_identity_group_v3",
      "openstack_identity_project_v3",
      "openstack_identity_role_v3",
      "openstack_identity_user_v3",
      "openstack_networking_network_v2",
      "openstack_networking_router_v2",
      "openstack_networking_subnet_v2",
    ],
    cuts: {
      provider: {
        use_octavia: "not in 3.x, where load balancers are always Octavia's; 1.54.1 warns of it",
      },
      resources: {
        openstack_networking_router_v2: {
          external_gateway: "not in 3.x; external_network_id means the same in both",
        },
        openstack_networking_subnet_v2: {
          allocation_pools: "not in 3.x; allocation_pool blocks mean the same in both",
          host_routes: "not in 3.x, which has a resource of its own for them",
        },
      },
      dataSources: {
        openstack_networking_subnet_v2: {
          dhcp_disabled: "not in 3.x; dhcp_enabled means the same in both",
        },
      },
    },
  },
  {
    name: "restapi",
    folder: "packages/provider-restapi",
    source: "mastercard/restapi",
    version: "1.20.0",
    constraint: "~> 1.20",
    resources: ["restapi_object"],
    dataSources: [],
    cuts: { provider: {}, resources: {}, dataSources: {} },
  },
];

// ---------------------------------------------------------------- the schema

/** What `terraform providers schema -json` says of all our providers. */
function askPlugins() {
  const scratch = mkdtempSync(join(tmpdir(), "bindings-"));
  try {
    const required_providers = Object.fromEntries(
      PROVIDERS.map(({ name, source, version }) => [name, { source, version }]),
    );
    writeFileSync(join(scratch, "main.tf.json"), JSON.stringify({ terraform: { required_providers } }));
    const script = `
      exports=$("$0" --env); eval "$exports"
      terraform=\${TERRAFORM_BINARY_NAME:-terraform}
      said=$("$terraform" init -input=false -no-color 2>&1) || { echo "$said" >&2; exit 1; }
      "$terraform" providers schema -json`;
    const printed = execFileSync("bash", ["-euc", script, join(root, "e2e/plugins/build")], {
      cwd: scratch,
      maxBuffer: 2 ** 28,
      stdio: ["ignore", "pipe", "inherit"],
    });
    return JSON.parse(printed);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** One provider's part of it: our resources only, without the cuts. Keyed without a host, for hosts differ. */
function cutSchema(schema, provider) {
  const key = Object.keys(schema.provider_schemas).find((k) => k.endsWith(`/${provider.source}`));
  if (!key) throw new Error(`terraform printed no schema of ${provider.source}`);
  const whole = schema.provider_schemas[key];
  const pick = (all, names, cuts, what) =>
    Object.fromEntries(
      names.map((name) => {
        if (!all[name]) throw new Error(`${provider.source} ${provider.version} has no ${what} ${name}`);
        return [name, withoutId(cut(all[name], cuts[name] ?? {}, `${what} ${name}`))];
      }),
    );
  const ours = {
    provider: cut(whole.provider, provider.cuts.provider, "provider"),
    resource_schemas: pick(whole.resource_schemas, provider.resources, provider.cuts.resources, "resource"),
    data_source_schemas: pick(
      whole.data_source_schemas,
      provider.dataSources,
      provider.cuts.dataSources,
      "data source",
    ),
  };
  // The kind of markup in descriptions is noise in diffs.
  const text = JSON.stringify(
    { format_version: schema.format_version, provider_schemas: { [provider.source]: ours } },
    (k, v) => (k === "description_kind" ? undefined : v),
    1,
  );
  return `${text}\n`;
}

function cut(entry, cuts, where) {
  const attributes = { ...entry.block.attributes };
  const block_types = { ...entry.block.block_types };
  for (const name of Object.keys(cuts)) {
    if (!(name in attributes || name in block_types)) {
      throw new Error(`${where} has no ${name} any more: take it out of the cuts in scripts/bindings.mjs`);
    }
    delete attributes[name];
    delete block_types[name];
  }
  return { ...entry, block: { ...entry.block, attributes, block_types } };
}

// Plugins declare every resource's id as if one could write it; writing it does nothing good, so it is read only here.
function withoutId(entry) {
  const { id, ...attributes } = entry.block.attributes;
  if (!id?.optional || !id.computed) return entry;
  return {
    ...entry,
    block: { ...entry.block, attributes: { id: { type: id.type, computed: true }, ...attributes } },
  };
}

// ---------------------------------------------------------------- TypeScript

/** The bindings, as a map from path to text. */
async function generate(schemaText, provider) {
  // Once loaded, the generator asks terraform for its version, and reports to its maker if there is none. We need neither.
  process.env.CHECKPOINT_DISABLE = "1";
  process.env.TERRAFORM_BINARY_NAME = "not-needed";
  // The package's main file asks for a dependency that it does not declare; its generator alone does not.
  const {
    TerraformProviderGenerator,
  } = require("@cdktf/provider-generator/lib/get/generator/provider-generator");
  const { CodeMaker } = require("codemaker");
  const code = new CodeMaker();
  // The generator wants a host before the source, and its generate() one certain host: any will do one step deeper.
  const key = `host.invalid/${provider.source}`;
  const { provider_schemas } = JSON.parse(schemaText);
  const generator = new TerraformProviderGenerator(code, {
    provider_schemas: { [key]: provider_schemas[provider.source] },
  });
  generator.emitProvider(key, provider.version, {
    name: provider.name,
    source: provider.source,
    version: provider.constraint,
  });
  const out = mkdtempSync(join(tmpdir(), "bindings-"));
  try {
    await code.save(out);
    const made = join(out, "providers", provider.name);
    // One folder a resource; index.ts and lazy-index.ts beside them would load them all.
    return new Map(
      readdirSync(made, { recursive: true })
        .filter((file) => file.endsWith("/index.ts"))
        .sort()
        .map((file) => [
          join(provider.folder, "src", file),
          tidy(readFileSync(join(made, file), "utf8"), provider),
        ]),
    );
  } finally {
    rmSync(out, { recursive: true });
  }
}

/**
 * Links lead to the docs of one version on one registry; what they are labelled with is what a reader needs.
 * And providerVersion is what cdktf writes into required_providers: it would pin the version we generate from.
 */
function tidy(text, { version, constraint }) {
  return text
    .replace(`providerVersion: '${version}'`, `providerVersion: '${constraint}'`)
    .replace(/^\/\/ https:.*\n/, "// Generated by scripts/bindings.mjs; not to be edited.\n")
    .replace(/Docs at Terraform Registry: \{@link [^\s}]+#(\S+) [^}]+\}/g, "`$1`")
    .replace(/\{@link [^\s}]+ ([^}]+)\}/g, "$1")
    .replace(/[ \t]+$/gm, "");
}

// ---------------------------------------------------------------- files

function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}

function differences(wanted, folders) {
  const changed = [...wanted].filter(([path, text]) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, "utf8") !== text;
  });
  const extra = folders
    .flatMap((folder) => filesBelow(join(folder, "src")))
    .filter((path) => !wanted.has(path));
  return [...changed.map(([path]) => path), ...extra].sort();
}

function write(wanted, folders) {
  for (const folder of folders) rmSync(join(root, folder, "src"), { recursive: true, force: true });
  for (const [path, text] of wanted) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function main(args) {
  const unknown = args.filter((arg) => !["--check", "--from-schema"].includes(arg));
  if (unknown.length > 0) {
    console.error("usage: node scripts/bindings.mjs [--from-schema] [--check]");
    return 2;
  }
  const fromSchema = args.includes("--from-schema");
  const printed = fromSchema ? undefined : askPlugins();
  const wanted = new Map();
  for (const provider of PROVIDERS) {
    const file = join(provider.folder, "schema.json");
    const schemaText = fromSchema ? readFileSync(join(root, file), "utf8") : cutSchema(printed, provider);
    wanted.set(file, schemaText);
    for (const [path, text] of await generate(schemaText, provider)) wanted.set(path, text);
  }
  const folders = PROVIDERS.map(({ folder }) => folder);
  const stale = differences(wanted, folders);
  if (stale.length === 0) {
    console.log(`bindings: ${wanted.size} files are current`);
    return 0;
  }
  if (args.includes("--check")) {
    console.error(
      `bindings: not as generated (node scripts/bindings.mjs makes them anew):\n  ${stale.join("\n  ")}`,
    );
    return 1;
  }
  write(wanted, folders);
  console.log(`bindings: ${stale.length} of ${wanted.size} files written`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  // A failed child has already said on stderr what went wrong.
  console.error(`bindings: ${error.message.split("\n")[0]}`);
  return 1;
});
