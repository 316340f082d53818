import { hash } from "node:crypto";
import { atLeast, type Version } from "#platform/api/versions.ts";
import type { ServerAddress } from "#services/network/index.ts";
import { links } from "../words.ts";
import type { ShownVolume } from "./disk.ts";
import { powerNumber, type Server, status } from "./server.ts";

/** What is known about a server beside its row. */
export interface Around {
  readonly addresses: readonly ServerAddress[];
  readonly securityGroups: readonly { readonly name: string }[];
  readonly volumes: readonly ShownVolume[];
  /** "UP", "DOWN", "MAINTENANCE", "UNKNOWN"; "" without a host. */
  readonly hostStatus: string;
}
/** Who looks, and how. */
export interface Look {
  readonly version: Version;
  readonly url: string;
  readonly mayAttributes: boolean;
  readonly mayHostStatus: boolean;
  readonly maySpecs: boolean;
  readonly admin: boolean;
}

/** A line of the short list. */
export function brief({ url }: { url: string }, it: Pick<Server, "id" | "name">) {
  return { id: it.id, name: it.name, links: links(url, `servers/${it.id}`) };
}

/** A server with everything, as GET shows it. */
export function full(look: Look, it: Server, around: Around) {
  return { ...own(look, it), ...near(look, around) };
}

const written = new WeakMap<Server, { readonly look: string; readonly json: string }>();

/** The same as JSON: what the row alone says is written once for as long as the row is kept. */
export function fullJson(look: Look, it: Server, around: Around): string {
  const { version, url, mayAttributes, maySpecs, admin } = look;
  const key = [version, url, mayAttributes, maySpecs, admin].join(" ");
  const known = written.get(it);
  const json = known?.look === key ? known.json : JSON.stringify(own(look, it));
  if (json !== known?.json) written.set(it, { look: key, json });
  return `${json.slice(0, -1)},${JSON.stringify(near(look, around)).slice(1)}`;
}

/** What its own row says. */
function own(look: Look, it: Server) {
  return { ...bare(look, it), ...extended(look, it), ...attributes(look, it) };
}

/** What is said by its neighbours. */
function near({ version, mayHostStatus }: Look, { addresses, volumes, securityGroups, hostStatus }: Around) {
  return {
    addresses: byNetwork(addresses),
    "os-extended-volumes:volumes_attached": volumes.flatMap((it) => volume(it, version)),
    ...(securityGroups.length > 0 && { security_groups: securityGroups.map(({ name }) => ({ name })) }),
    ...(atLeast(version, "2.16") && mayHostStatus && { host_status: hostStatus }),
  };
}

/** The answer of PUT before 2.75: without what extensions added. */
export function plain(look: Look, it: Server, around: Around) {
  return { ...bare(look, it), addresses: byNetwork(around.addresses) };
}

function bare(look: Look, it: Server) {
  const v = look.version;
  return {
    ...brief(look, it),
    status: status(it),
    tenant_id: it.projectId,
    user_id: it.userId,
    metadata: it.metadata,
    hostId: hostId(it.projectId, it.host),
    image: it.imageId ? { id: it.imageId, links: [bookmark(look.url, `images/${it.imageId}`)] } : "",
    flavor: flavor(look, it),
    created: seconds(it.createdAt),
    updated: seconds(it.updatedAt),
    accessIPv4: it.accessIpV4 ?? "",
    accessIPv6: it.accessIpV6 ?? "",
    "OS-DCF:diskConfig": it.diskConfig,
    ...(it.state === "active" || it.state === "building" ? { progress: it.progress } : {}),
    ...(it.fault && (it.state === "error" || it.state === "deleted") ? { fault: fault(look, it.fault) } : {}),
    ...(atLeast(v, "2.9") && { locked: it.locked }),
    ...(atLeast(v, "2.19") && { description: it.description }),
    ...(atLeast(v, "2.26") && { tags: it.tags }),
    ...(atLeast(v, "2.63") && { trusted_image_certificates: it.trustedImageCertificates }),
    ...(atLeast(v, "2.73") && { locked_reason: it.lockedReason }),
  };
}

