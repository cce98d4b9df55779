// What each OpenStack service is told: oslo.config sections as objects. Why a line is there stands beside it.
import { join } from "node:path";

/** The services, in the order in which they start, with their WSGI file and a path that answers when they are up. */
export const SERVICES = {
  keystone: { wsgi: () => "/usr/bin/keystone-wsgi-public", path: "/v3" },
  placement: { wsgi: () => "/usr/bin/placement-api", path: "/" },
  nova: { wsgi: from("nova-common/usr/bin/nova-api-wsgi"), path: "/v2.1/" },
  neutron: { wsgi: from("neutron-common/usr/bin/neutron-api"), path: "/" },
  cinder: { wsgi: from("cinder-common/usr/bin/cinder-wsgi"), path: "/v3/", conf: "cinder.conf" },
  glance: { wsgi: from("glance-common/usr/bin/glance-wsgi-api"), path: "/versions" },
  octavia: { wsgi: () => "/usr/bin/octavia-wsgi", path: "/", conf: "octavia.conf" },
  barbican: { wsgi: ({ etc }) => join(etc, "barbican/wsgi.py"), path: "/" },
};

/** Databases that have not the name of their service. */
export const DATABASES = [...Object.keys(SERVICES), "nova_api", "nova_cell0"];

function from(path) {
  return ({ unpacked }) => join(unpacked, path);
}

const url = (setting, service, path = "") => `http://127.0.0.1:${setting.port[service]}${path}`;

/** The public address of a service. */
export const address = url;

/** How a service reaches its database: by the unix socket, no grants. */
export function database(setting, name) {
  return `mysql+pymysql://root@localhost/${name}?unix_socket=${setting.socket}&charset=utf8`;
}

/** Every file below `etc`, by its path there. */
export function configuration(setting) {
  const { etc, unpacked, tmp, folder, run } = setting;
  const files = {
    // Big graphs of objects: the collector's own thresholds cost a twelfth of Neutron's time.
    "py/sitecustomize.py": "import gc\n\ngc.set_threshold(100000, 20, 100)\n",
    "mariadb/my.cnf": ini({
      mariadbd: {
        user: process.getuid() === 0 ? "root" : String(process.getuid()),
        datadir: join(folder, "mariadb"),
        socket: setting.socket,
        "pid-file": join(run, "mariadb.server.pid"),
        tmpdir: tmp,
        "skip-networking": 1,
        "skip-grant-tables": 1,
        "skip-log-bin": 1,
        "plugin-load-add": "",
        // OpenStack's longest indexes do not fit four bytes a character.
        "character-set-server": "utf8mb3",
        "collation-server": "utf8mb3_general_ci",
        max_connections: 400,
        performance_schema: 0,
        table_open_cache: 2000,
        // Nothing here outlives a crash of the machine, so nothing waits for the disk.
        innodb_flush_method: "nosync",
        innodb_flush_log_at_trx_commit: 0,
        innodb_doublewrite: 0,
        innodb_file_per_table: 0,
        innodb_buffer_pool_size: "256M",
        innodb_log_file_size: "64M",
        innodb_stats_persistent: 0,
        innodb_fast_shutdown: 1,
      },
    }),
    "keystone/keystone.conf": ini(keystone(setting)),
    "placement/placement.conf": ini(placement(setting)),
    "nova/nova.conf": ini(nova(setting)),
    "neutron/neutron.conf": ini(neutron(setting)),
    "cinder/cinder.conf": ini(cinder(setting)),
    "glance/glance-api.conf": ini(glance(setting)),
    "octavia/octavia.conf": ini(octavia(setting)),
    "barbican/barbican.conf": ini(barbican(setting)),
    // Barbican's own file loads its paste settings from /etc.
    "barbican/wsgi.py": `from paste import deploy

application = deploy.loadapp("config:${unpacked}/barbican-common/usr/share/barbican-common/barbican-api-paste.ini")
`,
  };
  for (const [service, about] of Object.entries(SERVICES)) {
    files[`${service}/uwsgi.ini`] = ini({ uwsgi: uwsgi(setting, service, about) });
  }
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [join(etc, path), text]));
}

