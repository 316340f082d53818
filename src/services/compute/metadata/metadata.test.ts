import assert from "node:assert/strict";
import { test } from "node:test";
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
  const meta = JSON.parse((await ask("/openstack/latest/meta_data.json")).body);
  assert.equal(meta.uuid, id);
  assert.equal(meta.hostname, "one.novalocal");
  assert.deepEqual(meta.public_keys, { mine: publicKey });
  assert.deepEqual(meta.meta, { role: "web" });
  assert.equal((await ask("/openstack/latest/user_data")).body, "#!/bin/sh\necho hello\n");
  assert.equal((await ask("/latest/user-data")).body, "#!/bin/sh\necho hello\n");
  assert.match((await ask("/openstack")).body, /^2012-08-10\n.*latest$/s);
  assert.match((await ask("/latest/meta-data/")).body, /^placement\/$/m);
  assert.equal((await ask("/latest/meta-data/local-ipv4")).body, ip);
  assert.equal((await ask("/latest/meta-data/public-keys/")).body, "0=mine");
  assert.equal((await ask("/2009-04-04/meta-data/public-keys/0/openssh-key")).body, publicKey);
  assert.equal((await ask("/openstack/latest/nothing")).status, 404);
  assert.equal((await ask("/", { sourceIp: "10.1.0.77" })).status, 404);
  const network = JSON.parse((await ask("/openstack/latest/network_data.json")).body);
  assert.equal(network.networks[0].ip_address, ip);
  assert.equal(network.networks[0].netmask, "255.255.255.0");
  const drive = driver.guests.get(id)?.guest.configDrive ?? {};
  assert.equal(JSON.parse(drive["openstack/latest/meta_data.json"] ?? "{}").uuid, id);
  assert.equal(drive["openstack/latest/user_data"], "#!/bin/sh\necho hello\n");
  assert.ok(drive["ec2/latest/meta-data.json"]);
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