/** The networks of a server with its addresses on each. */
export function byNetwork(its: readonly ServerAddress[], more = true) {
  const all: Record<string, object[]> = {};
  for (const { networkName, mac, ip, version, floatingIps } of its) {
    all[networkName] ??= [];
    if (ip === null) continue;
    all[networkName].push(address(mac, ip, version, "fixed", more));
    for (const floating of floatingIps ?? []) all[networkName].push(address(mac, floating, 4, "floating", more));
  }
  return all;
}

/** The same for one project and host, and telling nothing of the host's name. */
export function hostId(projectId: string, host: string | null): string {
  return host ? hash("sha224", projectId + host) : "";
}

/** Nova's time without fractions. */
export function seconds(at: string): string {
  return `${at.slice(0, 19)}Z`;
}

function extended({ version: v }: Look, it: Server) {
  return {
    config_drive: it.configDrive ? "True" : "",
    key_name: it.keyName,
    "OS-EXT-AZ:availability_zone": it.availabilityZone ?? "",
    "OS-SRV-USG:launched_at": it.launchedAt && micros(it.launchedAt),
    "OS-SRV-USG:terminated_at": it.terminatedAt && micros(it.terminatedAt),
    "OS-EXT-STS:task_state": it.task,
    "OS-EXT-STS:vm_state": it.state,
    "OS-EXT-STS:power_state": powerNumber(it.power),
    ...(atLeast(v, "2.96") && { pinned_availability_zone: it.pinnedZone }),
  };
}

function attributes(look: Look, it: Server) {
  const v = look.version;
  if (!look.mayAttributes) return atLeast(v, "2.90") ? { "OS-EXT-SRV-ATTR:hostname": it.hostname } : {};
  return {
    "OS-EXT-SRV-ATTR:host": it.host,
    "OS-EXT-SRV-ATTR:hypervisor_hostname": it.host,
    "OS-EXT-SRV-ATTR:instance_name": `instance-${it.id.slice(0, 8)}`,
    ...(atLeast(v, "2.3") && {
      "OS-EXT-SRV-ATTR:hostname": it.hostname,
      "OS-EXT-SRV-ATTR:reservation_id": it.reservationId,
      "OS-EXT-SRV-ATTR:launch_index": it.launchIndex,
      "OS-EXT-SRV-ATTR:kernel_id": it.imageProperties.kernel_id ?? "",
      "OS-EXT-SRV-ATTR:ramdisk_id": it.imageProperties.ramdisk_id ?? "",
      "OS-EXT-SRV-ATTR:root_device_name": it.rootDevice,
      "OS-EXT-SRV-ATTR:user_data": it.userData,
    }),
  };
}

function flavor({ version, url, maySpecs }: Look, it: Server) {
  if (!atLeast(version, "2.47")) return { id: it.flavorId, links: [bookmark(url, `flavors/${it.flavorId}`)] };
  return {
    vcpus: it.vcpus,
    ram: it.memoryMib,
    disk: it.diskGib,
    ephemeral: it.ephemeralGib,
    swap: it.swapMib,
    original_name: it.flavorName,
    ...(maySpecs && { extra_specs: it.extraSpecs }),
  };
}

function fault({ admin }: Look, { code, message, details, created }: NonNullable<Server["fault"]>) {
  const shown = details !== null && (admin || code !== 500);
  return { code, created: seconds(created), message, ...(shown && { details }) };
}

function volume({ volumeId, deleteOnTermination }: ShownVolume, v: Version) {
  if (!volumeId) return [];
  return [{ id: volumeId, ...(atLeast(v, "2.3") && { delete_on_termination: deleteOnTermination }) }];
}

function address(mac: string, addr: string, version: 4 | 6, kind: "fixed" | "floating", more: boolean) {
  return { version, addr, ...(more && { "OS-EXT-IPS:type": kind, "OS-EXT-IPS-MAC:mac_addr": mac }) };
}

function bookmark(url: string, path: string) {
  return links(url, path)[1];
}

function micros(at: string): string {
  return `${at.slice(0, 23)}000`;
}
