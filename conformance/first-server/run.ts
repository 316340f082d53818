// The first-server story with the unmodified client: a cloud that is up already (CRUNCH_STATE), real or simulated.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, client, run } from "../client.ts";
import { until } from "../until.ts";

const state = process.env.CRUNCH_STATE ?? "/var/lib/crunch";
const crunch = new URL("../../bin/crunch", import.meta.url).pathname;
const began = Date.now();
let steps = 0;

function say(text: string) {
  steps += 1;
  console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

async function story(os: Client, work: string, real: boolean) {
  const key = join(work, "key");
  await writeFile(key, `${await os.os("keypair", "create", "first-key")}\n`, { mode: 0o600 });
  say("keypair made");
  await os.os("security", "group", "rule", "create", "--proto", "tcp", "--dst-port", "22", "default");
  await os.os("security", "group", "rule", "create", "--proto", "icmp", "default");
  say("security group lets ssh and ping in");

  const userData = join(work, "user-data");
  await writeFile(userData, "#!/bin/sh\necho user-data-was-here > /home/cirros/marker\n");
  const made = [
    "server",
    "create",
    "--image",
    "mini",
    "--flavor",
    "m1.tiny",
    "--network",
    "private",
    "--key-name",
    "first-key",
  ];
  await os.os(...made, "--user-data", userData, "--wait", "first");
  const server = await os.json("server", "show", "first");
  assert.equal(server.status, "ACTIVE");
  say("server is ACTIVE");

  const done = real ? /CRUNCH-GUEST-READY|CLOUDINIT-DONE|cloud-init.*(done|finished)/i : /first/;
  await until(
    "the console shows the guest's own lines",
    240,
    () => os.os("console", "log", "show", "first"),
    (it) => done.test(it),
  );
  say("console log shows the guest's own lines");

  const { floating_ip_address: address, id: fip } = await os.json("floating", "ip", "create", "public");
  await os.os("server", "add", "floating", "ip", "first", address);
  const shown = await os.json("server", "show", "first");
  assert.ok(JSON.stringify(shown.addresses).includes(address), "the floating IP stands among the server's addresses");
  say(`floating IP ${address}`);

  const guest = (command: string, more = {}) =>
    run("ssh", [...sshOptions(key), `cirros@${address}`, command], { seconds: 120, mayFail: true, ...more });
  const sshOk = async () =>
    until(
      "ssh answers",
      120,
      () => guest("true"),
      (it) => it.code === 0,
    );
  if (real) {
    await sshOk();
    say("ssh lets the key in");
    const marker = await until(
      "user data ran",
      60,
      () => guest("cat /home/cirros/marker"),
      (it) => it.code === 0,
    );
    assert.equal(marker.out.trim(), "user-data-was-here");
    const meta = await guest("timeout 10 wget -qO- http://169.254.169.254/openstack/latest/meta_data.json");
    assert.equal(JSON.parse(meta.out).uuid, server.id, "the metadata service knows the server");
    say("user data ran, and the metadata service answers");
  }

  await os.os("volume", "create", "--size", "1", "first-volume");
  await volumeIs(os, "available");
  await os.os("server", "add", "volume", "first", "first-volume");
  await volumeIs(os, "in-use");
  const volume = await os.json("volume", "show", "first-volume");
  say("volume attached");
  const disk = async () => {
    const serial = volume.id.slice(0, 20);
    const look = `for d in /sys/block/vd*; do [ "$(cat $d/serial 2>/dev/null)" = ${serial} ] && echo /dev/\${d##*/}; done`;
    const found = await until(
      "the guest sees the disk",
      30,
      () => guest(look),
      (it) => it.out.trim() !== "",
    );
    return found.out.trim();
  };
  if (real) {
    const write = await guest(
      `echo written-by-the-first-server | sudo dd of=${await disk()} bs=512 count=1 conv=sync,fsync 2>/dev/null`,
    );
    assert.equal(write.code, 0, write.err);
    say("guest sees the disk and has written to it");
  }

  await os.os("server", "stop", "first");
  await serverIs(os, "SHUTOFF");
  say("server stopped");
  await os.os("server", "start", "first");
  await serverIs(os, "ACTIVE");
  say("server started");
  if (real) {
    await sshOk();
    const read = await guest(`sudo head -c 28 ${await disk()}`);
    assert.equal(read.out.trim(), "written-by-the-first-server");
    say("the data is there");
  }
  await os.os("server", "reboot", "--hard", "--wait", "first");
  if (real) await sshOk();
  say("server rebooted");

  await os.os("volume", "snapshot", "create", "--volume", "first-volume", "--force", "first-snapshot");
  await until(
    "the snapshot is available",
    60,
    () => os.json("volume", "snapshot", "show", "first-snapshot"),
    (it) => it.status === "available",
  );
  say("volume snapshotted while in use");
  const events = await os.json("server", "event", "list", "first");
  for (const action of ["create", "attach_volume", "stop", "start", "reboot"])
    assert.ok(JSON.stringify(events).includes(action), `the action history has ${action}: ${JSON.stringify(events)}`);
  say("action history tells all of it");

  await os.os("server", "remove", "volume", "first", "first-volume");
  await volumeIs(os, "available");
  say("volume detached");
  await os.os("server", "delete", "--wait", "first");
  await os.os("floating", "ip", "delete", fip);
  await os.os("volume", "snapshot", "delete", "first-snapshot");
  await until(
    "the snapshot is gone",
    60,
    () => os.json("volume", "snapshot", "list"),
    (it) => it.length === 0,
  );
  await os.os("volume", "delete", "first-volume");
  await until(
    "the volume is gone",
    60,
    () => os.json("volume", "list"),
    (it) => it.length === 0,
  );
  await os.os("keypair", "delete", "first-key");
  await removeRules(os);
  say("everything deleted");
}

function sshOptions(key: string) {
  const options = [
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "ConnectTimeout=5",
    "LogLevel=ERROR",
    "IdentitiesOnly=yes",
  ];
  return ["-i", key, ...options.flatMap((o) => ["-o", o])];
}

async function serverIs(os: Client, status: string) {
  await until(
    `the server is ${status}`,
    180,
    () => os.json("server", "show", "first", "-c", "status"),
    (it) => it.status === status,
  );
}

async function volumeIs(os: Client, status: string) {
  await until(
    `the volume is ${status}`,
    90,
    () => os.json("volume", "show", "first-volume", "-c", "status"),
    (it) => it.status === status,
  );
}

async function removeRules(os: Client) {
  const rules = await os.json("security", "group", "rule", "list", "default", "--ingress");
  for (const rule of rules)
    if (["tcp", "icmp"].includes(rule["IP Protocol"])) await os.os("security", "group", "rule", "delete", rule.ID);
}

async function nothingLeft(admin: Client) {
  const env = { CRUNCH_STATE: state };
  const look = () => run(crunch, ["doctor", "--leftovers"], { env, mayFail: true });
  await until("nothing is left over", 60, look, (it) => it.code === 0);
  assert.deepEqual(await admin.json("server", "list", "--all-projects"), []);
  const [provider] = await admin.json("hypervisor", "list");
  assert.ok(provider, "there is a hypervisor");
  say("nothing is left over");
}

const work = await mkdtemp(join(tmpdir(), "first-server-"));
try {
  const { kind } = JSON.parse((await run(crunch, ["status", "--json"], { env: { CRUNCH_STATE: state } })).out);
  const os = await client(join(state, "openrc-demo"));
  await story(os, work, !String(kind).startsWith("simulated"));
  await nothingLeft(await client(join(state, "openrc")));
  console.log(`${steps} passed, 0 failed`);
} catch (why) {
  console.error((why as Error).stack);
  console.log(`${steps} passed, 1 failed`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}
