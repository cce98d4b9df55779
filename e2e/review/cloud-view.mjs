// What a cloud holds of the site, asked of its APIs, object by object.

/** What no file writes, and what other objects change. */
const IGNORED = new Set([
  ...["links", "updated_at", "revision_number", "subnets", "created_at", "OS-FLV-EXT-DATA:ephemeral"],
  // Terraform's accesses to a network: each is an object of its own.
  ...["shared", "router:external"],
]);

const isOurs = ({ name }) => /^rv[-.]/.test(name ?? "");

/** Objects by what they are and their id: `project 4af…`, `access <flavor>/<project>`. */
export async function cloudView(cloud, kubernetes) {
  const found = new Map();
  const add = (sort, id, value) => found.set(`${sort} ${id}`, plain(value));
  const { domains } = await cloud.get("identity", "/domains");
  const own = new Set(domains.filter(isOurs).map(({ id }) => id));
  const { projects } = await cloud.get("identity", "/projects");
  const ours = projects.filter(({ domain_id }) => own.has(domain_id));
  for (const project of ours) {
    add("project", project.id, project);
    const quotas = await Promise.all([
      cloud.get("compute", `/os-quota-sets/${project.id}`),
      cloud.get("volumev3", `/os-quota-sets/${project.id}`),
      cloud.get("network", `/quotas/${project.id}`),
    ]);
    for (const [index, quota] of quotas.entries())
      add(["compute-quota", "volume-quota", "network-quota"][index], project.id, withoutTypes(quota));
  }
  const { flavors } = await cloud.get("compute", "/flavors/detail?is_public=None");
  for (const flavor of flavors.filter(isOurs)) {
    add("flavor", flavor.id, flavor);
    const { flavor_access } = await cloud.get("compute", `/flavors/${flavor.id}/os-flavor-access`);
    for (const { tenant_id } of flavor_access) add("access", `${flavor.id}/${tenant_id}`, {});
  }
  for (const aggregate of (await cloud.get("compute", "/os-aggregates")).aggregates.filter(isOurs))
    add("aggregate", aggregate.id, aggregate);
  for (const many of ["networks", "subnets"])
    for (const one of (await cloud.get("network", `/${many}`))[many].filter(isOurs))
      add(many.slice(0, -1), one.id, one);
  const members = new Set(ours.map(({ id }) => id));
  for (const policy of (await cloud.get("network", "/rbac-policies"))["rbac_policies"])
    if (members.has(policy.target_tenant)) add("policy", policy.id, policy);
  if ((await kubernetes.code("kubernetes", "/api/v1/namespaces/rv")) === 200) {
    const { metadata } = await kubernetes.get("kubernetes", "/api/v1/namespaces/rv");
    add("namespace", metadata.uid, { name: metadata.name, labels: metadata.labels });
    for (const { metadata: about, data } of (
      await kubernetes.get("kubernetes", "/api/v1/namespaces/rv/configmaps")
    ).items)
      if (about.labels?.["app.kubernetes.io/managed-by"] !== "Helm" && about.name !== "kube-root-ca.crt")
        add("config-map", about.uid, data);
    if ((await kubernetes.code("helm", "/rv/rv-show")) === 200) {
      const { version, config, chart } = await kubernetes.get("helm", "/rv/rv-show");
      add("release", "rv-show", { version, config, chart: chart.metadata.version });
    }
  }
  return found;
}

/** How the object of a Terraform address is called there. */
const SORTS = {
  openstack_identity_project_v3: ({ id }) => `project ${id}`,
  openstack_compute_flavor_v2: ({ id }) => `flavor ${id}`,
  openstack_compute_flavor_access_v2: ({ id }) => `access ${id}`,
  openstack_compute_aggregate_v2: ({ id }) => `aggregate ${id}`,
  openstack_networking_network_v2: ({ id }) => `network ${id}`,
  openstack_networking_subnet_v2: ({ id }) => `subnet ${id}`,
  openstack_networking_rbac_policy_v2: ({ id }) => `policy ${id}`,
  openstack_compute_quotaset_v2: ({ project_id }) => `compute-quota ${project_id}`,
  openstack_blockstorage_quotaset_v3: ({ project_id }) => `volume-quota ${project_id}`,
  openstack_networking_quota_v2: ({ project_id }) => `network-quota ${project_id}`,
  kubernetes_namespace_v1: ({ metadata }) => `namespace ${metadata[0].uid}`,
  kubernetes_config_map_v1: ({ metadata }) => `config-map ${metadata[0].uid}`,
  helm_release: ({ id }) => `release ${id}`,
};

/** A volume type of anybody's has keys in every project's quotas, and tests beside this one make some. */
function withoutTypes({ quota_set: set, ...rest }) {
  const entries = Object.entries(set ?? {}).filter(([key]) => !/^(volumes|snapshots|gigabytes)_/.test(key));
  return { ...rest, quota_set: Object.fromEntries(entries) };
}

/** What must have become of the cloud's objects by what a review says, and by the states before and after. */
export function expectedOf(objects, before, after) {
  const found = new Map();
  for (const [name, does] of objects) {
    const sort = SORTS[/ (\w+)\./.exec(name)?.[1]];
    if (!sort) throw new Error(`nobody looks for ${name} in the cloud`);
    const [was, is] = [before.get(name), after.get(name)].map((one) => one && sort(one));
    if (was !== undefined && was === is) found.set(is, "changed");
    if (was !== undefined && was !== is) found.set(was, "gone");
    if (is !== undefined && was !== is) found.set(is, "come");
    if (was === undefined && is === undefined) throw new Error(`${does} ${name}: it is in no state`);
  }
  return found;
}

/** What became of the cloud's objects. */
export function differenceOf(before, after) {
  const found = new Map();
  for (const [name, was] of before) {
    const is = after.get(name);
    if (is === undefined) found.set(name, "gone");
    else if (was !== is) found.set(name, "changed");
  }
  for (const name of after.keys()) if (!before.has(name)) found.set(name, "come");
  return found;
}

/** Quotas are there without Terraform: they come and go with their project, and a written default changes nothing. */
export const isQuota = (name) => /^\w+-quota /.test(name);

function plain(value) {
  return JSON.stringify(value, (key, inner) => {
    if (IGNORED.has(key)) return undefined;
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
