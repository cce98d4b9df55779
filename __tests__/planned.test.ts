/** Plans of small sites that change, written by hand: what a review says of them, with the revision that was there before. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { called } from "./command-line";
import { Repository } from "./repository";

const ENVIRONMENT = `environment:
  name: lab
  state: {backend: local, path: "state/{stack}.tfstate"}
  openstack: {region: RegionOne, unmanaged: {roles: [member]}}
`;
const IDENTITY = {
  "environments/lab/environment.yaml": ENVIRONMENT,
  "environments/lab/openstack/domains/science.yaml": "domain: {name: science}\n",
  "environments/lab/openstack/users/science/alice.yaml": "user: {name: alice, domain: science}\n",
  "environments/lab/openstack/users/science/bob.yaml": "user: {name: bob, domain: science}\n",
};
const [CREW, CREW_FILE] = ["openstack_identity_user_membership_v3", "openstack/groups/science/crew.yaml"];
const [ROLE, INHERITED] = [
  "openstack_identity_role_assignment_v3",
  "openstack_identity_inherit_role_assignment_v3",
];

interface Changed {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** Of each address what is done, and what it was and is. */
  readonly plan: readonly (readonly [
    address: string,
    actions: string,
    before?: object,
    after?: object,
    forced?: string,
  ])[];
}

/** What a review says of a site's plan, less its last lines. */
async function said({ before, after, plan }: Changed): Promise<string> {
  const site = new Repository(before);
  try {
    for (const file of Object.keys(before)) site.remove(file);
    for (const [file, text] of Object.entries(after)) site.write(file, text);
    const file = join(site.root, "stacks/lab-openstack/plan.json");
    mkdirSync(dirname(file), { recursive: true });
    const changes = plan.map(([address, actions, was = null, is = null, forced]) => {
      const [type, name] = address.split(".");
      const change = {
        actions: actions.split(","),
        before: was,
        after: is,
        replace_paths: forced ? [[forced]] : [],
      };
      return { address, mode: "managed", type, name, change };
    });
    writeFileSync(file, JSON.stringify({ format_version: "1.2", resource_changes: changes }));
    const line = ["review", file, "--root", site.root, "--base", "base"];
    const { out, err } = await called(line, { PATH: process.env["PATH"], HOME: site.root }, {}, site.root);
    expect(err).toBe("");
    return out.split("\ndigest: ")[0] ?? "";
  } finally {
    site.gone();
  }
}

function lab(files: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(files).map(([file, text]) => [`environments/lab/${file}`, text] as const);
  return { ...IDENTITY, ...Object.fromEntries(own) };
}

test("one goes out of a group and another comes in: both are told, and who comes in can do more", async () => {
  const crew = (member: string) =>
    lab({ [CREW_FILE]: `group: {name: crew, domain: science, members: [science/${member}]}\n` });
  const out = await said({
    ...{ before: crew("alice"), after: crew("bob") },
    plan: [
      [`${CREW}.science_crew_alice`, "delete", { id: "1" }],
      [`${CREW}.science_crew_bob`, "create", undefined, {}],
    ],
  });
  expect(out).toContain("WIDENS: 1 group changed");
  expect(out).toContain("members  -science/alice, +science/bob  (wider)");
});

const assignment = (rest: string) =>
  lab({ "openstack/role-assignments/a.yaml": `role-assignment: {role: member, ${rest}}\n` });

test("an assignment of another user gives that one more", async () => {
  const out = await said({
    before: assignment("user: science/alice, domain: science"),
    after: assignment("user: science/bob, domain: science"),
    plan: [[`${ROLE}.a`, "delete,create", { user_id: "a".repeat(32) }, { user_id: "b".repeat(32) }]],
  });
  expect(out).toContain("REPLACES, WIDENS: 1 role-assignment replaced");
});

