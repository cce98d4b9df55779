/**
 * The extra specs that Nova knows within its own namespaces, and what their values must be (nova: configuration,
 * extra specs; the union of its releases, for a site's may be older or newer than the next site's).
 */
import { show } from "./fields";
import { nearest } from "./names";

/** What a value must be. */
interface Value {
  /** A noun for the help: `a whole number`. */
  readonly wanted: string;
  fits(value: string): boolean;
}

const anything: Value = { wanted: "a text", fits: () => true };

/** What Nova reads as true or false (oslo.utils, bool_from_string). */
const truth: Value = {
  wanted: "true or false",
  fits: (value) => /^(1|t|true|on|y|yes|0|f|false|off|n|no)$/i.test(value.trim()),
};

function whole(min: number, max = Number.MAX_SAFE_INTEGER): Value {
  const upTo = max === Number.MAX_SAFE_INTEGER ? ` of at least ${min}` : ` from ${min} to ${max}`;
  return {
    wanted: `a whole number${upTo}, without a unit`,
    fits: (value) => /^[-+]?\d+$/.test(value.trim()) && Number(value) >= min && Number(value) <= max,
  };
}

function oneOf(...values: readonly string[]): Value {
  return { wanted: `one of ${values.join(", ")}`, fits: (value) => values.includes(value) };
}

function like(pattern: RegExp, wanted: string): Value {
  return { wanted, fits: (value) => pattern.test(value) };
}

const cpus = like(/^\^?\d+(-\d+)?(,\^?\d+(-\d+)?)*$/, "CPUs such as 0-3,^2");

const level = oneOf("custom", "high", "normal", "low");

/** A key with a variable part: how it is written, and what it is called in a message. */
interface Pattern {
  readonly key: RegExp;
  readonly shown: string;
  readonly value: Value;
}

interface Namespace {
  readonly keys: Readonly<Record<string, Value>>;
  readonly patterns?: readonly Pattern[];
  /** How its keys are written, where they are too many to list. */
  readonly help?: string;
}

const each = (names: readonly string[], value: Value): Record<string, Value> =>
  Object.fromEntries(names.map((name) => [name, value]));

const hw: Namespace = {
  keys: {
    ...each(["boot_menu", "cpu_realtime", "disk_iothread", "ephemeral_encryption"], truth),
    ...each(["hide_hypervisor_id", "locked_memory", "mem_encryption", "pmu"], truth),
    ...each(["vif_multiqueue_enabled", "virtio_packed_ring"], truth),
    ...each(["cpu_sockets", "cpu_cores", "cpu_threads", "numa_nodes"], whole(1)),
    ...each(["cpu_max_sockets", "cpu_max_cores", "cpu_max_threads"], whole(1)),
    ...each(["max_cpu_sockets", "max_cpu_cores", "max_cpu_threads"], whole(1)),
    ...each(["cpu_dedicated_mask", "cpu_realtime_mask"], cpus),
    ...each(["ephemeral_encryption_format", "pmem", "sound_model", "usb_model"], anything),
    cpu_policy: oneOf("shared", "dedicated", "mixed"),
    cpu_thread_policy: oneOf("prefer", "isolate", "require"),
    emulator_threads_policy: oneOf("isolate", "share"),
    maxphysaddr_bits: whole(1),
    maxphysaddr_mode: oneOf("emulate", "passthrough"),
    mem_encryption_model: oneOf("amd-sev", "amd-sev-es"),
    mem_page_size: like(
      /^(large|small|any|\d+([kKMGT]i?)?(b|bit|B)?)$/,
      "large, small, any, or a size such as 2MB",
    ),
    pci_numa_affinity_policy: oneOf("required", "preferred", "legacy", "socket"),
    redirected_usb_ports: whole(0, 15),
    serial_port_count: whole(0),
    tpm_model: oneOf("tpm-tis", "tpm-crb"),
    tpm_secret_security: oneOf("user", "host", "deployment"),
    tpm_version: oneOf("1.2", "2.0"),
    viommu_model: oneOf("intel", "smmuv3", "virtio", "auto"),
    watchdog_action: oneOf("none", "pause", "poweroff", "reset", "disabled"),
  },
  patterns: [
    { key: /^numa_cpus\.\d+$/, shown: "numa_cpus.0", value: cpus },
    { key: /^numa_mem\.\d+$/, shown: "numa_mem.0", value: whole(1) },
  ],
};

const DISK_LIMITS = ["read_bytes_sec", "read_iops_sec", "write_bytes_sec", "write_iops_sec"];

/** `_max`, `size` and the like: libvirt's driver reads them, though no page of Nova's names them. */
const quota: Namespace = {
  keys: {
    ...each(["cpu_shares", "cpu_period"], whole(0)),
    cpu_quota: whole(-1),
    cpu_shares_level: level,
    ...each(
      [...DISK_LIMITS, "total_bytes_sec", "total_iops_sec"].flatMap((one) => [
        `disk_${one}`,
        `disk_${one}_max`,
      ]),
      whole(0),
    ),
    disk_size_iops_sec: whole(0),
    ...each(
      ["inbound", "outbound"].flatMap((way) =>
        ["average", "peak", "burst"].map((one) => `vif_${way}_${one}`),
      ),
      whole(0),
    ),
    ...Object.fromEntries(
      ["cpu", "memory", "disk_io", "vif"].flatMap((of) => [
        ...["limit", "reservation", "shares_share"].map((one) => [`${of}_${one}`, whole(0)] as const),
        [`${of}_shares_level`, level] as const,
      ]),
    ),
  },
};

