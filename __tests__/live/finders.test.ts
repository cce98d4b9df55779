/** The table of finders: complete, and each row finds what it should with the id that the provider imports. */
import { configurationOf } from "../../live/configuration";
import { FINDERS } from "../../live/finders";
import { Kubernetes } from "../../live/kubernetes";
import { Look, type Sight } from "../../live/look";
import { OpenStack } from "../../live/openstack";
import { stateOf } from "../../live/state";
import known from "../providers/arguments.json";
import { type Answers, pretend, SETTINGS } from "./cloud";

test("every resource type that we make has a row", () => {
  const types = Object.keys(known).filter((type) => !type.startsWith("data."));
  expect(types.filter((type) => !(type in FINDERS))).toEqual([]);
});

test("every argument that a finder asks for is one of the type's", () => {
  const types: Readonly<Record<string, { readonly arguments: object }>> = known;
  const unknown = Object.entries(FINDERS).flatMap(([type, row]) =>
    "by" in row
      ? row.by.filter((one) => !(one in (types[type]?.arguments ?? {}))).map((one) => [type, one])
      : [],
  );
  expect(unknown).toEqual([]);
});

const NEUTRON = "fields=id&fields=name&fields=tenant_id";
const PORTS = "fields=id&fields=name&fields=network_id&fields=tenant_id&fields=device_owner&fields=fixed_ips";

