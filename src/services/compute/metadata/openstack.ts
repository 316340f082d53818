import { createHash } from "node:crypto";
import { type Content, contentOf } from "#platform/service/content.ts";
import { networkData } from "./network-data.ts";
import { fullHostname, type Subject, userDataOf } from "./subject.ts";

/** The dated versions of the OpenStack documents, oldest first; "latest" is the last. */
export const openstackVersions = [
  "2012-08-10",
  "2013-04-04",
  "2013-10-17",
  "2015-10-15",
  "2016-06-30",
  "2016-10-06",
  "2017-02-22",
  "2018-08-27",
  "2020-10-14",
];

/** The documents below /openstack/<version>/, by name. */
export function openstackDocuments(of: Subject, asked: string): Record<string, Content> {
  const version = asked === "latest" ? (openstackVersions.at(-1) ?? "") : asked;
  const userData = userDataOf(of.server);
  return {
    "meta_data.json": JSON.stringify(metaData(of, version)),
    ...(userData !== undefined && { user_data: userData }),
    ...(version >= "2013-04-04" && { password: of.server.encryptedPassword ?? "" }),
    ...(version >= "2013-10-17" && { "vendor_data.json": "{}" }),
    ...(version >= "2015-10-15" && { "network_data.json": JSON.stringify(networkData(of.nics)) }),
    ...(version >= "2016-10-06" && { "vendor_data2.json": "{}" }),
  };
}

/** Injected files, by the path that meta_data.json gives them. */
export function injectedFiles({ server }: Subject): Record<string, Content> {
  return Object.fromEntries(server.personality.map(({ contents }, at) => [contentPath(at), contentOf(contents)]));
}

function metaData(of: Subject, version: string) {
  const { server } = of;
  const key = server.publicKey !== null && server.keyName !== null;
  return {
    uuid: server.id,
    availability_zone: server.availabilityZone,
    hostname: fullHostname(server),
    launch_index: server.launchIndex,
    name: server.name,
    ...(Object.keys(server.metadata).length > 0 && { meta: server.metadata }),
    ...(key && { public_keys: { [server.keyName ?? ""]: server.publicKey } }),
    ...(key &&
      version >= "2013-10-17" && { keys: [{ name: server.keyName, type: server.keyKind, data: server.publicKey }] }),
    ...(server.personality.length > 0 && {
      files: server.personality.map(({ path }, at) => ({ path, content_path: `/${contentPath(at)}` })),
    }),
    ...(version >= "2013-04-04" && { random_seed: randomSeed(of.seed) }),
    ...(version >= "2015-10-15" && { project_id: server.projectId }),
    ...(version >= "2016-06-30" && { devices: devices(of) }),
    ...(version >= "2020-10-14" && { dedicated_cpus: [] }),
  };
}

function contentPath(at: number): string {
  return `content/${String(at).padStart(4, "0")}`;
}

/** 512 bytes for the guest's pool. */
function randomSeed(seed: string): string {
  const blocks = Array.from({ length: 8 }, (_, i) => createHash("sha512").update(`${seed} ${i}`).digest());
  return Buffer.concat(blocks).toString("base64");
}

/** What was given a tag, so that the guest can tell one device from another. */
function devices({ nics, disks }: Subject) {
  const tagged = nics.flatMap(({ mac, tag }) => (tag ? [{ type: "nic", bus: "pci", mac, tags: [tag] }] : []));
  const volumes = disks.flatMap(({ volumeId, tag }) =>
    tag && volumeId ? [{ type: "disk", bus: "virtio", serial: volumeId.slice(0, 20), tags: [tag] }] : [],
  );
  return [...tagged, ...volumes];
}
