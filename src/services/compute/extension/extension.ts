/** A part of the API that once was optional; old clients ask whether it is there. */
export interface Extension {
  readonly alias: string;
  readonly name: string;
  readonly description: string;
}

/** The parts that this cloud has. */
export const extensions: readonly Extension[] = (
  [
    ["OS-DCF", "DiskConfig", "Disk Management Extension."],
    ["OS-EXT-AZ", "ExtendedAvailabilityZone", "Extended Availability Zone support."],
    ["OS-EXT-IPS", "ExtendedIps", "Adds type parameter to the ip list."],
    ["OS-EXT-IPS-MAC", "ExtendedIpsMac", "Adds mac address parameter to the ip list."],
    ["OS-EXT-SRV-ATTR", "ExtendedServerAttributes", "Extended Server Attributes support."],
    ["OS-EXT-STS", "ExtendedStatus", "Extended Status support."],
    ["OS-FLV-DISABLED", "FlavorDisabled", "Support to show the disabled status of a flavor."],
    ["OS-FLV-EXT-DATA", "FlavorExtraData", "Provide additional data for flavors."],
    ["OS-SCH-HNT", "SchedulerHints", "Pass arbitrary key/value pairs to the scheduler."],
    ["OS-SRV-USG", "ServerUsage", "Adds launched_at and terminated_at on Servers."],
    ["os-admin-actions", "AdminActions", "Enable admin-only server actions."],
    ["os-aggregates", "Aggregates", "Admin-only aggregate administration."],
    ["os-attach-interfaces", "AttachInterfaces", "Attach interface support."],
    ["os-availability-zone", "AvailabilityZone", "Availability zones, and servers in them."],
    ["os-block-device-mapping-v2-boot", "BlockDeviceMappingV2Boot", "Allow boot with the new BDM data format."],
    ["os-config-drive", "ConfigDrive", "Config Drive Extension."],
    ["os-console-output", "ConsoleOutput", "Console log output support, with tailing ability."],
    ["os-extended-volumes", "ExtendedVolumes", "Extended Volumes support."],
    ["os-flavor-access", "FlavorAccess", "Flavor access support."],
    ["os-flavor-extra-specs", "FlavorExtraSpecs", "Flavors extra specs support."],
    ["os-flavor-manage", "FlavorManage", "Flavor create/delete API support."],
    ["os-flavor-rxtx", "FlavorRxtx", "Support to show the rxtx status of a flavor."],
    ["os-flavor-swap", "FlavorSwap", "Support to show the swap status of a flavor."],
    ["os-hypervisors", "Hypervisors", "Admin-only hypervisor administration."],
    ["os-instance-actions", "InstanceActions", "View a log of actions and events taken on an instance."],
    ["os-keypairs", "Keypairs", "Keypair Support."],
    ["os-lock-server", "LockServer", "Enable lock/unlock server actions."],
    ["os-quota-class-sets", "QuotaClasses", "Quota classes management support."],
    ["os-quota-sets", "Quotas", "Quotas management support."],
    ["os-security-groups", "SecurityGroups", "Security groups of servers."],
    ["os-server-groups", "ServerGroups", "Server group support."],
    ["os-server-password", "ServerPassword", "Server password support."],
    ["os-services", "Services", "Services support."],
    ["os-used-limits", "UsedLimits", "Provide data on limited resource being used."],
    ["os-user-data", "UserData", "Add user_data to the Create Server API."],
    ["os-volumes", "Volumes", "Volumes of servers."],
  ] as const
).map(([alias, name, description]) => ({ alias, name, description }));