/** What every OpenStack process finds its settings by. */
export function environment({ etc }) {
  return {
    PYTHONPATH: join(etc, "py"),
    PYTHONWARNINGS: "ignore",
    OS_KEYSTONE_CONFIG_DIR: join(etc, "keystone"),
    OS_PLACEMENT_CONFIG_DIR: join(etc, "placement"),
    OS_NOVA_CONFIG_DIR: join(etc, "nova"),
    OS_NEUTRON_CONFIG_DIR: join(etc, "neutron"),
    OS_NEUTRON_CONFIG_FILES: "neutron.conf",
    OS_GLANCE_CONFIG_DIR: join(etc, "glance"),
  };
}

function uwsgi(setting, service, { wsgi, conf }) {
  const own =
    service === "glance"
      ? // Uploads come in chunks, and import tasks run on threads.
        {
          threads: 4,
          "http-auto-chunked": true,
          "http-chunked-input": true,
          "http-raw-body": true,
          "wsgi-manage-chunked-input": true,
        }
      : // A 401 may come before the body was read: without this the connection is reset.
        { threads: 1, "post-buffering": 65536 };
  return {
    plugins: "python3",
    "http-socket": `127.0.0.1:${setting.port[service]}`,
    "procname-prefix-spaced": `cloud-${service}`,
    master: true,
    processes: setting.workers,
    "enable-threads": true,
    "thunder-lock": true,
    "need-app": true,
    "die-on-term": true,
    "no-orphans": true,
    "exit-on-reload": true,
    "worker-reload-mercy": 3,
    "buffer-size": 65535,
    listen: 128,
    // The socket closes after each answer, and a client must be told, or its next POST meets a dead connection.
    "add-header": "Connection: close",
    chdir: setting.tmp,
    "wsgi-file": wsgi(setting),
    "log-format": '%(addr) "%(method) %(uri)" %(status) %(size)b %(msecs)ms',
    ...own,
    ...(conf ? { pyargv: `--config-file ${join(setting.etc, service, conf)}` } : {}),
  };
}

// ---------------------------------------------------------------- blocks that recur

function common({ folder, tmp }, service) {
  return {
    DEFAULT: {
      debug: false,
      use_stderr: true,
      log_file: "",
      state_path: join(folder, "var", service),
      // Casts to agents that are not there vanish; the rare call ends soon.
      transport_url: "fake://",
      rpc_response_timeout: 5,
      host: "loopback",
    },
    oslo_concurrency: { lock_path: join(tmp, `lock-${service}`) },
    oslo_messaging_notifications: { driver: "noop" },
    oslo_middleware: { enable_proxy_headers_parsing: false },
  };
}

function connection(setting, name) {
  return {
    connection: database(setting, name),
    max_pool_size: 5,
    max_overflow: 10,
    connection_recycle_time: 3600,
  };
}

function login({ password, region }) {
  return {
    auth_type: "password",
    username: "service",
    password,
    project_name: "service",
    user_domain_id: "default",
    project_domain_id: "default",
    region_name: region,
  };
}

function client(setting, service, path = "") {
  const auth_url = url(setting, "keystone", "/v3");
  return { ...login(setting), auth_url, endpoint_override: url(setting, service, path) };
}

function tokens(setting, type) {
  const auth_url = url(setting, "keystone", "/v3");
  return {
    keystone_authtoken: {
      www_authenticate_uri: auth_url,
      auth_url,
      ...login(setting),
      // A service asks Keystone about a token once.
      memcached_servers: `127.0.0.1:${setting.port.memcached}`,
      memcache_use_advanced_pool: true,
      service_token_roles_required: true,
      service_type: type,
      interface: "public",
    },
  };
}

/** Sections over sections: the keys of a section that both have are joined. */
function over(base, more) {
  const joined = { ...base };
  for (const [section, keys] of Object.entries(more)) joined[section] = { ...base[section], ...keys };
  return joined;
}