/** One cloud for all cases: what it answers. */
const CLOUD: Answers = {
  "/api/v1/namespaces?limit=500": { ...objects({ name: "default" }), metadata: { continue: "more" } },
  "/api/v1/namespaces?limit=500&continue=more": objects({ name: "egi" }),
  "/api/v1/namespaces/egi/configmaps?limit=500": objects({ name: "caso" }),
  "/api/v1/namespaces/egi/secrets?limit=500": objects({ name: "key" }),
  "/api/v1/namespaces/egi/secrets?labelSelector=owner%3Dhelm&limit=500": objects(
    {
      name: "sh.helm.release.v1.egi-caso.v1",
      labels: { owner: "helm", name: "egi-caso", status: "superseded" },
    },
    {
      name: "sh.helm.release.v1.egi-caso.v2",
      labels: { owner: "helm", name: "egi-caso", status: "deployed" },
    },
    { name: "sh.helm.release.v1.gone.v1", labels: { owner: "helm", name: "gone", status: "uninstalled" } },
  ),
  "/v3/domains": {
    domains: [
      { id: "default", name: "Default" },
      { id: "d1", name: "cz" },
    ],
  },
  "/v3/projects?domain_id=d1": { projects: [{ id: "p1", name: "a", domain_id: "d1" }] },
  "/v3/users?name=eva&domain_id=d1": { users: [{ id: "u1", name: "eva", domain_id: "d1" }] },
  "/v3/groups?name=ops&domain_id=d1": { groups: [{ id: "g1", name: "ops", domain_id: "d1" }] },
  "/v3/roles": { roles: [{ id: "r1", name: "reader" }] },
  "/v3/role_assignments?user.id=u1": {
    role_assignments: [
      { role: { id: "r1" }, user: { id: "u1" }, scope: { project: { id: "p1" } } },
      {
        role: { id: "r1" },
        user: { id: "u1" },
        scope: { domain: { id: "d1" }, "OS-INHERIT:inherited_to": "projects" },
      },
    ],
  },
  "/v3/users/u1/groups": { groups: [{ id: "g1" }] },
  "/v3/OS-FEDERATION/mappings": { mappings: [{ id: "m" }] },
  "/v2.1/flavors/detail?is_public=None": { flavors: [{ id: "f1", name: "c2.1core" }] },
  "/v2.1/flavors/f1/os-flavor-access": { flavor_access: [{ flavor_id: "f1", tenant_id: "p1" }] },
  "/v2.1/os-aggregates": { aggregates: [{ id: 7, name: "c2" }] },
  "/v3/abc/types?is_public=None": { volume_types: [{ id: "t1", name: "ssd" }] },
  "/v3/abc/types/t1/os-volume-type-access": { volume_type_access: [{ project_id: "p1" }] },
  "/v3/abc/qos-specs": { qos_specs: [{ id: "q1", name: "fast" }] },
  "/v3/abc/qos-specs/q1/associations": { qos_associations: [{ id: "t1", association_type: "volume_type" }] },
  [`/v2.0/networks?${NEUTRON}&fields=router%3Aexternal&fields=shared&fields=provider%3Asegmentation_id`]: {
    networks: [
      { id: "n1", name: "ext", tenant_id: "p1", "router:external": true, "provider:segmentation_id": 716 },
      { id: "n2", name: "int", tenant_id: "p1" },
      { id: "n3", name: "int", tenant_id: "p2", shared: true },
    ],
  },
  "/v2.0/subnets?fields=id&fields=name&fields=network_id&fields=tenant_id&fields=cidr": {
    subnets: [{ id: "s1", name: "s", network_id: "n1", tenant_id: "p1", cidr: "192.0.2.0/24" }],
  },
  [`/v2.0/routers?${NEUTRON}&fields=routes`]: {
    routers: [
      { id: "ro1", name: "ro", tenant_id: "p1", routes: [{ destination: "::/0", nexthop: "2001:db8::1" }] },
    ],
  },
  [`/v2.0/ports?name=leg&network_id=n1&${PORTS}`]: {
    ports: [
      {
        id: "po1",
        name: "leg",
        network_id: "n1",
        tenant_id: "p1",
        device_owner: "network:router_interface",
        fixed_ips: [],
      },
    ],
  },
  [`/v2.0/ports?device_id=ro1&${PORTS}`]: {
    ports: [
      {
        ...{ id: "po0", name: "", network_id: "n1", tenant_id: "p1", device_owner: "network:router_gateway" },
        fixed_ips: [{ subnet_id: "s1", ip_address: "192.0.2.7" }],
      },
      {
        ...{
          id: "po2",
          name: "",
          network_id: "n1",
          tenant_id: "p1",
          device_owner: "network:ha_router_replicated_interface",
        },
        fixed_ips: [{ subnet_id: "s1", ip_address: "192.0.2.1" }],
      },
      {
        ...{
          id: "po1",
          name: "leg",
          network_id: "n1",
          tenant_id: "p1",
          device_owner: "network:router_interface",
        },
        fixed_ips: [],
      },
    ],
  },
  "/v2.0/floatingips?fields=id&fields=floating_ip_address&fields=floating_network_id&fields=tenant_id": {
    floatingips: [
      { id: "fip1", floating_ip_address: "192.0.2.9", floating_network_id: "n1", tenant_id: "p1" },
    ],
  },
  "/v2.0/rbac-policies?fields=id&fields=action&fields=object_type&fields=object_id&fields=target_tenant": {
    rbac_policies: [
      {
        id: "rb0",
        action: "access_as_external",
        object_type: "network",
        object_id: "n1",
        target_tenant: "*",
      },
      {
        id: "rb1",
        action: "access_as_external",
        object_type: "network",
        object_id: "n1",
        target_tenant: "p1",
      },
    ],
  },
};

/** A page of Kubernetes objects. */
function objects(...items: { name: string; labels?: object }[]) {
  return { metadata: {}, items: items.map((metadata) => ({ metadata })) };
}

/** Resources of a stack, each named `x`, that others refer to. */
const STACK = {
  data: { openstack_identity_role_v3: { reader: { name: "reader" } } },
  resource: {
    openstack_identity_project_v3: {
      cz: { name: "cz", is_domain: true },
      a: { name: "a", domain_id: "${openstack_identity_project_v3.cz.id}" },
      new: { name: "new", domain_id: "${openstack_identity_project_v3.cz.id}" },
    },
    openstack_identity_user_v3: { x: { name: "eva", domain_id: "d1" } },
    openstack_identity_group_v3: { x: { name: "ops", domain_id: "d1" } },
    openstack_compute_flavor_v2: { x: { name: "c2.1core" } },
    openstack_networking_network_v2: { ext: { name: "ext" } },
    openstack_networking_subnet_v2: {
      x: { name: "s", network_id: "${openstack_networking_network_v2.ext.id}" },
    },
    openstack_networking_router_v2: { x: { name: "ro" } },
  },
};

