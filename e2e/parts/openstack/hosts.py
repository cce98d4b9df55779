"""hosts.py NOVA_CONF HOST...

Registers compute hosts with Nova as nova-compute would: a service, a compute node and a host mapping in cell1, and a
resource provider with its inventories in Placement. Hosts that Nova knows already stay as they are.
"""

import sys
import uuid

from nova import config, context, objects, utils
from oslo_utils import timeutils

VCPUS, MEMORY_MB, DISK_GB = 64, 262144, 2000
PLACEMENT = {"OpenStack-API-Version": "placement 1.39"}


def register(admin, cell, host):
    node = str(uuid.uuid5(uuid.NAMESPACE_DNS, host))
    with context.target_cell(admin, cell) as inside:
        service = objects.Service(
            inside, host=host, binary="nova-compute", topic="compute", report_count=1, disabled=False
        )
        service.create()
        service.last_seen_up = timeutils.utcnow()
        service.save()
        objects.ComputeNode(
            inside,
            uuid=node,
            service_id=service.id,
            host=host,
            hypervisor_hostname=host,
            hypervisor_type="fake",
            hypervisor_version=1000,
            host_ip="127.0.0.1",
            cpu_info="{}",
            mapped=1,
            running_vms=0,
            vcpus=VCPUS,
            vcpus_used=0,
            memory_mb=MEMORY_MB,
            memory_mb_used=0,
            free_ram_mb=MEMORY_MB,
            local_gb=DISK_GB,
            local_gb_used=0,
            free_disk_gb=DISK_GB,
            disk_available_least=DISK_GB,
            cpu_allocation_ratio=16.0,
            ram_allocation_ratio=1.5,
            disk_allocation_ratio=1.0,
        ).create()
    objects.HostMapping(admin, host=host, cell_mapping=cell).create()
    return node


def inventory(total, ratio):
    return {
        "total": total,
        "reserved": 0,
        "min_unit": 1,
        "max_unit": total,
        "step_size": 1,
        "allocation_ratio": ratio,
    }


def provide(placement, node, host):
    made = placement.post(
        "/resource_providers", json={"uuid": node, "name": host}, headers=PLACEMENT, raise_exc=False
    )
    if made.status_code not in (200, 409):
        sys.exit(made.text)
    held = placement.put(
        "/resource_providers/%s/inventories" % node,
        json={
            "resource_provider_generation": 0,
            "inventories": {
                "VCPU": inventory(VCPUS, 16.0),
                "MEMORY_MB": inventory(MEMORY_MB, 1.5),
                "DISK_GB": inventory(DISK_GB, 1.0),
            },
        },
        headers=PLACEMENT,
        raise_exc=False,
    )
    if held.status_code != 200:
        sys.exit(held.text)


config.parse_args(["hosts", "--config-file", sys.argv[1]])
objects.register_all()
admin = context.get_admin_context()
cell = next(one for one in objects.CellMappingList.get_all(admin) if not one.is_cell0())
known = {one.host for one in objects.HostMappingList.get_by_cell_id(admin, cell.id)}
placement = utils.get_ksa_adapter("placement")
for host in sys.argv[2:]:
    if host not in known:
        provide(placement, register(admin, cell, host), host)
