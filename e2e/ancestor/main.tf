# A site as the published ancestor of this project wrote it by hand, with its addresses and its habits.
terraform {
  required_providers {
    openstack = {
      source  = "terraform-provider-openstack/openstack"
      version = "VERSION"
    }
  }
  backend "local" {
    path = "STATE"
  }
}

provider "openstack" {}

variable "openstack_identity_user_v3_old_robot_password" {
  type      = string
  sensitive = true
}

data "openstack_identity_role_v3" "reader" {
  name = "reader"
}

resource "openstack_identity_project_v3" "old_cz" {
  name        = "old_cz"
  description = "The old domain"
  enabled     = true
  is_domain   = true
}

resource "openstack_identity_project_v3" "old_cz_group_projects" {
  name      = "group-projects"
  domain_id = openstack_identity_project_v3.old_cz.id
  enabled   = true
  tags      = ["cloud"]
}

resource "openstack_identity_project_v3" "old_cz_meta_cloud" {
  name        = "meta-cloud"
  description = "Courses"
  domain_id   = openstack_identity_project_v3.old_cz.id
  parent_id   = openstack_identity_project_v3.old_cz_group_projects.id
  enabled     = true
  tags        = ["cloud", "egi"]
}

resource "openstack_compute_quotaset_v2" "old_cz_meta_cloud_compute_quota_1" {
  project_id           = openstack_identity_project_v3.old_cz_meta_cloud.id
  cores                = 100
  instances            = 50
  ram                  = 204800
  key_pairs            = 100
  server_groups        = 10
  server_group_members = 10
}

resource "openstack_blockstorage_quotaset_v3" "old_cz_meta_cloud_blockstorage_quota_1" {
  project_id           = openstack_identity_project_v3.old_cz_meta_cloud.id
  volumes              = 60
  snapshots            = 10
  gigabytes            = 2000
  per_volume_gigabytes = -1
  backups              = 10
  backup_gigabytes     = 1000
  groups               = 10
}

resource "openstack_networking_quota_v2" "old_cz_meta_cloud_networking_quota_1" {
  project_id          = openstack_identity_project_v3.old_cz_meta_cloud.id
  floatingip          = 20
  network             = 100
  port                = 500
  rbac_policy         = 10
  router              = 10
  security_group      = 10
  security_group_rule = 100
  subnet              = 100
  subnetpool          = -1
}

resource "openstack_compute_flavor_v2" "c9_4core_8ram" {
  name      = "c9.4core-8ram"
  vcpus     = 4
  ram       = 8 * 1024
  disk      = 80
  ephemeral = 0
  is_public = false
  extra_specs = {
    "hw_rng:allowed"             = "true"
    "quota:disk_total_iops_sec"  = "2000"
    "quota:vif_inbound_average"  = "2097152"
    "quota:disk_total_bytes_sec" = "2097152000"
  }
}

resource "openstack_compute_flavor_access_v2" "old_cz_meta_cloud_c9_4core_8ram" {
  flavor_id = openstack_compute_flavor_v2.c9_4core_8ram.id
  tenant_id = openstack_identity_project_v3.old_cz_meta_cloud.id
}

resource "openstack_compute_aggregate_v2" "old_crf_c9" {
  region   = "RegionOne"
  name     = "crf-c9"
  zone     = "nova"
  metadata = { flavor = "c9" }
  hosts    = ["old-cmp1", "old-cmp2"]
}

resource "openstack_networking_network_v2" "old_external_ipv4" {
  name           = "old-external-ipv4"
  description    = "The way out"
  admin_state_up = true
  shared         = false
  external       = true
  mtu            = 8950
  segments {
    physical_network = "provider"
    segmentation_id  = 3716
    network_type     = "vlan"
  }
}

resource "openstack_networking_subnet_v2" "old_external_ipv4_192_0_2_0" {
  name        = "old-external-ipv4-192-0-2-0"
  network_id  = openstack_networking_network_v2.old_external_ipv4.id
  cidr        = "192.0.2.0/24"
  ip_version  = 4
  gateway_ip  = "192.0.2.1"
  enable_dhcp = false
  allocation_pool {
    start = "192.0.2.10"
    end   = "192.0.2.250"
  }
}

resource "openstack_networking_network_v2" "old_internal_ipv4" {
  name           = "old-internal-ipv4"
  admin_state_up = true
  shared         = false
  external       = false
}

resource "openstack_networking_subnet_v2" "old_internal_ipv4_172_30_0_0" {
  name       = "old-internal-ipv4-172-30-0-0"
  network_id = openstack_networking_network_v2.old_internal_ipv4.id
  cidr       = "172.30.0.0/16"
  ip_version = 4
}

resource "openstack_networking_router_v2" "old_internal_router" {
  name                = "old-internal-router"
  admin_state_up      = true
  external_network_id = openstack_networking_network_v2.old_external_ipv4.id
  depends_on          = [openstack_networking_subnet_v2.old_external_ipv4_192_0_2_0]
}

resource "openstack_networking_router_interface_v2" "old_internal_router_i1" {
  router_id = openstack_networking_router_v2.old_internal_router.id
  subnet_id = openstack_networking_subnet_v2.old_internal_ipv4_172_30_0_0.id
}

resource "openstack_networking_rbac_policy_v2" "old_cz_meta_cloud_old_internal_ipv4_shr" {
  action        = "access_as_shared"
  object_id     = openstack_networking_network_v2.old_internal_ipv4.id
  object_type   = "network"
  target_tenant = openstack_identity_project_v3.old_cz_meta_cloud.id
}

resource "openstack_networking_floatingip_v2" "fip_192_0_2_12" {
  pool       = openstack_networking_network_v2.old_external_ipv4.name
  address    = "192.0.2.12"
  tenant_id  = openstack_identity_project_v3.old_cz_meta_cloud.id
  depends_on = [openstack_networking_subnet_v2.old_external_ipv4_192_0_2_0]
  lifecycle {
    ignore_changes = [description]
  }
}

resource "openstack_identity_user_v3" "old_robot" {
  name      = "old-robot"
  domain_id = openstack_identity_project_v3.old_cz.id
  password  = var.openstack_identity_user_v3_old_robot_password
}

resource "openstack_identity_inherit_role_assignment_v3" "old_accounting" {
  user_id   = openstack_identity_user_v3.old_robot.id
  domain_id = openstack_identity_project_v3.old_cz.id
  role_id   = data.openstack_identity_role_v3.reader.id
}
