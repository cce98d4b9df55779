import { z } from "zod";
import { type About, choice, Fault, field, map, name, quantity, show, url } from "./fields";
import type { Kind, Rule } from "./kind";

/** Glance keeps texts; numbers and truth values, as files of such sites have them, become texts. */
function property(about: About): z.ZodType<string> {
  const json = { type: ["string", "number", "boolean"] };
  return field({ words: "text, number or truth value", ...about }, json, (value) => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return String(value);
    return new Fault(`${show(value)} is no value of a property`, "write a text");
  });
}

const CHECKSUMS = ["sha256", "sha512", "md5"] as const;

const document = z.strictObject({
  name: name({ description: "The image's name.", examples: ["debian-12-x86_64"] }),
  image_source_url: url({ description: "Where the image is taken from." }),
  image_source_checksum_url: url({ description: "Where its digest is listed." }).optional(),
  image_source_checksum_type: choice({ description: "What the digest is." }, CHECKSUMS).optional(),
  container_format: choice({ description: "How the image is packed." }, [
    "bare",
    "ovf",
    "ova",
    "aki",
    "ari",
    "ami",
    "docker",
    "compressed",
  ]).default("bare"),
  disk_format: choice(
    { description: "The format that it is kept in; it is converted if its source has another one." },
    ["raw", "qcow2", "vhd", "vhdx", "vmdk", "vdi", "iso", "ploop", "aki", "ari", "ami"],
  ).default("raw"),
  visibility: choice({ description: "Who may use it." }, [
    "public",
    "private",
    "community",
    "shared",
  ]).default("private"),
  min_disk: quantity({ description: "The least disk of a server.", examples: ["10 GiB"] }, "GiB").default(0),
  min_ram: quantity({ description: "The least memory of a server.", examples: ["1 GiB"] }, "MiB").default(0),
  properties: map(
    { description: "Further properties in Glance.", examples: [{ os_distro: "debian" }] },
    property({ description: "Its value, a text." }),
  ).default({}),
});

type Written = z.output<typeof document>;

export type ImageSpec = Written;

type ImageRule = Rule<Written, ImageSpec>;

const digestCanBeChecked: ImageRule["check"] = function* ({ spec }) {
  const { image_source_checksum_url: listed, image_source_checksum_type: type } = spec;
  if ((listed === undefined) !== (type === undefined)) {
    const [has, lacks] = listed === undefined ? ["type", "url"] : ["url", "type"];
    const path = [`image_source_checksum_${has}`];
    yield {
      path,
      message: `\`image_source_checksum_${has}\` stands without \`image_source_checksum_${lacks}\``,
      help: `write \`image_source_checksum_${lacks}\` too: without it the image cannot be checked`,
    };
  }
  const named = CHECKSUMS.find((one) => listed?.split("/").at(-1)?.toLowerCase().includes(one));
  if (type === undefined || named === undefined || named === type) return;
  yield {
    path: ["image_source_checksum_type"],
    message: `the digest is said to be ${type}, but its list to hold ${named}`,
    help: `write ${named}, or the URL of a list of ${type} digests`,
  };
};

const propertiesAgreeWithFields: ImageRule["check"] = function* ({
  spec: { min_disk, min_ram, properties },
}) {
  for (const [key, property, unit] of [
    ["min_disk", "min_disk_gb", "GiB"],
    ["min_ram", "min_ram_mb", "MiB"],
  ] as const) {
    const [value, said] = [{ min_disk, min_ram }[key], properties[property]];
    if (said === undefined || said === String(value)) continue;
    yield {
      path: ["properties", property],
      message: `\`${property}\` is ${JSON.stringify(said)}, but \`${key}\` is ${value} ${unit}`,
      help: `write \`${property}: "${value}"\`, or another \`${key}\``,
    };
  }
};

/** Formats of Amazon's images come as a pair of one name (glance, api/common). */
const amazonFormatsAgree: ImageRule["check"] = function* ({ spec: { container_format, disk_format } }) {
  const pair = [container_format, disk_format];
  const amazon = pair.find((one) => /^a[kmr]i$/.test(one));
  if (amazon === undefined || container_format === disk_format) return;
  yield {
    path: ["disk_format"],
    message: `\`disk_format\` is ${disk_format}, but \`container_format\` is ${container_format}`,
    help: `Glance wants ${amazon} for both, or for neither`,
  };
};

/** An image. A job outside Terraform uploads and rotates it; here it is declared and checked. */
export const image: Kind<Written, ImageSpec> = {
  name: "image",
  folder: "images",
  provider: "openstack",
  description: "An image, declared and checked here; it is uploaded outside Terraform.",
  identity: [["name"]],
  nulled: "name",
  document,
  resolve: (written) => ({ spec: written }),
  rules: [digestCanBeChecked, propertiesAgreeWithFields, amazonFormatsAgree].map((check) => ({
    code: "image",
    check,
  })),
};