async function sight(type: string, written: object, state = ""): Promise<Sight> {
  const resource = {
    ...STACK.resource,
    [type]: { ...Object(Object(STACK.resource)[type]), wanted: written },
  };
  const configuration = configurationOf({ ...STACK, resource });
  const openstack = new OpenStack(SETTINGS, pretend(CLOUD).requests);
  const login = async () => ({ server: "http://cloud.test:6443", tls: {}, authorization: undefined });
  const kubernetes = new Kubernetes(login, () => pretend(CLOUD).transport);
  const look = new Look(
    configuration,
    stateOf(state, "s"),
    { openstack: () => openstack, kubernetes: () => kubernetes },
    FINDERS,
  );
  const block = configuration.blocks.get(`${type}.wanted`);
  if (!block) throw new Error("no such block");
  return look.sight(block);
}

const project = { project_id: "${openstack_identity_project_v3.a.id}" };

/** A type, what is written, the id of the import. */
const FOUND: readonly [string, object, string][] = [
  ["openstack_identity_project_v3", { name: "Default", is_domain: true }, "default"],
  ["openstack_identity_project_v3", { name: "a", domain_id: "d1" }, "p1"],
  ["openstack_identity_user_v3", { name: "eva", domain_id: "d1" }, "u1"],
  ["openstack_identity_group_v3", { name: "ops", domain_id: "d1" }, "g1"],
  ["openstack_identity_role_v3", { name: "reader" }, "r1"],
  [
    "openstack_identity_role_assignment_v3",
    { role_id: "${data.openstack_identity_role_v3.reader.id}", user_id: "u1", ...project },
    "/p1//u1/r1",
  ],
  [
    "openstack_identity_inherit_role_assignment_v3",
    { role_id: "r1", user_id: "u1", domain_id: "d1" },
    "d1///u1/r1",
  ],
  ["openstack_identity_user_membership_v3", { user_id: "u1", group_id: "g1" }, "u1/g1"],
  ["openstack_compute_flavor_v2", { name: "c2.1core" }, "f1"],
  [
    "openstack_compute_flavor_access_v2",
    { flavor_id: "${openstack_compute_flavor_v2.x.id}", tenant_id: project.project_id },
    "f1/p1",
  ],
  ["openstack_compute_aggregate_v2", { name: "c2" }, "7"],
  ["openstack_compute_quotaset_v2", project, "p1/Brno1"],
  ["openstack_blockstorage_quotaset_v3", project, "p1/Brno1"],
  ["openstack_networking_quota_v2", project, "p1/Brno1"],
  ["openstack_lb_quota_v2", project, "p1/Brno1"],
  ["openstack_blockstorage_volume_type_v3", { name: "ssd" }, "t1"],
  ["openstack_blockstorage_volume_type_access_v3", { volume_type_id: "t1", ...project }, "t1/p1"],
  ["openstack_blockstorage_qos_v3", { name: "fast" }, "q1"],
  ["openstack_blockstorage_qos_association_v3", { qos_id: "q1", volume_type_id: "t1" }, "q1/t1"],
  ["openstack_networking_network_v2", { name: "ext" }, "n1"],
  ["openstack_networking_network_v2", { name: "int", tenant_id: "p2" }, "n3"],
  ["openstack_networking_subnet_v2", { name: "s", network_id: "n1" }, "s1"],
  ["openstack_networking_router_v2", { name: "ro" }, "ro1"],
  [
    "openstack_networking_router_route_v2",
    {
      router_id: "${openstack_networking_router_v2.x.id}",
      destination_cidr: "::/0",
      next_hop: "2001:db8::1",
    },
    "ro1-route-::/0-2001:db8::1",
  ],
  ["openstack_networking_port_v2", { name: "leg", network_id: "n1" }, "po1"],
  [
    "openstack_networking_router_interface_v2",
    { router_id: "ro1", subnet_id: "${openstack_networking_subnet_v2.x.id}" },
    "po2",
  ],
  ["openstack_networking_router_interface_v2", { router_id: "ro1", port_id: "po1" }, "po1"],
  ["openstack_networking_floatingip_v2", { address: "192.0.2.9", pool: "ext" }, "fip1"],
  [
    "openstack_networking_rbac_policy_v2",
    { action: "access_as_external", object_type: "network", object_id: "n1", target_tenant: "p1" },
    "rb1",
  ],
  ["kubernetes_namespace_v1", { metadata: { name: "egi" } }, "egi"],
  ["kubernetes_config_map_v1", { metadata: { name: "caso", namespace: "egi" } }, "egi/caso"],
  ["kubernetes_secret_v1", { metadata: { name: "key", namespace: "egi" } }, "egi/key"],
  ["helm_release", { name: "egi-caso", namespace: "egi" }, "egi/egi-caso"],
  ["restapi_object", { path: "/OS-FEDERATION/mappings/m", object_id: "m" }, "/OS-FEDERATION/mappings/m"],
];

