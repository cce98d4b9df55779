import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { WorldError } from "./world";
import { yamlIn } from "./yaml";

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** One cloud of clouds.yaml, as far as a login needs it. */
const cloudEntry = z.object({
  profile: z.string().optional(),
  auth: z.record(z.string(), z.unknown()).optional(),
  auth_type: z.string().optional(),
  region_name: text.optional(),
  regions: z.array(z.union([text, z.object({ name: text })])).optional(),
  interface: z.string().optional(),
  endpoint_type: z.string().optional(),
  verify: z.boolean().optional(),
  cacert: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
});

export type CloudEntry = z.infer<typeof cloudEntry>;

type Variables = Readonly<Record<string, string | undefined>>;
type Tree = Readonly<Record<string, unknown>>;

/**
 * A cloud by its name in clouds.yaml, over its profile in clouds-public.yaml and under its secrets in secure.yaml.
 * The first file of each name counts, in the folders that the OpenStack tools and the provider look into.
 */
export function cloudNamed(name: string, variables: Variables, cwd: string): CloudEntry {
  const folders = [cwd, join(variables["HOME"] ?? "", ".config/openstack"), "/etc/openstack"];
  const clouds = treeOf("clouds", variables["OS_CLIENT_CONFIG_FILE"], folders, cwd);
  if (!clouds) {
    throw new WorldError(
      `the cloud "${name}" stands in no clouds.yaml: there is none in ${folders.join(", ")}; OS_CLIENT_CONFIG_FILE names another`,
    );
  }
  const written = child(clouds.tree, "clouds", name);
  if (!written) {
    const known = Object.keys(child(clouds.tree, "clouds") ?? {}).sort();
    throw new WorldError(
      `${clouds.file} has no cloud "${name}"; it has ${known.length === 0 ? "none" : known.join(", ")}`,
    );
  }
  const secure = treeOf("secure", variables["OS_CLIENT_SECURE_FILE"], folders, cwd);
  const own = merged(written, secure ? child(secure.tree, "clouds", name) : undefined);
  const { profile } = own;
  const all = typeof profile === "string" ? treeOf("clouds-public", undefined, folders, cwd) : undefined;
  const shared = all && child(all.tree, "public-clouds", String(profile));
  const parsed = cloudEntry.safeParse(merged(shared ?? {}, own));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new WorldError(`${clouds.file}: clouds.${name}.${where} is not what clouds.yaml may hold there`);
}

function treeOf(stem: string, chosen: string | undefined, folders: readonly string[], cwd: string) {
  const named = folders.flatMap((folder) =>
    ["yaml", "yml", "json"].map((end) => join(folder, `${stem}.${end}`)),
  );
  const file = [...(chosen ? [resolve(cwd, chosen)] : []), ...named].find((one) => existsSync(one));
  if (file === undefined) return undefined;
  try {
    const tree = yamlIn(file);
    return { file, tree: isTree(tree) ? tree : {} };
  } catch {
    // What stands there may be a secret: the parser's excerpt is not shown.
    throw new WorldError(`${file} cannot be read as YAML`);
  }
}

function child(tree: Tree, ...keys: readonly string[]): Tree | undefined {
  const found = keys.reduce<unknown>((inner, key) => (isTree(inner) ? inner[key] : undefined), tree);
  return isTree(found) ? found : undefined;
}

function merged(under: Tree, over: Tree | undefined): Tree {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over ?? {})) {
    const below = result[key];
    result[key] = isTree(below) && isTree(value) ? merged(below, value) : value;
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