// ---------------------------------------------------------------- services

function keystone(setting) {
  const keys = join(setting.etc, "keystone", "fernet-keys");
  return {
    DEFAULT: { use_stderr: true, max_token_size: 255 },
    database: { connection: database(setting, "keystone"), max_pool_size: 5 },
    token: { provider: "fernet", expiration: 86400 },
    fernet_tokens: { key_repository: keys },
    fernet_receipts: { key_repository: keys },
    credential: { key_repository: join(setting.etc, "keystone", "credential-keys") },
    identity: { password_hash_rounds: 4 },
    // Without a cache that its processes share, each request takes 270 ms instead of 6.
    cache: {
      enabled: true,
      backend: "oslo_cache.memcache_pool",
      memcache_servers: `127.0.0.1:${setting.port.memcached}`,
    },
    auth: { methods: "password,token,application_credential,mapped" },
    federation: { trusted_dashboard: "http://127.0.0.1/auth/websso/" },
    oslo_messaging_notifications: { driver: "noop" },
  };
}

function placement(setting) {
  return {
    ...common(setting, "placement"),
    placement_database: connection(setting, "placement"),
    ...tokens(setting, "placement"),
    api: { auth_strategy: "keystone" },
  };
}

function nova(setting) {
  return {
    ...over(common(setting, "nova"), {
      DEFAULT: {
        compute_driver: "fake.FakeDriver",
        my_ip: "127.0.0.1",
        enabled_apis: "osapi_compute",
        // Hosts are registered, not run: they must never look dead.
        service_down_time: 315_360_000,
        use_neutron: true,
      },
    }),
    database: connection(setting, "nova"),
    api_database: connection(setting, "nova_api"),
    ...tokens(setting, "compute"),
    api: { auth_strategy: "keystone" },
    // Saves a version discovery for each quota and flavor access.
    keystone: { endpoint_override: url(setting, "keystone", "/v3") },
    placement: client(setting, "placement"),
    neutron: client(setting, "neutron"),
    glance: { endpoint_override: url(setting, "glance") },
    cinder: { ...login(setting), auth_url: url(setting, "keystone", "/v3") },
    vnc: { enabled: false },
    wsgi: { api_paste_config: join(setting.unpacked, "nova-common/usr/share/nova-common/api-paste.ini") },
  };
}

function neutron(setting) {
  return {
    ...over(common(setting, "neutron"), {
      DEFAULT: {
        core_plugin: "ml2",
        service_plugins: "router,qos,trunk,port_forwarding",
        auth_strategy: "keystone",
        api_paste_config: join(setting.unpacked, "neutron-common/usr/share/neutron-common/api-paste.ini"),
        notify_nova_on_port_status_changes: false,
        notify_nova_on_port_data_changes: false,
        dhcp_agent_notification: false,
        network_auto_schedule: false,
        router_auto_schedule: false,
        allow_automatic_l3agent_failover: false,
        global_physnet_mtu: 9000,
        dns_domain: "cloud.test.",
      },
    }),
    database: connection(setting, "neutron"),
    ...tokens(setting, "network"),
    // No agent is there: ports stay DOWN, networks and routers are ACTIVE.
    ml2: {
      type_drivers: "local,flat,vlan,gre,vxlan,geneve",
      tenant_network_types: "vxlan",
      mechanism_drivers: "openvswitch",
      extension_drivers: "port_security,qos,dns",
    },
    ml2_type_flat: { flat_networks: "*" },
    // Without ranges any id that an administrator gives is taken, and no thousands of rows are written.
    ml2_type_vlan: { network_vlan_ranges: "physnet1,physnet2,external,provider" },
    ml2_type_gre: { tunnel_id_ranges: "1:2" },
    ml2_type_geneve: { vni_ranges: "1:2" },
    ml2_type_vxlan: { vni_ranges: "10001:16000" },
    securitygroup: { enable_security_group: true },
    // The plugin for segments, always loaded, asks both when a segment goes.
    placement: client(setting, "placement"),
    nova: client(setting, "nova", "/v2.1"),
    agent: { root_helper: false },
  };
}

