import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Unavailable } from "#platform/service/driver.ts";
import { computeLaws } from "#services/compute/driver.laws.ts";
import type { Guest } from "#services/compute/driver.ts";
import { simulatedCompute } from "./driver.ts";

computeLaws("simulated", async () => {
  const driver = simulatedCompute();
  return {
    driver,
    host: "sim-1",
    guest: async () => newGuest(),
    disk: async () => ({ volumeId: randomUUID(), via: { kind: "simulated" }, device: "/dev/vdb" }),
    nic: async () => ({ portId: randomUUID(), mac: "fa:16:3e:00:00:01", device: "simulated", mtu: 1442 }),
    awake: async () => undefined,
    crash: async (id) => driver.stopByItself(id),
    stop: async () => undefined,
  };
});

test("a simulated guest's console says that it is simulated, and its hostname", async () => {
  const driver = simulatedCompute();
  const configDrive = { "openstack/latest/meta_data.json": JSON.stringify({ hostname: "web.example" }) };
  const guest = { ...newGuest(), configDrive };
  await driver.create("sim-1", guest);
  const text = await driver.console("sim-1", guest.id);
  assert.match(text, /simulated guest/);
  assert.match(text, /web\.example login:/);
});

test("a planned fault is met by the next calls only", async () => {
  const driver = simulatedCompute({ hosts: 2 });
  const guest = newGuest();
  driver.faults.throw("create", new Unavailable("The host is busy."), 2);
  await assert.rejects(driver.create("sim-2", guest), Unavailable);
  await assert.rejects(driver.create("sim-2", guest), Unavailable);
  await driver.create("sim-2", guest);
  assert.equal(driver.guests.get(guest.id)?.host, "sim-2");
});

test("a hanging call ends with its signal, or goes on when the fault is cleared", async () => {
  const driver = simulatedCompute();
  const guest = newGuest();
  driver.faults.hang("create", 2);
  const stop = new AbortController();
  const aborted = driver.create("sim-1", guest, stop.signal);
  stop.abort(new Error("deadline"));
  await assert.rejects(aborted, { message: "deadline" });
  assert.equal(driver.guests.size, 0);
  const released = driver.create("sim-1", guest);
  driver.faults.clear();
  await released;
  assert.equal(await driver.power("sim-1", guest.id), "on");
});

function newGuest(): Guest {
  return {
    id: randomUUID(),
    name: "a guest",
    vcpus: 1,
    memoryMib: 64,
    diskGib: 1,
    root: { kind: "image", image: { imageId: randomUUID(), format: "raw", path: "/dev/null", sha512: "" } },
    nics: [],
    disks: [],
    configDrive: null,
  };
}
