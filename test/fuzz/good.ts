/** Bodies that are right, where a schema alone would rarely hit upon one; by the end of the place and the action's key. */
export const good: Readonly<Record<string, readonly object[]>> = {
  "POST /compute/v2.1/servers": [
    { server: { name: "f", flavorRef: "@id:flavors@", imageRef: "@id:images@", networks: "none" } },
    {
      server: {
        name: "f",
        flavorRef: "@id:flavors@",
        imageRef: "@id:images@",
        networks: [{ uuid: "@id:networks@", fixed_ip: "10.1.0.200" }],
        metadata: { a: "b" },
        config_drive: true,
        user_data: "IyEvYmluL3NoCg==",
        key_name: "k",
        security_groups: [{ name: "default" }],
        min_count: 1,
        max_count: 2,
      },
    },
    {
      server: {
        name: "f",
        flavorRef: "@id:flavors@",
        networks: [{ port: "@id:ports@" }],
        block_device_mapping_v2: [
          {
            boot_index: 0,
            uuid: "@id:images@",
            source_type: "image",
            destination_type: "volume",
            volume_size: 1,
            delete_on_termination: true,
          },
        ],
      },
      "os:scheduler_hints": { group: "@id:os-server-groups@" },
    },
  ],
  "PUT /compute/v2.1/servers/:id": [{ server: { name: "g", description: "d" } }],
  "POST /compute/v2.1/servers/:id/os-volume_attachments": [
    { volumeAttachment: { volumeId: "@id:volumes@", device: "/dev/vdc" } },
  ],
  "POST /compute/v2.1/servers/:id/os-interface": [
    { interfaceAttachment: { net_id: "@id:networks@", fixed_ips: [{ ip_address: "10.1.0.44" }] } },
  ],
  "POST /compute/v2.1/servers/:id/metadata": [{ metadata: { a: "b" } }],
  "POST /compute/v2.1/servers/:id/action reboot": [{ reboot: { type: "HARD" } }],
  "POST /compute/v2.1/servers/:id/action os-getConsoleOutput": [{ "os-getConsoleOutput": { length: 5 } }],
  "POST /compute/v2.1/flavors": [
    {
      flavor: {
        name: "f1",
        ram: 64,
        vcpus: 1,
        disk: 1,
        id: "f1",
        rxtx_factor: 1,
        swap: 0,
        "OS-FLV-EXT-DATA:ephemeral": 0,
      },
    },
  ],
  "POST /compute/v2.1/os-keypairs": [{ keypair: { name: "fz" } }],
  "POST /compute/v2.1/os-aggregates": [{ aggregate: { name: "agg", availability_zone: "az1" } }],
  "POST /compute/v2.1/os-server-groups": [
    { server_group: { name: "g", policies: ["affinity"] } },
    { server_group: { name: "g", policy: "anti-affinity", rules: { max_server_per_host: 1 } } },
  ],
  "PUT /compute/v2.1/os-quota-sets/:id": [{ quota_set: { instances: 10, cores: -1, force: true } }],
  "POST /volume/v3/volumes": [
    { volume: { size: 1, name: "v", description: "d", metadata: { a: "b" }, availability_zone: "nova" } },
    { volume: { size: 1, snapshot_id: "@id:snapshots@" } },
    { volume: { size: 1, source_volid: "@id:volumes@" } },
    { volume: { size: 1, imageRef: "@id:images@" } },
  ],
  "POST /volume/v3/snapshots": [
    { snapshot: { volume_id: "@id:volumes@", name: "s", force: true, metadata: { a: "b" } } },
  ],
  "POST /volume/v3/attachments": [
    {
      attachment: {
        volume_uuid: "@id:volumes@",
        instance_uuid: "@id:servers@",
        connector: { initiator: "iqn", host: "host-1" },
      },
    },
  ],
  "POST /volume/v3/types": [
    { volume_type: { name: "t", extra_specs: { a: "b" }, "os-volume-type-access:is_public": false } },
  ],
  "POST /volume/v3/os-volume-transfer": [{ transfer: { volume_id: "@id:volumes@", name: "t" } }],
  "PUT /volume/v3/os-quota-sets/:project": [{ quota_set: { volumes: 10, gigabytes: 99 } }],
  "POST /volume/v3/volumes/:id/action os-extend": [{ "os-extend": { new_size: 2 } }],
  "POST /network/v2.0/networks": [
    {
      network: {
        name: "n",
        admin_state_up: true,
        mtu: 1400,
        dns_domain: "a.",
        "provider:network_type": "vlan",
        "provider:physical_network": "public",
        "provider:segmentation_id": 7,
      },
    },
    { networks: [{ name: "a" }, { name: "b", shared: true }] },
  ],
  "POST /network/v2.0/subnets": [
    {
      subnet: {
        network_id: "@id:networks@",
        ip_version: 4,
        cidr: "10.31.0.0/24",
        gateway_ip: "10.31.0.1",
        allocation_pools: [{ start: "10.31.0.5", end: "10.31.0.9" }],
        dns_nameservers: ["1.1.1.1"],
        host_routes: [{ destination: "10.8.0.0/24", nexthop: "10.31.0.2" }],
      },
    },
    {
      subnet: {
        network_id: "@id:networks@",
        ip_version: 6,
        cidr: "fd00:1::/64",
        ipv6_address_mode: "slaac",
        ipv6_ra_mode: "slaac",
      },
    },
  ],
  "POST /network/v2.0/ports": [
    {
      port: {
        network_id: "@id:networks@",
        name: "p",
        fixed_ips: [{ subnet_id: "@id:subnets@" }],
        allowed_address_pairs: [{ ip_address: "10.1.0.0/24" }],
        extra_dhcp_opts: [{ opt_name: "bootfile-name", opt_value: "x" }],
        security_groups: ["@id:security-groups@"],
        "binding:host_id": "host-1",
        "binding:profile": {},
        mac_address: "fa:16:3e:00:11:22",
      },
    },
  ],
  "PUT /network/v2.0/ports/:id": [
    { port: { name: "p", fixed_ips: [{ ip_address: "10.1.0.91" }], admin_state_up: false } },
  ],
  "POST /network/v2.0/routers": [
    {
      router: {
        name: "r",
        external_gateway_info: {
          network_id: "@id:networks@",
          enable_snat: true,
          external_fixed_ips: [{ ip_address: "203.0.113.99" }],
        },
        routes: [],
      },
    },
  ],
  "PUT /network/v2.0/routers/:id": [{ router: { routes: [{ destination: "10.8.0.0/24", nexthop: "10.1.0.9" }] } }],
  "PUT /network/v2.0/routers/:id/add_extraroutes": [
    { router: { routes: [{ destination: "10.8.0.0/24", nexthop: "10.1.0.9" }] } },
  ],
  "POST /network/v2.0/floatingips": [
    {
      floatingip: {
        floating_network_id: "@id:networks@",
        port_id: "@id:ports@",
        fixed_ip_address: "10.1.0.5",
        floating_ip_address: "203.0.113.50",
      },
    },
  ],
  "POST /network/v2.0/security-groups": [{ security_group: { name: "g", description: "d", stateful: true } }],
  "POST /network/v2.0/security-group-rules": [
    {
      security_group_rule: {
        security_group_id: "@id:security-groups@",
        direction: "ingress",
        ethertype: "IPv4",
        protocol: "tcp",
        port_range_min: 80,
        port_range_max: 90,
        remote_ip_prefix: "10.0.0.0/8",
      },
    },
  ],
  "PUT /network/v2.0/networks/:id/tags": [{ tags: ["a", "b"] }],
  "POST /image/v2/images": [
    {
      name: "i",
      disk_format: "raw",
      container_format: "bare",
      min_disk: 1,
      min_ram: 1,
      tags: ["a"],
      os_type: "linux",
      visibility: "private",
    },
  ],
  "PATCH /image/v2/images/:image_id": [
    [{ op: "replace", path: "/name", value: "x" }],
    [
      { op: "add", path: "/foo", value: "bar" },
      { op: "remove", path: "/foo" },
    ],
    [{ op: "replace", path: "/tags", value: ["a"] }],
  ],
  "POST /image/v2/images/:image_id/import": [
    { method: { name: "glance-direct" } },
    { method: { name: "web-download", uri: "http://127.0.0.1:1/x" } },
  ],
  "POST /image/v2/images/:image_id/members": [{ member: "@id:projects@" }],
  "PUT /placement/allocations/:consumer_uuid": [
    {
      allocations: { "@id:providers@": { resources: { VCPU: 1 } } },
      project_id: "p",
      user_id: "u",
      consumer_generation: null,
      consumer_type: "INSTANCE",
      mappings: {},
    },
    {
      allocations: [{ resource_provider: { uuid: "@id:providers@" }, resources: { VCPU: 1 } }],
      project_id: "p",
      user_id: "u",
    },
  ],
  "POST /placement/resource_providers": [
    { name: "rp", uuid: "0f0e0d0c-0b0a-4908-8706-0504030201ff", parent_provider_uuid: "@id:providers@" },
  ],
  "PUT /placement/resource_providers/:uuid/inventories": [
    {
      resource_provider_generation: 0,
      inventories: { VCPU: { total: 4, allocation_ratio: 1.5, max_unit: 4, reserved: 0, step_size: 1, min_unit: 1 } },
    },
  ],
  "PUT /placement/resource_providers/:uuid/traits": [{ resource_provider_generation: 0, traits: ["HW_CPU_X86_AVX"] }],
  "PUT /placement/resource_providers/:uuid/aggregates": [
    { resource_provider_generation: 0, aggregates: ["0f0e0d0c-0b0a-4908-8706-0504030201ff"] },
    ["0f0e0d0c-0b0a-4908-8706-0504030201ff"] as unknown as object,
  ],
  "POST /placement/resource_classes": [{ name: "CUSTOM_FUZZ" }],
  "POST /identity/v3/auth/tokens": [
    {
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { name: "admin", domain: { id: "default" }, password: "@secret@" } },
        },
        scope: { project: { name: "admin", domain: { id: "default" } } },
      },
    },
    { auth: { identity: { methods: ["token"], token: { id: "@token@" } }, scope: { system: { all: true } } } },
    {
      auth: {
        identity: { methods: ["password"], password: { user: { id: "@id:users@", password: "@secret@" } } },
        scope: "unscoped",
      },
    },
  ],
  "POST /identity/v3/users": [
    {
      user: {
        name: "u1",
        password: "@secret@",
        email: "a@b",
        enabled: true,
        default_project_id: "@id:projects@",
        options: { ignore_password_expiry: true },
      },
    },
  ],
  "POST /identity/v3/users/:id/password": [{ user: { password: "x", original_password: "@secret@" } }],
  "POST /identity/v3/projects": [{ project: { name: "p1", parent_id: "@id:projects@", tags: ["a"], extra: 1 } }],
  "POST /identity/v3/domains": [{ domain: { name: "d1", enabled: true } }],
  "POST /identity/v3/roles": [{ role: { name: "r1", domain_id: "@id:domains@" } }],
  "POST /identity/v3/groups": [{ group: { name: "g1", description: "d" } }],
  "POST /identity/v3/services": [{ service: { type: "dns", name: "d" } }],
  "POST /identity/v3/endpoints": [
    {
      endpoint: {
        service_id: "@id:services@",
        interface: "public",
        url: "http://a/%(tenant_id)s",
        region_id: "@id:regions@",
      },
    },
  ],
  "POST /identity/v3/regions": [{ region: { id: "fz", parent_region_id: "@id:regions@" } }],
};