const RESOURCES = [
  ...["VCPU", "MEMORY_MB", "DISK_GB", "PCI_DEVICE", "SRIOV_NET_VF", "NUMA_SOCKET", "NUMA_CORE"],
  ...["NUMA_THREAD", "NUMA_MEMORY_MB", "IPV4_ADDRESS", "VGPU", "VGPU_DISPLAY_HEAD", "PCPU", "FPGA", "PGPU"],
  ...["NET_BW_EGR_KILOBIT_PER_SEC", "NET_BW_IGR_KILOBIT_PER_SEC", "MEM_ENCRYPTION_CONTEXT"],
  ...["NET_PACKET_RATE_KILOPACKET_PER_SEC", "NET_PACKET_RATE_EGR_KILOPACKET_PER_SEC"],
  "NET_PACKET_RATE_IGR_KILOPACKET_PER_SEC",
];

const resources: Namespace = {
  keys: each(RESOURCES, whole(0)),
  patterns: [{ key: /^CUSTOM_[A-Z0-9_]+$/, shown: "CUSTOM_…", value: whole(0) }],
};

const trait: Namespace = {
  keys: {},
  patterns: [{ key: /^[A-Z][A-Z0-9_]*$/, shown: "HW_…", value: oneOf("required", "forbidden") }],
  help: "write the trait in capitals, digits and `_`, as in `trait:HW_CPU_X86_AVX2`",
};

const NAMESPACES: Readonly<Record<string, Namespace>> = {
  hw,
  hw_rng: { keys: { allowed: truth, rate_bytes: whole(0), rate_period: whole(0) } },
  hw_video: { keys: { ram_max_mb: whole(0) } },
  quota,
  os: {
    keys: {
      secure_boot: oneOf("disabled", "required"),
      monitors: whole(1, 8),
      resolution: like(/^\d+x\d+$/, "a resolution such as 1024x768"),
      vram: oneOf("64", "128", "256", "512", "1024"),
    },
  },
  pci_passthrough: {
    keys: {
      alias: like(/^[^:]+:\d+(\s*,\s*[^:]+:\d+)*$/, "an alias and a number, such as a100:2"),
    },
  },
  accel: { keys: { device_profile: anything } },
  vmware: { keys: { hw_version: anything, storage_policy: anything } },
};

/** Extra specs of Nova's without a namespace. */
const BARE: Readonly<Record<string, Value>> = {
  group_policy: oneOf("isolate", "none"),
  hide_hypervisor_id: truth,
};

/** The namespace of that name; those of resources and traits may carry the name of a group. */
function namespaceOf(name: string): Namespace | undefined {
  if (Object.hasOwn(NAMESPACES, name)) return NAMESPACES[name];
  const [, word] = /^(resources|trait)[a-zA-Z0-9_-]{0,64}$/.exec(name) ?? [];
  return word === "resources" ? resources : word === "trait" ? trait : undefined;
}

/** What is wrong with an extra spec, and what would be right. */
export interface ExtraSpecFault {
  /** The key itself is wrong, not its value. */
  readonly on?: "key";
  readonly message: string;
  readonly help: string;
}

/** What Nova would make of an extra spec; undefined: it takes it, or the namespace is not its own. */
export function extraSpecFault(key: string, value: string): ExtraSpecFault | undefined {
  const [, namespace = "", name = ""] = /^([^:]*):(.*)$/.exec(key) ?? [];
  const known = key.includes(":") ? namespaceOf(namespace) : { keys: BARE };
  if (!known) return undefined;
  const wanted = Object.hasOwn(known.keys, name || key)
    ? known.keys[name || key]
    : known.patterns?.find((pattern) => pattern.key.test(name))?.value;
  if (wanted?.fits(value) === false) {
    const units = /^(disk|vif)_/.test(name) ? `; \`limits: {${name}: …}\` takes units` : "";
    return {
      message: `${show(value)} is no value that Nova takes for \`${key}\``,
      help: `write ${wanted.wanted}${units}`,
    };
  }
  if (wanted || known.keys === BARE) return undefined;
  const help = knownHelp(namespace, name, known);
  return { on: "key", message: `Nova knows no extra spec \`${key}\``, help };
}

function knownHelp(namespace: string, name: string, { keys, patterns = [], help }: Namespace): string {
  if (help !== undefined) return help;
  const names = [...Object.keys(keys), ...patterns.map(({ shown }) => shown)];
  const near = nearest(name, names);
  if (near !== undefined) return `did you mean \`${namespace}:${near}\`?`;
  return names.length <= 10
    ? `in \`${namespace}:\` it knows ${names.join(", ")}`
    : `none of the ${names.length} keys in \`${namespace}:\` is near that name; see the extra specs in Nova's configuration guide`;
}
