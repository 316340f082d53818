import { atLeast, type Version } from "#platform/api/versions.ts";
import type { Attachment } from "../attachment/attachment.ts";
import { type Linking, links, stamp } from "../words.ts";
import { pool, type Volume, zone } from "./volume.ts";

/** A volume with what is shown of its neighbours, and how much the reader may see. */
export interface Seen {
  readonly volume: Volume;
  readonly typeName: string;
  readonly attachments: readonly Attachment[];
  readonly linking: Linking;
  readonly version: Version;
  readonly admin: boolean;
  readonly host: boolean;
  readonly tenant: boolean;
  readonly migration: boolean;
}

export function brief({ volume: { id, name }, linking }: Pick<Seen, "volume" | "linking">) {
  return { id, name, links: links(linking, `volumes/${id}`) };
}

/** As create and update answer. */
export function plain(it: Seen) {
  const { volume: v, typeName, version } = it;
  return {
    ...brief(it),
    status: v.status,
    size: v.gib,
    availability_zone: zone,
    created_at: stamp(v.createdAt),
    updated_at: stamp(v.updatedAt),
    description: v.description,
    volume_type: typeName,
    snapshot_id: v.snapshotId,
    source_volid: v.sourceVolumeId,
    metadata: shownMetadata(v),
    user_id: v.userId,
    bootable: String(v.bootable),
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: false,
    attachments: it.attachments.filter(({ status }) => held.includes(status)).map((one) => attachment(one, it.admin)),
    ...(it.admin && { migration_status: null }),
    ...since(version, "3.13", { group_id: null }),
    ...(it.admin && since(version, "3.21", { provider_id: null })),
    ...since(version, "3.48", { shared_targets: false, service_uuid: null }),
    ...(it.admin && since(version, "3.61", { cluster_name: null })),
    ...since(version, "3.63", { volume_type_id: v.typeId }),
    ...since(version, "3.65", { consumes_quota: true }),
  };
}

/** As show and the detailed list answer. */
export function detailed(it: Seen) {
  const { imageMetadata, projectId } = it.volume;
  return {
    ...plain(it),
    ...(it.tenant && { "os-vol-tenant-attr:tenant_id": projectId }),
    ...(it.host && { "os-vol-host-attr:host": pool }),
    ...(it.migration && { "os-vol-mig-status-attr:migstat": null, "os-vol-mig-status-attr:name_id": null }),
    ...(imageMetadata && { volume_image_metadata: imageMetadata }),
  };
}

const held = ["attached", "detaching"];

function shownMetadata({ metadata, readonly }: Volume) {
  return readonly === null ? metadata : { ...metadata, readonly: readonly ? "True" : "False" };
}

function attachment(it: Attachment, admin: boolean) {
  return {
    id: it.volumeId,
    attachment_id: it.id,
    volume_id: it.volumeId,
    server_id: it.serverId,
    host_name: admin ? it.host : null,
    device: it.device,
    attached_at: stamp(it.attachedAt),
  };
}

function since<T extends object>(version: Version, floor: Version, fields: T): T | undefined {
  return atLeast(version, floor) ? fields : undefined;
}
