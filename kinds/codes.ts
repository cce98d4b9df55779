/**
 * The table of problem codes: every sort of problem that there is, how grave it is, what it means and how it is mended.
 * A rule, a field and a reader name one of them; `docs/problems.md` is made from the table.
 */

export type Severity = "error" | "warning";

interface CodeAbout {
  /** An error would fail, do harm or be dropped; a warning is for a person to look at. */
  readonly severity: Severity;
  /** An error that `metadata: accept` may silence for a stated reason; warnings always may. */
  readonly acceptable?: true;
  /** What is wrong, in general. */
  readonly means: string;
  /** Why it is a problem, with the source where the rule comes from outside. */
  readonly why: string;
}

const table = {
  // Files and their YAML.
  file: {
    severity: "error",
    means: "A file or a folder cannot be used, or stands where nothing reads it.",
    why: "What is not read would be lost in silence. Only regular files inside the data root are read, links only to such files.",
  },
  yaml: {
    severity: "error",
    means:
      "A file is not YAML, or not YAML that can be used: a key twice, an unknown anchor, a second document.",
    why: "Nothing in the file can be trusted, so the rest of it is not judged and nothing else is blamed for it.",
  },
  format: {
    severity: "error",
    means: "`fmt` leaves a file as it is, because it could not prove that the new text says the same.",
    why: "A program that formats files must never change what they say.",
  },
  ending: {
    severity: "warning",
    means: "A file whose name ends in `.YAML` or `.Yml`: it is not read.",
    why: "Only `.yaml` and `.yml` in small letters are read; other endings put a file aside, and this one is hardly meant to.",
  },
  path: {
    severity: "error",
    means: "What a file says of itself disagrees with where it lies.",
    why: "Kind, domain or namespace and name come from the path, so that a layer can patch an entity and two files never mean one.",
  },
  environment: {
    severity: "error",
    means: "An environment that was asked for is not there, or there is none at all.",
    why: "Nothing would be checked or made.",
  },
  stale: {
    severity: "warning",
    means: "An acknowledgement in `removals.yaml` or `drift.yaml` whose day is past.",
    why: "It acknowledges nothing any more. A list of old acknowledgements hides the one that matters.",
  },
  "not-yet": {
    severity: "error",
    means: "Files of a kind that this version does not make.",
    why: "They would be dropped in silence.",
  },

  // The shape of what is written.
  "unknown-key": {
    severity: "error",
    means: "A key that is not known at this place.",
    why: "It would have no effect, and most often it is a slip of the pen.",
  },
  missing: {
    severity: "error",
    means: "A required key is not there.",
    why: "The entity is not whole. In a layer's file only what no other layer gives is missing.",
  },
  null: {
    severity: "error",
    means: "A key with nothing behind it that removes nothing.",
    why: "In a layer `null` removes what an earlier layer has; where there is nothing to remove, a value was forgotten.",
  },
  type: {
    severity: "error",
    means: "A value of another type than the field has.",
    why: "YAML 1.2 has its own idea of types: `yes` is a text, `007` none at all, `2.10` a number.",
  },
  choice: {
    severity: "error",
    means: "A value outside the closed list that the field takes.",
    why: "The cloud would refuse it.",
  },
  range: {
    severity: "error",
    means: "A number, or the number of entries, is too small or too large.",
    why: "The cloud would refuse it.",
  },
  unit: {
    severity: "error",
    means: "A quantity that cannot be read, or that is not whole in the field's base unit.",
    why: "Quantities are never rounded, and binary and decimal prefixes are kept apart: 1 GB is not 1 GiB.",
  },
  date: {
    severity: "error",
    means: "A text that is no day of the calendar.",
    why: "Days decide when a project ends.",
  },
  name: {
    severity: "error",
    means: "A name that the service, or this format, does not take.",
    why: "Keys are built of names with `/` between them, and each service has its own rules besides.",
  },
  key: {
    severity: "error",
    means: "A key of a free map that does harm or that the service does not take.",
    why: "The service would refuse it, or a program would trip over it.",
  },
  version: {
    severity: "error",
    means: "A chart's version that is not one exact version.",
    why: "Without an exact version each run may install another chart.",
  },
  contact: {
    severity: "error",
    means: "A contact that is no mail address.",
    why: "The people of a project must be reachable.",
  },
  duplicate: {
    severity: "error",
    means: "The same thing is written twice.",
    why: "One of the two would be dropped, or refused by the cloud.",
  },
  secret: {
    severity: "error",
    means: "Something stands where only the name of a secret may stand.",
    why: "Values of secrets never stand in files: they are given as `TF_VAR_<name>`. What was refused is never repeated.",
  },

  // Layers and references.
  layer: {
    severity: "error",
    means:
      "A file of a layer patches or removes what no earlier layer has, removes and writes at once, or says nothing at all; or files need a layer that is not used.",
    why: "The patch has no effect on what its writer had in mind.",
  },
  "list-replaced": {
    severity: "warning",
    means:
      "A list in Helm values replaces an earlier one, of another layer or values file, and values of that one are lost.",
    why: "Helm and JSON Merge Patch (RFC 7396) merge maps, but replace lists.",
  },
  "nested-project": {
    severity: "warning",
    means: "A project file in an older layout, with its blocks nested.",
    why: "It means the same, but people look for the blocks at the top. `cloud-entities fmt` moves them.",
  },
  reference: {
    severity: "error",
    means: "A name that no entity of that kind has, neither declared nor unmanaged.",
    why: "Terraform would fail in the middle of an apply, or at its plan at best.",
  },
  cycle: {
    severity: "error",
    means: "References that lead in a circle.",
    why: "Nothing in the circle could be made first.",
  },
  unmanaged: {
    severity: "error",
    means: "An entity is declared in a file and named as unmanaged, or is one that every cloud has.",
    why: "It would be made or changed, and at the same time never be touched. A namespace such as `kube-system` is there already, and Kubernetes would refuse to make it.",
  },
  address: {
    severity: "error",
    means: "A Terraform name that two entities would share, or one that nothing has.",
    why: "Two resources of one address would be merged, and one of them lost.",
  },
  accept: {
    severity: "warning",
    means:
      "`metadata: accept` names a code that does not exist, cannot be accepted or is never told of such an entity, or gives no reason.",
    why: "It silences nothing, though its writer believes that it does.",
  },

  // environment.yaml.
  section: {
    severity: "error",
    means: "Entities of a provider that the environment has no section for.",
    why: "They would be made nowhere.",
  },
  state: {
    severity: "error",
    means: "Stacks that would share one Terraform state, or a state that would be lost.",
    why: "Each would destroy what the other has made.",
  },
  service: {
    severity: "error",
    means: "A quota of a service, or of a capability, that the environment does not have.",
    why: "The cloud would answer with an error, or the quota be dropped.",
  },
  rest: {
    severity: "warning",
    means: "Something is written that the OpenStack provider cannot carry and that is not sent by REST here.",
    why: "It has no effect in the cloud (terraform-provider-openstack issue 1702).",
  },
  adopt: {
    severity: "error",
    means:
      "`adopt` found several objects that an entity may be, none where one is only read, or one that the state has already.",
    why: "Importing the wrong object, or making a second one, cannot be taken back.",
  },

  // Projects and identity.
  parent: {
    severity: "error",
    means: "A project's parent is given twice, by its name and by its id.",
    why: "The two may differ, and only the name is checked.",
  },
  "parent-disabled": {
    severity: "error",
    means: "A disabled project with enabled ones below it.",
    why: "Keystone refuses to make it, and refuses to disable a project while one below it is enabled.",
  },
  dates: {
    severity: "error",
    means: "Dates that contradict each other.",
    why: "A project cannot be disabled after it is gone.",
  },
  "date-near": {
    severity: "warning",
    means: "A day on which a project is disabled or due for removal is near (`lifecycle: warn-days`).",
    why: "Somebody should tell the project's contacts, or move the day.",
  },
  "date-past": {
    severity: "warning",
    means: "A project's removal-date has passed.",
    why: "It is disabled now, and stays until `removals.yaml` names it.",
  },
  "enabled-beside-dates": {
    severity: "warning",
    means: "`enabled` is written beside dates.",
    why: "What is written wins: the dates have no effect on whether the project is enabled.",
  },
  "quota-effective": {
    severity: "warning",
    means:
      "Quotas of a project that do not fit each other, classes and what the cloud grants unasked counted in.",
    why: "Each server needs a port, each router three, each volume-backed server a volume: the larger quota can never be used up.",
  },
  "router-quota": {
    severity: "warning",
    means: "A project without a router quota, where the cloud's default is 0.",
    why: "Its users can make networks, but no router to reach them by. Umbrella projects and disabled ones need none.",
  },
  "clean-up-tags": {
    severity: "error",
    means: "Tags of the clean-up of children that are not complete, not in order, or written by automation.",
    why: "The job would stop or delete servers too early, or never; tags that automation writes come and go with each apply.",
  },
  "umbrella-tags": {
    severity: "error",
    means:
      "A tag that only umbrella projects carry, on a project that is none; or an opt-out of a project without a parent.",
    why: "Nothing reads it there. An umbrella is a project that another one names as its parent, or one called `group-projects` or `personal-projects`.",
  },
  "statistics-tag": {
    severity: "error",
    means: "A project without one of the environment's statistics tags.",
    why: "It would be missing from the site's statistics.",
  },
  tags: {
    severity: "error",
    means: "Tags that Keystone refuses.",
    why: "At most 80, each of 1 to 255 characters without `,` and `/` (API reference).",
  },
  "role-assignment": {
    severity: "error",
    means: "A role assignment without exactly one of user and group, and one of project and domain.",
    why: "Keystone knows no other form.",
  },
  mapping: {
    severity: "error",
    means: "A rule of an identity mapping that Keystone refuses or that can never hold.",
    why: "A mapping that is refused locks out the federated users of a site.",
  },
  "mapping-domain": {
    severity: "warning",
    means: "A project adds a rule to a mapping of users of another domain.",
    why: "Rules name projects without their domain, and names repeat between domains.",
  },
  "mapping-reference": {
    severity: "warning",
    means: "A mapping names a project, a group or a domain that nothing here declares, or a raw id.",
    why: "It may exist in the cloud alone; an id is another one on a rebuilt cloud.",
  },

  // Flavors and hosts.
  "flavor-name": {
    severity: "error",
    acceptable: true,
    means: "A regular flavor name that disagrees with the flavor's sizes or class.",
    why: "People choose flavors by their names.",
  },
  limits: {
    severity: "error",
    means: "A limit written twice: under `limits` and as an extra spec.",
    why: "One of the two would win in silence.",
  },
  "public-flavor": {
    severity: "error",
    means: "A public flavor in a project's ACL.",
    why: "Nova refuses access to a flavor that everybody may use.",
  },
  "private-flavor": {
    severity: "warning",
    means: "A private flavor that no project may use, or a class whose private flavors none may use.",
    why: "Nobody can start a server of it.",
  },
  "class-hosts": {
    severity: "warning",
    means:
      "A flavor class, or a flavor that asks for more than its class, that no aggregate with hosts answers.",
    why: "Nova finds no host for its flavors: `aggregate_instance_extra_specs:` is compared with the aggregates' metadata.",
  },
  "extra-spec": {
    severity: "error",
    acceptable: true,
    means:
      "An extra spec that Nova does not know within one of its own namespaces, or whose value it cannot read.",
    why: "Nova ignores a key that it does not know, and fails to start servers on a value that it cannot read (user guide, extra specs).",
  },
  zone: {
    severity: "error",
    means:
      "A host that would be in two availability zones, a zone among an aggregate's metadata, or a zone's name with a colon.",
    why: "Nova keeps a host in one zone, and reads `zone:host` as a zone and a host.",
  },

  // Networks.
  subnet: {
    severity: "error",
    means:
      "Addresses of a subnet that do not fit together, that no host can have, or that overlap with another subnet's.",
    why: "Neutron refuses them.",
  },
  router: {
    severity: "error",
    means:
      "A router's interfaces, gateway or routes that do not fit its networks, or take what another one has.",
    why: "Neutron refuses them, or the route leads nowhere.",
  },
  "floating-ip": {
    severity: "error",
    means:
      "A floating address outside its pool, of a network that is not external, or one that a gateway or router has.",
    why: "Neutron hands out addresses of the external network's subnets alone.",
  },
  "external-network": {
    severity: "error",
    means: "`access_as_external` of a network that is not external, or several that use one so.",
    why: "It could be no gateway, and gives no floating addresses. Where several use it so, its own file lost a line: told there, once.",
  },
  segment: {
    severity: "error",
    means:
      "A provider segment that its type does not allow, or whose VLAN or tunnel carries another network already.",
    why: "Neutron refuses it (ml2, type drivers).",
  },
  everybody: {
    severity: "warning",
    means: "`access_as_external` of a network that Neutron opens to every project anyway.",
    why: "An external network gets a policy for everybody when it is made: the ACL restricts nothing until that policy is removed (terraform-provider-openstack issue 810).",
  },

  // Volumes and images.
  "public-type": {
    severity: "error",
    means: "A public volume type with a list of projects.",
    why: "Cinder refuses access to a type that everybody may use.",
  },
  "qos-specs": {
    severity: "warning",
    means: "A volume QoS without specs.",
    why: "It limits nothing.",
  },
  image: {
    severity: "warning",
    means:
      "An image whose digest cannot be checked, or whose properties or formats disagree with each other.",
    why: "The job that uploads it would take what it finds.",
  },

  // Kubernetes and Helm.
  "secret-type": {
    severity: "error",
    means: "A secret without the keys that its type demands.",
    why: "Kubernetes refuses it.",
  },
  credentials: {
    severity: "error",
    means: "One half of a user name and password, or of a certificate and its key.",
    why: "Neither is of use without the other.",
  },
  "release-name": {
    severity: "error",
    means: "A Helm release name that is too long, refused, or another release's in the same namespace.",
    why: "Helm keeps it in labels of 53 characters at most, and one namespace has each name once.",
  },
  wait: {
    severity: "warning",
    means: "`wait_for_jobs: true` of a Helm release beside `wait: false`.",
    why: "Helm waits for jobs only where it waits at all (helm.sh, `--wait-for-jobs`), so the line has no effect.",
  },
  values: {
    severity: "error",
    means: "A path into Helm values that leads through something else than a map.",
    why: "One of the two values would be lost.",
  },
  "secret-shows": {
    severity: "warning",
    means: "A secret of a release at a path that the Helm provider cannot hide.",
    why: "Terraform shows the values of a release when it changes or destroys it, but for those that its provider cloaks by name.",
  },
  "yes-no": {
    severity: "warning",
    means: "`yes`, `no`, `on` or `off` without quotes in Helm values.",
    why: "YAML 1.2 reads a text, and the chart gets a text; YAML 1.1, and whoever copies from a chart's `values.yaml`, reads a truth value. Told once a file.",
  },
  chart: {
    severity: "error",
    means:
      "A chart that its repository cannot have, or a chart in a folder that is not there or of another version.",
    why: "Helm would not find it; where a folder's `Chart.yaml` says another version, Helm provider 3 refuses to plan.",
  },
} as const satisfies Readonly<Record<string, CodeAbout>>;

/** The sort of a problem. */
export type Code = keyof typeof table;

/** Every code, by name. */
export const CODES: Readonly<Record<Code, CodeAbout>> = table;

export function isCode(name: string): name is Code {
  return Object.hasOwn(table, name);
}

/** May `metadata: accept` silence problems of that code? */
export function isAcceptable(code: Code): boolean {
  return CODES[code].severity === "warning" || CODES[code].acceptable === true;
}