test.each(FOUND)("%s %j is found", async (type, written, importId) => {
  expect(await sight(type, written)).toMatchObject({ is: "found", match: { importId } });
});

test("every row has a case that it finds", () => {
  const found = new Set(FOUND.map(([type]) => type));
  const rows = Object.entries(FINDERS).filter(([, row]) => !("notImported" in row));
  expect(rows.map(([type]) => type).filter((type) => !found.has(type))).toEqual([]);
});

describe("not found", () => {
  test.each<[string, object]>([
    ["helm_release", { name: "gone", namespace: "egi" }],
    ["openstack_identity_project_v3", { name: "A", domain_id: "d1" }],
    ["openstack_identity_role_assignment_v3", { role_id: "r1", user_id: "u1", domain_id: "d1" }],
    ["openstack_compute_flavor_access_v2", { flavor_id: "public", tenant_id: "p1" }],
    [
      "openstack_networking_rbac_policy_v2",
      { action: "access_as_shared", object_id: "n1", object_type: "network", target_tenant: "p1" },
    ],
    ["openstack_compute_quotaset_v2", { project_id: "${openstack_identity_project_v3.new.id}" }],
  ])("%s %j", async (type, written) => {
    expect(await sight(type, written)).toEqual({ is: "absent" });
  });
});

test("several matches are told apart", async () => {
  expect(await sight("openstack_networking_network_v2", { name: "int" })).toMatchObject({
    is: "several",
    matches: [
      { importId: "n2", about: "project p1" },
      { importId: "n3", about: "project p2, shared" },
    ],
  });
});

test("what the state has is not looked for, and its id is what others refer to", async () => {
  const resources = [
    {
      mode: "managed",
      type: "openstack_identity_project_v3",
      name: "new",
      instances: [{ attributes: { id: "p9" } }],
    },
    {
      mode: "managed",
      type: "openstack_compute_quotaset_v2",
      name: "wanted",
      instances: [{ deposed: "ab12", attributes: { id: "old" } }],
    },
  ];
  const state = JSON.stringify({ version: 4, resources });
  const written = { project_id: "${openstack_identity_project_v3.new.id}" };
  expect(await sight("openstack_compute_quotaset_v2", written, state)).toMatchObject({
    is: "found",
    match: { importId: "p9/Brno1" },
  });
  expect(
    await sight("openstack_identity_project_v3", { name: "x" }, state.replace('"new"', '"wanted"')),
  ).toMatchObject({ is: "managed" });
});

test("an object that the state has under another address is not imported twice", async () => {
  const states = (type: string, attributes: object) =>
    JSON.stringify({
      version: 4,
      resources: [{ mode: "managed", type, name: "old", instances: [{ attributes }] }],
    });
  const networks = "openstack_networking_network_v2";
  expect(await sight(networks, { name: "ext" }, states(networks, { id: "n1" }))).toMatchObject({
    is: "elsewhere",
    address: `${networks}.old`,
  });
  // Of several with one name the others are left.
  expect(await sight(networks, { name: "int" }, states(networks, { id: "n2" }))).toMatchObject({
    is: "found",
    match: { importId: "n3" },
  });
  const mapping = { path: "/OS-FEDERATION/mappings/m", object_id: "m" };
  expect(await sight("restapi_object", mapping, states("restapi_object", { id: "m" }))).toMatchObject({
    is: "elsewhere",
  });
});

test("what is not imported says why", async () => {
  expect(await sight("restapi_object", { path: "/projects/p1", object_id: "p1" })).toMatchObject({
    is: "not-imported",
    why: expect.stringContaining("project properties"),
  });
});