test("an assignment that becomes one of another type is replaced, not added", async () => {
  const out = await said({
    before: assignment("user: science/bob, domain: science"),
    after: assignment("user: science/bob, domain: science, inherited: true"),
    plan: [
      [`${ROLE}.a`, "delete", { id: "1" }],
      [`${INHERITED}.a`, "create", undefined, {}],
    ],
  });
  expect(out).toContain("REPLACES, WIDENS: 1 role-assignment replaced");
  expect(out).toContain("inherited  false → true  (wider)");
});

test("what has no value any more is called as its file called it", async () => {
  const project = "metadata: {contacts: [a@example.org]}\nproject: {name: p, domain: science}\n";
  const on = (where: string) =>
    lab({
      "openstack/role-assignments/a.yaml": `role-assignment: {role: member, user: science/bob, ${where}}\n`,
      "openstack/projects-quotas-acls/science/p.yaml": project,
    });
  const out = await said({
    ...{ before: on("project: science/p"), after: on("domain: science") },
    plan: [
      [
        `${ROLE}.a`,
        "delete,create",
        { project_id: "c".repeat(32), domain_id: "" },
        { domain_id: "d".repeat(32) },
        "project_id",
      ],
    ],
  });
  expect(out).not.toContain("project_id");
  expect(out).toContain(`project  ${"c".repeat(32)} → none`);
});

test("a project that the cloud has not got any more is added, whatever class gives its quota", async () => {
  const files = lab({
    "openstack/quota-classes/basic.yaml": "quota-class: {name: basic, quota: {cores: 2}}\n",
    "openstack/projects-quotas-acls/science/p.yaml":
      "metadata: {contacts: [a@example.org]}\nproject: {name: p, domain: science}\nquota: {class: basic}\n",
  });
  const out = await said({
    ...{ before: files, after: files },
    plan: [
      ["openstack_identity_project_v3.science_p", "create", undefined, {}],
      ["openstack_compute_quotaset_v2.science_p_compute_quota_1", "create", undefined, {}],
    ],
  });
  expect(out).toContain("+ add project science/p");
  expect(out).not.toContain("change quota-class");
});

test("a user of another domain: the plan succeeds, and the apply would not", async () => {
  const out = await said({
    before: lab({ "openstack/domains/arts.yaml": "domain: {name: arts}\n" }),
    after: Object.fromEntries(
      Object.entries({
        ...lab({ "openstack/domains/arts.yaml": "domain: {name: arts}\n" }),
        "environments/lab/openstack/users/arts/bob.yaml":
          "metadata: {address: bob}\nuser: {name: bob, domain: arts}\n",
      }).filter(([file]) => !file.endsWith("science/bob.yaml")),
    ),
    plan: [
      [
        "openstack_identity_user_v3.bob",
        "update",
        { domain_id: "d".repeat(32) },
        { domain_id: "e".repeat(32) },
      ],
    ],
  });
  expect(out.replace(/\s+/g, " ")).toContain("The service refuses to change domain: this apply would fail.");
});

test("a subnet's pools are called as in its file", async () => {
  const subnet = (rest: string) =>
    lab({
      "openstack/networks/n.yaml": "network: {name: n}\n",
      "openstack/subnets/s.yaml": `subnet: {name: s, network: n, cidr: 192.0.2.0/24, ${rest}}\n`,
    });
  const out = await said({
    before: subnet("allocation_pools: [{start: 192.0.2.10, end: 192.0.2.20}]"),
    after: subnet("allocation_pools: [{start: 192.0.2.10, end: 192.0.2.30}]"),
    plan: [
      [
        "openstack_networking_subnet_v2.s",
        "update",
        { allocation_pool: [{ start: "192.0.2.10", end: "192.0.2.20" }] },
        { allocation_pool: [{ start: "192.0.2.10", end: "192.0.2.30" }] },
      ],
    ],
  });
  expect(out).toContain("allocation_pools[0].end  192.0.2.20 → 192.0.2.30");
});

