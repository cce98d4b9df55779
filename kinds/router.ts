import { z } from "zod";
import { cidr, ipAddress } from "./addresses";
import { Fault, flag, key, list, name, refuse, text } from "./fields";
import {
  type Entity,
  type Finding,
  type Kind,
  type Look,
  type Path,
  type Reference,
  type Resource,
  refer,
} from "./kind";
import { terraformIdentifier } from "./metadata";
import { addressesTaken, routerRules } from "./router-rules";

const subnetKey = key({ description: "A subnet.", of: "subnet" });

/** A fixed address of a port: it needs the subnet that the address belongs to. */
const fixedIp = z
  .strictObject({
    subnet: subnetKey,
    ip_address: ipAddress(
      { description: "An address of the subnet; absent: Neutron chooses." },
      "router",
    ).optional(),
  })
  .meta({ description: "An address of the port." });

export type FixedIp = z.output<typeof fixedIp>;

/** A leg of a router: in a subnet, by its gateway address; or in a network, by a port of the router's own. */
export type RouterInterface = InSubnet | OwnPort;

interface InSubnet {
  readonly subnet: string;
  readonly address?: string | undefined;
}

export interface OwnPort {
  readonly network: string;
  readonly port: string;
  readonly description?: string | undefined;
  readonly fixed_ips: readonly FixedIp[];
  readonly address?: string | undefined;
  readonly "port-address"?: string | undefined;
}

const routerInterface = z
  .strictObject({
    subnet: key({ description: "A subnet: the router takes its gateway address.", of: "subnet" }).optional(),
    network: key({ description: "A network, with `port`.", of: "network" }).optional(),
    port: name({
      description: "The name of a port that the router gets for itself, with `network`.",
    }).optional(),
    description: text({ description: "What the port is for." }).optional(),
    fixed_ips: list({ description: "Addresses of the port; absent: Neutron chooses." }, fixedIp).optional(),
    address: terraformIdentifier(
      "The interface's Terraform name, where an existing state has another one.",
    ).optional(),
    "port-address": terraformIdentifier(
      "The port's Terraform name, where an existing state has another one.",
    ).optional(),
  })
  .meta({ description: "A leg: `subnet`, or `network` with `port`." })
  .transform((written, context): RouterInterface => {
    const refused = (message: string, path: Path = []) => {
      const help = "write `subnet: <subnet>`, or `network: <network>` with `port: <name of its own port>`";
      refuse(context, new Fault(message, help, "router"), path);
      return z.NEVER;
    };
    const { subnet, network, port, fixed_ips = [], address } = written;
    if (subnet === undefined) {
      if (network !== undefined && port !== undefined) return { ...written, network, port, fixed_ips };
      const [has, lacks] = port === undefined ? ["network", "port"] : ["port", "network"];
      const nothing = network === undefined && port === undefined;
      return refused(
        nothing
          ? "the interface names neither a subnet nor a port"
          : `\`${has}\` stands without \`${lacks}\``,
      );
    }
    const beside = Object.keys(written).find((one) => one !== "subnet" && one !== "address");
    return beside === undefined
      ? { subnet, address }
      : refused(`\`${beside}\` stands beside \`subnet\``, [beside]);
  });

const route = z
  .strictObject({
    destination_cidr: cidr({ description: "Where to.", examples: ["::/0"] }, "router"),
    next_hop: ipAddress({ description: "By which neighbour.", examples: ["2001:db8::1"] }, "router"),
    address: terraformIdentifier(
      "The route's Terraform name, where an existing state has another one.",
    ).optional(),
  })
  .meta({ description: "A static route." });

export type Route = z.output<typeof route>;

const externalFixedIp = z
  .strictObject({
    subnet: key({ description: "A subnet of the external network.", of: "subnet" }).optional(),
    ip_address: ipAddress({ description: "An address of it." }, "router").optional(),
  })
  .meta({ description: "An address of the gateway." });

export type GatewayAddress = z.output<typeof externalFixedIp>;

const document = z.strictObject({
  router: z
    .strictObject({
      name: name({ description: "The router's name.", examples: ["internal-router"] }),
      project: key(
        { description: "The project that owns it. A change replaces the router.", of: "project" },
        2,
      ).optional(),
      description: text({ description: "What the router is for." }).optional(),
      admin_state_up: flag({ description: "Whether it is up." }).default(true),
      distributed: flag({
        description: "Whether it runs on every hypervisor. A change replaces the router.",
      }).optional(),
      external_network: key({
        description: "The external network that its gateway is in.",
        of: "network",
      }).optional(),
      enable_snat: flag({
        description: "Whether it hides private addresses behind its own (IPv4).",
      }).optional(),
      external_fixed_ips: list(
        { description: "Addresses of its gateway; absent: Neutron chooses." },
        externalFixedIp,
      ).optional(),
      external_subnets: list(
        {
          description:
            "Subnets that the gateway's address is taken from when the router is made, the first that has one left; not beside `external_fixed_ips`.",
        },
        subnetKey,
      ).optional(),
      availability_zone_hints: list(
        { description: "Availability zones. A change replaces the router." },
        text({ description: "A zone." }),
      ).optional(),
      tags: list({ description: "Neutron tags." }, text({ description: "A tag." })).optional(),
      interfaces: z.array(routerInterface).meta({ description: "Its legs in subnets." }).default([]),
      routes: z.array(route).meta({ description: "Its static routes." }).default([]),
    })
    .meta({ description: "A Neutron router." }),
});

