const extension = (name: string, alias: string, description: string, updated = "2011-08-24T00:00:00+00:00") => ({
  name,
  alias,
  description,
  updated,
  links: [],
});

/** The parts of the API that were extensions once, as far as they are here. */
export const extensions = [
  extension("AvailabilityZones", "os-availability-zone", "Describe Availability Zones."),
  extension("ExtendedSnapshotAttributes", "os-extended-snapshot-attributes", "Extended SnapshotAttributes support."),
  extension("QuotaClasses", "os-quota-class-sets", "Quota classes management support."),
  extension("Quotas", "os-quota-sets", "Quota management support."),
  extension("SchedulerStats", "scheduler-stats", "Scheduler stats support."),
  extension("Services", "os-services", "Services support."),
  extension("SnapshotActions", "os-snapshot-actions", "Enable snapshot manager actions."),
  extension("TypesExtraSpecs", "os-types-extra-specs", "Type extra specs support."),
  extension("TypesManage", "os-types-manage", "Types manage support."),
  extension("UsedLimits", "os-used-limits", "Provide data on limited resources that are being used."),
  extension("VolumeActions", "os-volume-actions", "Enable volume actions."),
  extension("VolumeHostAttribute", "os-vol-host-attr", "Expose host as an attribute of a volume."),
  extension("VolumeImageMetadata", "os-vol-image-meta", "Show image metadata associated with the volume."),
  extension(
    "VolumeMigStatusAttribute",
    "os-vol-mig-status-attr",
    "Expose migration_status as an attribute of a volume.",
  ),
  extension(
    "VolumeTenantAttribute",
    "os-vol-tenant-attr",
    "Expose the internal project_id as an attribute of a volume.",
  ),
  extension("VolumeTypeAccess", "os-volume-type-access", "Volume type access support."),
];