test("a quota whose object goes is told by its values, and as the cloud has it may be more", async () => {
  const project = "metadata: {contacts: [a@example.org]}\nproject: {name: p, domain: science}\n";
  const file = "openstack/projects-quotas-acls/science/p.yaml";
  const out = await said({
    before: lab({ [file]: `${project}quota: {ram: 8 GiB, cores: 20}\n` }),
    after: lab({ [file]: project }),
    plan: [["openstack_compute_quotaset_v2.science_p_compute_quota_1", "delete", { id: "1" }]],
  });
  expect(out).toContain("WIDENS: 1 project changed");
  expect(out).toContain("quota.cores  20 → none\n    quota.ram    8 GiB → none  (wider)");
});

test("another QoS of a volume type", async () => {
  const type = (qos: string) =>
    lab({
      "openstack/volume-qoses/slow.yaml": "volume-qos: {name: slow}\n",
      "openstack/volume-qoses/fast.yaml": "volume-qos: {name: fast}\n",
      "openstack/volume-types/ssd.yaml": `volume-type: {name: ssd, qos: ${qos}}\n`,
    });
  const out = await said({
    ...{ before: type("slow"), after: type("fast") },
    plan: [
      ["openstack_blockstorage_qos_association_v3.ssd_slow", "delete", { id: "1" }],
      ["openstack_blockstorage_qos_association_v3.ssd_fast", "create", undefined, {}],
    ],
  });
  expect(out).toContain("qos  slow → fast");
});

test("what is written no more and goes is told", async () => {
  const aggregate = (rest: string) =>
    lab({ "openstack/aggregates/a.yaml": `aggregate: {name: a, zone: one${rest}}\n` });
  const out = await said({
    ...{ before: aggregate(", metadata: {ssd: yes}"), after: aggregate("") },
    plan: [
      [
        "openstack_compute_aggregate_v2.a",
        "update",
        { metadata: { ssd: "yes", availability_zone: "one" }, region: "R" },
        { region: "R" },
      ],
    ],
  });
  expect(out).toContain("metadata.ssd                yes → none");
});

test("a new rule of an identity mapping lets somebody in", async () => {
  const mapping = (rest: string) =>
    lab({
      "environment.yaml": ENVIRONMENT.replace(
        "region: RegionOne",
        "region: RegionOne, capabilities: {rest: true}",
      ),
      "openstack/global-static-identity-mappings/m.yaml": `id: m\nrules: [{local: [{user: {name: "{0}"}}${rest}], remote: [{type: sub}]}]\n`,
    });
  const data = (...more: object[]) =>
    JSON.stringify({
      mapping: { rules: [{ local: [{ user: { name: "{0}" } }, ...more], remote: [{ type: "sub" }] }] },
    });
  const out = await said({
    ...{ before: mapping(""), after: mapping(", {group_ids: x}") },
    plan: [["restapi_object.m", "update", { data: data() }, { data: data({ group_ids: "x" }) }]],
  });
  expect(out).toContain("WIDENS: 1 identity-mapping changed");
  expect(out).not.toContain("data:");
});

test("a condition less of an identity mapping lets somebody in, too", async () => {
  const files = (remote: string) =>
    lab({
      "environment.yaml": ENVIRONMENT.replace(
        "region: RegionOne",
        "region: RegionOne, capabilities: {rest: true}",
      ),
      "openstack/global-static-identity-mappings/m.yaml": `id: m\nrules: [{local: [{user: {name: "{0}"}}], remote: [{type: sub}${remote}]}]\n`,
    });
  const data = (...more: object[]) =>
    JSON.stringify({
      mapping: { rules: [{ local: [{ user: { name: "{0}" } }], remote: [{ type: "sub" }, ...more] }] },
    });
  const out = await said({
    ...{ before: files(", {type: mail, any_one_of: [a]}"), after: files("") },
    plan: [
      ["restapi_object.m", "update", { data: data({ type: "mail", any_one_of: ["a"] }) }, { data: data() }],
    ],
  });
  expect(out).toContain("WIDENS: 1 identity-mapping changed");
  expect(out).toContain("rules[0].remote");
});
