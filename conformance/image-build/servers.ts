import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../until.ts";
import { atUser, type Cloud, type Place } from "./place.ts";

const quiet = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=10"];

/** A key, and security groups that let ssh, pings and WireGuard in. */
export async function prepare({ os }: Cloud, { folder }: Place): Promise<string> {
  const key = join(folder, "key");
  await writeFile(key, `${await os("keypair", "create", "images")}\n`, { mode: 0o600 });
  await os("security", "group", "create", "door");
  await os("security", "group", "rule", "create", "--proto", "tcp", "--dst-port", "22", "door");
  await os("security", "group", "rule", "create", "--proto", "udp", "--dst-port", "51820", "door");
  return key;
}

export async function create({ os }: Cloud, name: string, image: string, flavor: string, ...more: string[]) {
  const where = ["--network", "private", "--key-name", "images", "--security-group", "default"];
  await os("server", "create", "--image", image, "--flavor", flavor, ...where, ...more, "--wait", name);
}

export async function consoleSays({ os }: Cloud, server: string, what: RegExp, seconds: number): Promise<string> {
  const ask = async () => (await os("console", "log", "show", server)).replaceAll("\r", "");
  return until(`the console of ${server} says ${what}`, seconds, ask, (it) => what.test(it));
}

export async function addAddress({ os, json }: Cloud, server: string): Promise<string> {
  const { floating_ip_address: address } = await json("floating", "ip", "create", "public");
  await os("server", "add", "floating", "ip", server, address);
  const { addresses } = await json("server", "show", server);
  assert.ok(
    addresses.private.includes(address),
    `the server's addresses have ${address}: ${JSON.stringify(addresses)}`,
  );
  return address;
}

/** Runs a command in a guest, from where the user is. */
export function inGuest(key: string, user: string, address: string, command: string, from = atUser) {
  const options = quiet.flatMap((it) => ["-o", it]);
  return from(["ssh", "-i", key, ...options, `${user}@${address}`, command], { mayFail: true, seconds: 90 });
}

export async function removeAll({ os, json, crunch }: Cloud) {
  const names = (await json("server", "list")).map((it: { Name: string }) => it.Name);
  if (names.length > 0) await os("server", "delete", "--wait", ...names);
  for (const it of await json("floating", "ip", "list")) await os("floating", "ip", "delete", it.ID);
  for (const it of await json("image", "list", "--private")) await os("image", "delete", it.ID);
  await os("security", "group", "delete", "door");
  await os("keypair", "delete", "images");
  await until(
    "nothing is left over",
    90,
    () => crunch("doctor", "--leftovers"),
    (it) => it.code === 0,
  );
}
