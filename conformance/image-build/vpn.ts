import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../client.ts";
import { until } from "../until.ts";
import type { Say } from "./building.ts";
import { atUser, type Cloud, type Place, tunnel } from "./place.ts";
import { consoleSays, inGuest } from "./servers.ts";

/** Somebody with a key of their own, the gateway's floating address and its profile reaches the private network, until shut out. */
export async function useGateway(place: Place, cloud: Cloud, key: string, inner: string, address: string, say: Say) {
  const secret = (await run("wg", ["genkey"])).out.trim();
  const open = (await run("wg", ["pubkey"], { input: secret })).out.trim();
  assert.equal(await reaches(inner), false, "without the VPN the private address is nowhere");
  await cloud.os("server", "set", "--property", `vpn-user-ann=${open}`, "gateway");
  const profile = await newestProfile(cloud, "ann");
  assert.ok(profile.includes(`Endpoint = ${address}:51820`), `the profile leads to the floating address:\n${profile}`);
  assert.ok(!profile.includes(secret), "nobody but the user has the private key");
  say("a user's public key is a property of the gateway; the profile is on its console");

  const file = join(place.folder, `${tunnel}.conf`);
  const put = (text: string) => writeFile(file, text.replace("YOUR-PRIVATE-KEY", secret), { mode: 0o600 });
  const up = () => atUser(["wg-quick", "up", file], { env: { WG_QUICK_USERSPACE_IMPLEMENTATION: "wireguard-go" } });
  const down = () => atUser(["wg-quick", "down", file]);
  await put(profile);
  await up();
  await until("the private address answers through the VPN", 60, () => reaches(inner), Boolean);
  const name = await inGuest(key, "cirros", inner, "hostname");
  assert.match(name.out, /^inner/, name.err);
  const bulk = await inGuest(key, "cirros", inner, "head -c 3000000 /dev/zero");
  assert.equal(bulk.out.length, 3_000_000, "large packets pass");
  say(`${inner}, which has no floating address, answers ping and ssh, and sends 3 MB`);

  await down();
  assert.equal(await reaches(inner), false, "with the VPN down the private address is nowhere");
  say("with the VPN down it is nowhere");

  await put(profile.replace("AllowedIPs = ", "AllowedIPs = 169.254.169.254/32, 192.0.2.0/24, "));
  await up();
  await until("the VPN is up again", 60, () => reaches(inner), Boolean);
  const metadata = ["curl", "-s", "-m", "8", "http://169.254.169.254/openstack/latest/meta_data.json"];
  assert.notEqual((await atUser(metadata, { mayFail: true })).code, 0, "the gateway's metadata is its own");
  const gateway = await inGuest(key, "debian", "10.88.0.1", "true");
  assert.notEqual(gateway.code, 0, "the gateway's own doors are closed to the VPN");
  say("neither the metadata service nor the gateway's own ssh is reached through it");

  await cloud.os("server", "unset", "--property", "vpn-user-ann", "gateway");
  await until(
    "who is shut out reaches nothing",
    60,
    () => reaches(inner),
    (it) => !it,
  );
  await down();
  say("a user whose property is gone is shut out");
}

async function newestProfile(cloud: Cloud, user: string): Promise<string> {
  const text = await consoleSays(cloud, "gateway", new RegExp(`^vpn-profile ${user}: # whole$`, "m"), 180);
  const lines = [...text.matchAll(new RegExp(`^vpn-profile ${user}: (.*)$`, "gm"))].map((it) => it[1]!);
  return `${lines.slice(lines.lastIndexOf("[Interface]")).join("\n")}\n`;
}

async function reaches(address: string): Promise<boolean> {
  return (await atUser(["ping", "-c", "1", "-W", "4", address], { mayFail: true })).code === 0;
}
