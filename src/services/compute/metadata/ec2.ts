import type { Content } from "#platform/service/content.ts";
import { fullHostname, type Subject, userDataOf } from "./subject.ts";

export const ec2Versions = [
  "1.0",
  "2007-01-19",
  "2007-03-01",
  "2007-08-29",
  "2007-10-10",
  "2007-12-15",
  "2008-02-01",
  "2008-09-01",
  "2009-04-04",
];

/** A folder of EC2's tree: names of folders and files. */
export interface Tree {
  readonly [name: string]: Tree | Content;
}

/** What lies below /<version>/. */
export function ec2Tree(of: Subject): Tree {
  const userData = userDataOf(of.server);
  return { "meta-data": metaData(of), ...(userData !== undefined && { "user-data": userData }) };
}

function metaData({ server, nics, disks, securityGroups }: Subject): Tree {
  const ips = nics.flatMap((nic) => nic.ips).filter((it) => it.version === 4);
  const hostname = fullHostname(server);
  return {
    "ami-id": server.imageId ? `ami-${server.imageId.slice(0, 8)}` : "",
    "ami-launch-index": String(server.launchIndex),
    "ami-manifest-path": "(unknown)",
    "block-device-mapping": {
      ami: server.rootDevice.replace("/dev/", ""),
      ...Object.fromEntries(disks.filter((it) => it.bootIndex !== 0).map((it, i) => [`ebs${i}`, it.device])),
      root: server.rootDevice,
    },
    hostname,
    "instance-action": "none",
    "instance-id": `i-${server.id.slice(0, 8)}`,
    "instance-type": server.flavorName,
    "local-hostname": hostname,
    "local-ipv4": ips[0]?.ip ?? "",
    placement: { "availability-zone": server.availabilityZone ?? "" },
    "public-hostname": hostname,
    "public-ipv4": ips.flatMap((it) => it.floatingIps)[0] ?? "",
    ...(server.publicKey !== null && {
      "public-keys": { [`0=${server.keyName}`]: { "openssh-key": server.publicKey } },
    }),
    "reservation-id": server.reservationId,
    "security-groups": securityGroups.map((it) => it.name).join("\n"),
  };
}
