import assert from "node:assert/strict";
import type { TestCloud } from "#test/cloud.ts";

/** Calls as demo and insists on success. */
export async function must(cloud: TestCloud, method: string, path: string, body?: unknown, as = "demo") {
  const answer = await cloud.call(method, path, { as, body, version: versionFor(path) });
  assert.ok(answer.status < 300, `${method} ${path} was answered ${answer.status}: ${answer.text}`);
  return answer.body;
}

function versionFor(path: string): string | undefined {
  return path.startsWith("/compute") ? "2.79" : path.startsWith("/volume") ? "3.59" : undefined;
}

/** A small cloud with one of everything in it, most of it the demo project's; the ids by the word that precedes them in a path. */
export async function furnish(cloud: TestCloud): Promise<Map<string, string>> {
  const admin = (method: string, path: string, body?: unknown) => must(cloud, method, path, body, "admin");
  const flavor = (
    await admin("POST", "/compute/v2.1/flavors", { flavor: { name: "small", vcpus: 1, ram: 256, disk: 1 } })
  ).flavor.id;
  const image = await bootImage(cloud);
  const { outside, network, subnet, router } = await furnishNetwork(cloud);
  const group = (await must(cloud, "POST", "/network/v2.0/security-groups", { security_group: { name: "web" } }))
    .security_group.id;
  const rule = {
    security_group_id: group,
    direction: "ingress",
    protocol: "tcp",
    port_range_min: 22,
    port_range_max: 22,
  };
  const ruleId = (await must(cloud, "POST", "/network/v2.0/security-group-rules", { security_group_rule: rule }))
    .security_group_rule.id;
  const server = await bootServer(cloud, { flavor, image, network });
  const { ports } = await must(cloud, "GET", `/network/v2.0/ports?device_id=${server}`);
  const floating = { floating_network_id: outside, port_id: ports[0].id };
  const fip = (await must(cloud, "POST", "/network/v2.0/floatingips", { floatingip: floating })).floatingip.id;
  const volume = await makeVolume(cloud);
  const attached = { volumeAttachment: { volumeId: volume } };
  await must(cloud, "POST", `/compute/v2.1/servers/${server}/os-volume_attachments`, attached);
  await cloud.settle();
  const snapshot = { snapshot: { volume_id: volume, name: "s", force: true } };
  const snapshotId = (await must(cloud, "POST", "/volume/v3/snapshots", snapshot)).snapshot.id;
  await cloud.settle();
  await cloud.settle();
  return new Map([
    ["type_name", "packages"],
    ["artifact_id", await makeArtifact(cloud)],
    ["blob_name", "package"],
    ["flavors", flavor],
    ["images", image],
    ["networks", network],
    ["subnets", subnet],
    ["routers", router],
    ["ports", ports[0].id],
    ["security-groups", group],
    ["security-group-rules", ruleId],
    ["floatingips", fip],
    ["servers", server],
    ["volumes", volume],
    ["os-volume_attachments", volume],
    ["os-interface", ports[0].id],
    ["snapshots", snapshotId],
  ]);
}

export async function bootImage(cloud: TestCloud): Promise<string> {
  const asked = { name: "disk", disk_format: "raw", container_format: "bare", visibility: "public" };
  const { id } = await must(cloud, "POST", "/image/v2/images", asked, "admin");
  const put = { body: Buffer.alloc(1024 * 1024), headers: { "content-type": "application/octet-stream" } };
  const { status, text } = await cloud.call("PUT", `/image/v2/images/${id}/file`, put);
  assert.equal(status, 204, text);
  return id;
}

/** An image of the demo project that has no bytes yet. */
export async function queuedImage(cloud: TestCloud): Promise<string> {
  const asked = { name: "queued", disk_format: "raw", container_format: "bare" };
  return (await must(cloud, "POST", "/image/v2/images", asked)).id;
}

/** An image of the demo project whose bytes wait for their import. */
export async function stagedImage(cloud: TestCloud): Promise<string> {
  const id = await queuedImage(cloud);
  const put = { as: "demo", body: Buffer.alloc(4096, 1), headers: { "content-type": "application/octet-stream" } };
  const { status, text } = await cloud.call("PUT", `/image/v2/images/${id}/stage`, put);
  assert.equal(status, 204, text);
  return id;
}

/** An artifact of the demo project, with a blob. */
export async function makeArtifact(cloud: TestCloud): Promise<string> {
  const { id } = await must(cloud, "POST", "/artifact/artifacts/packages", { name: "plug-in" });
  const put = { as: "demo", body: Buffer.alloc(4096, 1), headers: { "content-type": "application/octet-stream" } };
  const { status, text } = await cloud.call("PUT", `/artifact/artifacts/packages/${id}/package`, put);
  assert.equal(status, 200, text);
  return id;
}

export async function furnishNetwork(cloud: TestCloud) {
  const admin = (path: string, body: unknown) => must(cloud, "POST", path, body, "admin");
  const outer = {
    name: "public",
    "router:external": true,
    "provider:network_type": "flat",
    "provider:physical_network": "public",
  };
  const outside = (await admin("/network/v2.0/networks", { network: outer })).network.id;
  await admin("/network/v2.0/subnets", {
    subnet: { network_id: outside, ip_version: 4, cidr: "203.0.113.0/24", enable_dhcp: false },
  });
  const network = (await must(cloud, "POST", "/network/v2.0/networks", { network: { name: "inside" } })).network.id;
  const inner = { network_id: network, ip_version: 4, cidr: "10.1.0.0/24" };
  const subnet = (await must(cloud, "POST", "/network/v2.0/subnets", { subnet: inner })).subnet.id;
  const gateway = { name: "r", external_gateway_info: { network_id: outside } };
  const router = (await must(cloud, "POST", "/network/v2.0/routers", { router: gateway })).router.id;
  await must(cloud, "PUT", `/network/v2.0/routers/${router}/add_router_interface`, { subnet_id: subnet });
  await cloud.settle();
  return { outside, network, subnet, router };
}

export async function bootServer(
  cloud: TestCloud,
  { flavor, image, network }: { flavor: string; image: string; network: string },
): Promise<string> {
  const server = { name: "one", flavorRef: flavor, imageRef: image, networks: [{ uuid: network }] };
  const { id } = (await must(cloud, "POST", "/compute/v2.1/servers", { server })).server;
  await cloud.settle();
  return id;
}

export async function makeVolume(cloud: TestCloud): Promise<string> {
  const { id } = (await must(cloud, "POST", "/volume/v3/volumes", { volume: { size: 1 } })).volume;
  await cloud.settle();
  return id;
}