export type RouterWritten = z.output<typeof document>;

export type RouterSpec = RouterWritten["router"];

/** A Neutron router with its ports, interfaces and routes. */
export const router: Kind<RouterWritten, RouterSpec> = {
  name: "router",
  folder: "routers",
  provider: "openstack",
  description: "A Neutron router, its interfaces and its routes.",
  resource: "openstack_networking_router_v2",
  lost: "The networks behind it lose their way out, and its address with it.",
  forces: { project: "id", distributed: "value", availability_zone_hints: "value" },
  unmanaged: "routers",
  protected: true,
  identity: [["router", "name"]],
  document,
  references: routerReferences,
  resolve({ router: written }) {
    // What stands twice is a problem of the rules; a second one about its address would say nothing new.
    const interfaces = uniqueBy(written.interfaces, (one) => `${"port" in one} ${legOf(one)}`);
    const routes = uniqueBy(
      written.routes,
      ({ destination_cidr, next_hop }) => `${destination_cidr} ${next_hop}`,
    );
    return { spec: { ...written, interfaces, routes } };
  },
  resources: routerResources,
  rules: [...routerRules, { code: "router", check: noAddressIsTakenByTwo }],
};

/** What an interface is called by: its subnet, or its port. */
export function legOf(one: RouterInterface): string {
  return "subnet" in one ? one.subnet : one.port;
}

/** The Terraform name of an interface. */
export function interfaceName(entity: Entity<RouterSpec>, one: RouterInterface): string {
  return one.address ?? entity.derived(legOf(one));
}

/** The Terraform name of a router's own port. */
export function portName(entity: Entity<RouterSpec>, one: OwnPort): string {
  return one["port-address"] ?? entity.derived(one.port);
}

/** The Terraform name of a route. */
export function routeName(
  entity: Entity<RouterSpec>,
  { destination_cidr, next_hop, address }: Route,
): string {
  return address ?? entity.derived(destination_cidr, next_hop);
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const item of items) if (!seen.has(keyOf(item))) seen.set(keyOf(item), item);
  return [...seen.values()];
}

function routerReferences({ router: written }: RouterWritten): Reference[] {
  const subnetsOf = (addresses: readonly { readonly subnet?: string | undefined }[], ...path: Path) =>
    addresses.flatMap(({ subnet }, index) => refer("subnet", subnet, ...path, index, "subnet"));
  return [
    ...refer("project", written.project, "router", "project"),
    ...refer("network", written.external_network, "router", "external_network"),
    ...subnetsOf(written.external_fixed_ips ?? [], "router", "external_fixed_ips"),
    ...refer("subnet", written.external_subnets, "router", "external_subnets"),
    ...written.interfaces.flatMap((one, index) => {
      const path = ["router", "interfaces", index];
      if ("subnet" in one) return refer("subnet", one.subnet, ...path, "subnet");
      return [
        ...refer("network", one.network, ...path, "network"),
        ...subnetsOf(one.fixed_ips, ...path, "fixed_ips"),
      ];
    }),
  ];
}

function routerResources(entity: Entity<RouterSpec>): Resource[] {
  const resources: Resource[] = [{ type: "openstack_networking_router_v2", name: entity.address, path: [] }];
  entity.spec.interfaces.forEach((one, index) => {
    const path = ["router", "interfaces", index];
    const to = "subnet" in one ? { kind: "subnet", key: one.subnet } : { kind: "network", key: one.network };
    resources.push({
      type: "openstack_networking_router_interface_v2",
      name: interfaceName(entity, one),
      path,
      to,
    });
    if ("port" in one)
      resources.push({ type: "openstack_networking_port_v2", name: portName(entity, one), path, to });
  });
  entity.spec.routes.forEach((one, index) => {
    resources.push({
      type: "openstack_networking_router_route_v2",
      name: routeName(entity, one),
      path: ["router", "routes", index],
    });
  });
  return resources;
}

interface Taker {
  readonly router: Entity<RouterSpec>;
  readonly path: Path;
}

const takers = new WeakMap<ReadonlyMap<string, Entity<RouterSpec>>, Map<string, Taker[]>>();

/** Who takes an address of a network, and where that is written. To be asked when all are resolved. */
export function routersAt(address: string, network: string, look: Look): readonly Taker[] {
  const all = look.all(router);
  let found = takers.get(all);
  if (!found) {
    found = new Map();
    for (const entity of all.values()) {
      for (const taken of addressesTaken(entity.spec, look)) {
        const mark = `${taken.network}/${taken.address}`;
        found.set(mark, [...(found.get(mark) ?? []), { router: entity, path: taken.path }]);
      }
    }
    takers.set(all, found);
  }
  return found.get(`${network}/${address}`) ?? [];
}

/** Two routers that are attached to a subnet by its name both take its gateway address. Told at the later file. */
function* noAddressIsTakenByTwo(entity: Entity<RouterSpec>, look: Look): Iterable<Finding> {
  for (const { path, network, address } of addressesTaken(entity.spec, look)) {
    const { file } = entity.place(path);
    for (const { router: other, path: theirs } of routersAt(address, network, look)) {
      const place = other.place(theirs);
      if (other === entity || place.file > file) continue;
      yield {
        path,
        message: `${address} of the network "${network}" is taken by the router "${other.key}" already`,
        help: `it is taken at ${place.file}:${place.line}; attach this router by a port of its own (\`network\` and \`port\`), or write another address`,
      };
      break;
    }
  }
}