function cinder(setting) {
  return {
    ...over(common(setting, "cinder"), {
      DEFAULT: {
        auth_strategy: "keystone",
        api_paste_config: join(setting.unpacked, "cinder-common/usr/share/cinder-common/api-paste.ini"),
        resource_query_filters_file: join(setting.unpacked, "cinder-common/etc/cinder/resource_filters.json"),
        my_ip: "127.0.0.1",
        enabled_backends: "",
        osapi_volume_listen: "127.0.0.1",
      },
    }),
    database: connection(setting, "cinder"),
    ...tokens(setting, "volumev3"),
  };
}

function glance(setting) {
  const folder = join(setting.folder, "var", "glance");
  const sections = over(common(setting, "glance"), {
    DEFAULT: {
      enabled_backends: "file:file",
      enabled_import_methods: "[glance-direct,web-download,copy-image]",
      worker_self_reference_url: url(setting, "glance"),
      node_staging_uri: `file://${folder}/staging`,
      image_cache_dir: join(folder, "cache"),
      show_multiple_locations: false,
      bind_host: "127.0.0.1",
    },
  });
  delete sections.DEFAULT.host;
  return {
    ...sections,
    database: connection(setting, "glance"),
    ...tokens(setting, "image"),
    paste_deploy: {
      flavor: "keystone",
      config_file: join(setting.unpacked, "glance-common/usr/share/glance-common/glance-api-paste.ini"),
    },
    glance_store: { default_backend: "file" },
    file: { filesystem_store_datadir: join(folder, "images") },
    os_glance_staging_store: { filesystem_store_datadir: join(folder, "staging") },
    os_glance_tasks_store: { filesystem_store_datadir: join(folder, "tasks") },
    // Lists in brackets, or Glance refuses every address; loopback only where it is named.
    import_filtering_opts: {
      allowed_schemes: "[http,https]",
      disallowed_schemes: "[]",
      allowed_hosts: "[127.0.0.1,localhost]",
      disallowed_hosts: "[]",
      allowed_ports: "[]",
      disallowed_ports: "[]",
    },
  };
}

function octavia(setting) {
  return {
    ...over(common(setting, "octavia"), { DEFAULT: {} }),
    database: connection(setting, "octavia"),
    ...tokens(setting, "load-balancer"),
    api_settings: {
      auth_strategy: "keystone",
      enabled_provider_drivers: "noop_driver: The no-op driver",
      default_provider_driver: "noop_driver",
    },
    oslo_messaging: { topic: "octavia" },
    certificates: { cert_manager: "local_cert_manager" },
    driver_agent: {
      status_socket_path: join(setting.run, "octavia-status.sock"),
      stats_socket_path: join(setting.run, "octavia-stats.sock"),
      get_socket_path: join(setting.run, "octavia-get.sock"),
    },
    service_auth: { ...login(setting), auth_url: url(setting, "keystone", "/v3") },
  };
}

function barbican(setting) {
  return {
    ...over(common(setting, "barbican"), {
      DEFAULT: {
        sql_connection: database(setting, "barbican"),
        host_href: url(setting, "barbican"),
        db_auto_create: false,
        sql_pool_size: 5,
      },
    }),
    ...tokens(setting, "key-manager"),
    secretstore: { namespace: "barbican.secretstore.plugin", enabled_secretstore_plugins: "store_crypto" },
    crypto: { namespace: "barbican.crypto.plugin", enabled_crypto_plugins: "simple_crypto" },
    // A public test value: this cloud keeps no secret.
    simple_crypto_plugin: { kek: "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=" },
  };
}

function ini(sections) {
  return Object.entries(sections)
    .map(([section, keys]) => {
      const lines = Object.entries(keys).map(([key, value]) => `${key} = ${value}`.trimEnd());
      return [`[${section}]`, ...lines, ""].join("\n");
    })
    .join("\n");
}
