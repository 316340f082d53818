import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as pausing } from "node:timers/promises";
import koffi from "koffi";
import { guestUser } from "#agent/guest-user.ts";
import { findLink, getLink, inNamespace, run } from "#agent/netns.ts";
import { type Bench, bench, cannotRun } from "./bench.testkit.ts";
import { anyMac, comesUp, networkSpec, portSpec } from "./guests.testkit.ts";

describe("a tap on OVN", { skip: cannotRun() }, () => {
  let cloud: Bench;
  const network = networkSpec({ cidr: "10.40.0.0/24" });
  const [port, neighbour] = [portSpec(network, "10.40.0.5"), portSpec(network, "10.40.0.6")];
  const plug = { portId: port.id, mac: port.mac, mtu: 1380, deviceId: randomUUID() };

  before(async () => {
    cloud = await bench({ external: { gatewayCidr: "203.0.113.1/24", masquerade: true } });
    await cloud.driver.putNetwork(network);
    for (const each of [port, neighbour]) await cloud.driver.putPort(each);
  });
  after(() => cloud?.end());

  test("it belongs to the guest's own user and has the network's mtu", async () => {
    const { device } = await cloud.driver.plug(cloud.host, plug);
    const link = await findLink(cloud.namespace, device);
    assert.equal(device, `tap${port.id.slice(0, 11)}`);
    assert.equal(link?.linkinfo?.info_data?.user, guestUser(plug.deviceId).uid);
    assert.equal(link?.mtu, 1380);
  });

  test("it stays the same device when it is plugged again, so that the guest that holds it keeps it", async () => {
    const { device } = await cloud.driver.plug(cloud.host, plug);
    const { ifindex } = await getLink(cloud.namespace, device);
    await cloud.driver.plug(cloud.host, { ...plug, mtu: 1370 });
    await cloud.driver.plug(cloud.host, plug);
    assert.equal((await getLink(cloud.namespace, device)).ifindex, ifindex);
  });

  test("it is made anew for another server, and made again when it has vanished", async () => {
    const deviceId = randomUUID();
    const { device } = await cloud.driver.plug(cloud.host, { ...plug, deviceId });
    const link = await findLink(cloud.namespace, device);
    assert.equal(link?.linkinfo?.info_data?.user, guestUser(deviceId).uid);
    await cloud.driver.plug(cloud.host, plug);
  });

  test("what a guest sends through it reaches the network, and the answer comes back", async () => {
    const { device } = await cloud.driver.plug(cloud.host, plug);
    const up = (await cloud.driver.isUp(port.id)) || comesUp(cloud.driver, port.id);
    const tap = await inNamespace(cloud.namespace, () => openTap(device));
    await up;
    const question = whoHas(port.mac, "10.40.0.5", "10.40.0.6");
    const answer = await ask(tap, question);
    assert.equal(answer.subarray(22, 28).toString("hex"), neighbour.mac.replaceAll(":", ""));
    closeSync(tap);
  });

  test("an address that is not there does not answer, and a spoofed one is not heard", async () => {
    const { device } = await cloud.driver.plug(cloud.host, plug);
    const tap = await inNamespace(cloud.namespace, () => openTap(device));
    await assert.rejects(ask(tap, whoHas(anyMac(), "10.40.0.5", "10.40.0.6"), 20));
    closeSync(tap);
  });

  test("the host itself does not answer a guest, whatever the guest sends it", async () => {
    await cloud.driver.putPort({ ...port, portSecurity: false });
    const { device } = await cloud.driver.plug(cloud.host, plug);
    const mac = (await getLink(cloud.namespace, device)).address;
    const tap = await inNamespace(cloud.namespace, () => openTap(device));
    await assert.rejects(ask(tap, whoHas(port.mac, "10.40.0.5", "203.0.113.1"), 20));
    await assert.rejects(ask(tap, echo(port.mac, mac, "10.40.0.5", "203.0.113.1"), 20, 0x0800));
    await run(["nft", "delete", "table", "inet", cloud.namespace], { namespace: cloud.namespace });
    await run(["ip", "route", "add", "10.40.0.5", "dev", device], { namespace: cloud.namespace });
    await run(["ip", "neigh", "add", "10.40.0.5", "lladdr", port.mac, "dev", device], { namespace: cloud.namespace });
    assert.ok(
      await ask(tap, echo(port.mac, mac, "10.40.0.5", "203.0.113.1"), 20, 0x0800),
      "but for the firewall it would",
    );
    closeSync(tap);
  });
});

const [tunSetInterface, tapWithoutHeader] = [0x400454ca, 0x1002];

function openTap(device: string): number {
  const descriptor = openSync("/dev/net/tun", constants.O_RDWR | constants.O_NONBLOCK);
  const request = Buffer.alloc(40);
  request.write(device);
  request.writeUInt16LE(tapWithoutHeader, 16);
  const ioctl = koffi.load(null).func("int ioctl(int fd, unsigned long request, void *argument)");
  assert.equal(ioctl(descriptor, tunSetInterface, request), 0);
  return descriptor;
}

function whoHas(mac: string, from: string, whom: string): Buffer {
  const hardware = mac.replaceAll(":", "");
  const protocol = (ip: string) => Buffer.from(ip.split(".").map(Number)).toString("hex");
  const arp = `0001080006040001${hardware}${protocol(from)}000000000000${protocol(whom)}`;
  return Buffer.from(`ffffffffffff${hardware}0806${arp}`, "hex");
}

function echo(mac: string, to: string, from: string, whom: string): Buffer {
  const address = (ip: string) => ip.split(".").map(Number);
  const header = Buffer.from([0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0, ...address(from), ...address(whom)]);
  header.writeUInt16BE(checksum(header), 10);
  const message = Buffer.from([8, 0, 0, 0, 0, 7, 0, 1]);
  message.writeUInt16BE(checksum(message), 2);
  const link = Buffer.from(`${to}${mac}0800`.replaceAll(":", ""), "hex");
  return Buffer.concat([link, header, message]);
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An ARP answer, or a packet of ICMP's echo reply. */
const isAnswer = (frame: Buffer, kind: number) =>
  frame.readUInt16BE(12) === kind &&
  (kind === 0x0806 ? frame.readUInt16BE(20) === 2 : frame[23] === 1 && frame[34] === 0);

/** Sends and reads until an answer comes. */
async function ask(tap: number, question: Buffer, tries = 100, kind = 0x0806): Promise<Buffer> {
  const frame = Buffer.alloc(2_000);
  writeSync(tap, question);
  for (let size = read(tap, frame); size > 0; size = read(tap, frame)) {
    if (isAnswer(frame, kind)) return frame.subarray(0, size);
  }
  if (tries === 0) throw new Error("nobody answers");
  await pausing(20);
  return ask(tap, question, tries - 1, kind);
}

function read(tap: number, frame: Buffer): number {
  try {
    return readSync(tap, frame);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}
