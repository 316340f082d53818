import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { bytesOf } from "#platform/service/content.ts";
import { ground } from "../ground.test.ts";
import { answerMetadata } from "./answer.api.ts";

const userData = Buffer.from("#!/bin/sh\necho hello\n").toString("base64");

test("a guest learns who it is from the metadata address, and from its config drive", async (t) => {
  const { cloud, driver, build, call, show, networkId } = await ground(t);
  const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0dP8ZfKoXc5sPZ4iAtz1V0P4yT7Y0sAJx9c0yJ0n3U me";
  await call("POST", "/os-keypairs", { body: { keypair: { name: "mine", public_key: publicKey } } });
  const id = await build({ key_name: "mine", user_data: userData, metadata: { role: "web" }, config_drive: true });
  const ip = (await show(id)).addresses.net[0].addr;
  const ask = (path: string, more: object = {}) =>
    cloud.world("compute").write((tx) => answerMetadata(tx, { networkId, sourceIp: ip, method: "GET", path, ...more }));
  const read = async (path: string) => bytesOf((await ask(path)).body).toString();
  const meta = JSON.parse(await read("/openstack/latest/meta_data.json"));
  assert.equal(meta.uuid, id);
  assert.equal(meta.hostname, "one.novalocal");
  assert.deepEqual(meta.public_keys, { mine: publicKey });
  assert.deepEqual(meta.meta, { role: "web" });
  assert.equal(await read("/openstack/latest/user_data"), "#!/bin/sh\necho hello\n");
  assert.equal(await read("/latest/user-data"), "#!/bin/sh\necho hello\n");
  assert.match(await read("/openstack"), /^2012-08-10\n.*latest$/s);
  assert.match(await read("/latest/meta-data/"), /^placement\/$/m);
  assert.equal(await read("/latest/meta-data/local-ipv4"), ip);
  assert.equal(await read("/latest/meta-data/public-keys/"), "0=mine");
  assert.equal(await read("/2009-04-04/meta-data/public-keys/0/openssh-key"), publicKey);
  assert.equal((await ask("/openstack/latest/nothing")).status, 404);
  assert.equal((await ask("/", { sourceIp: "10.1.0.77" })).status, 404);
  const network = JSON.parse(await read("/openstack/latest/network_data.json"));
  assert.equal(network.networks[0].ip_address, ip);
  assert.equal(network.networks[0].netmask, "255.255.255.0");
  const drive = driver.guests.get(id)?.guest.configDrive ?? {};
  assert.equal(JSON.parse(String(drive["openstack/latest/meta_data.json"])).uuid, id);
  assert.equal(drive["openstack/latest/user_data"], "#!/bin/sh\necho hello\n");
  assert.ok(drive["ec2/latest/meta-data.json"]);
});

test("user data that is no text reaches the guest byte by byte", async (t) => {
  const { cloud, driver, build, show, networkId } = await ground(t);
  const packed = gzipSync("#cloud-config\n");
  const id = await build({ user_data: packed.toString("base64"), config_drive: true });
  const question = { networkId, sourceIp: (await show(id)).addresses.net[0].addr, method: "GET" };
  const ask = (path: string) => cloud.world("compute").write((tx) => answerMetadata(tx, { ...question, path }));
  assert.deepEqual(bytesOf((await ask("/openstack/latest/user_data")).body), packed);
  assert.deepEqual(bytesOf((await ask("/latest/user-data")).body), packed);
  const drive = driver.guests.get(id)?.guest.configDrive ?? {};
  assert.deepEqual(bytesOf(drive["openstack/latest/user_data"] ?? ""), packed);
  assert.deepEqual(bytesOf(drive["ec2/latest/user-data"] ?? ""), packed);
});

test("a guest tells its encrypted password once, and its owner reads it", async (t) => {
  const { cloud, build, call, show, networkId } = await ground(t);
  const id = await build();
  const sourceIp = (await show(id)).addresses.net[0].addr;
  const question = { networkId, sourceIp, method: "POST", path: "/openstack/latest/password", body: "c2VjcmV0" };
  const tell = () => cloud.world("compute").write((tx) => answerMetadata(tx, question));
  assert.equal((await tell()).status, 200);
  assert.equal((await tell()).status, 409);
  assert.deepEqual((await call("GET", `/servers/${id}/os-server-password`)).body, { password: "c2VjcmV0" });
  assert.equal((await call("DELETE", `/servers/${id}/os-server-password`)).status, 204);
  assert.deepEqual((await call("GET", `/servers/${id}/os-server-password`)).body, { password: "" });
});
