import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { setTimeout as pausing } from "node:timers/promises";
import { Elsewhere, Refused, Unavailable } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";
import { type Bench, bench, cannotRun, databaseNow } from "./bench.testkit.ts";
import { anyMac, comesUp, groupSpec, networkSpec, portSpec } from "./guests.testkit.ts";
import { ovnNetwork } from "./ovn.ts";

describe("the life of OVN's daemons", { skip: cannotRun() }, () => {
  let cloud: Bench;
  const metadata = { portId: randomUUID(), mac: anyMac(), cidrs: ["10.30.0.2/24"] };
  const network = networkSpec({ cidr: "10.30.0.0/24", metadata });
  const group = groupSpec({ protocol: "tcp" });
  const port = portSpec(network, "10.30.0.5", { securityGroups: [group.id] });
  const plug = { portId: port.id, mac: port.mac, mtu: 1400, deviceId: randomUUID() };

  before(async () => {
    cloud = await bench();
    await putAll();
    const up = comesUp(cloud.driver, port.id);
    await cloud.driver.plug(cloud.host, plug);
    await up;
  });
  after(() => cloud?.end());

  test("what is put again changes no row", async () => {
    const was = databaseNow(cloud);
    await putAll();
    await cloud.driver.plug(cloud.host, plug);
    assert.equal(databaseNow(cloud), was);
  });

  test("the next run of the program finds the daemons running, and everything in its place", async () => {
    const [was, traces] = [await pids(), await cloud.driver.traces()];
    await cloud.driver.stop();
    await assert.rejects(cloud.driver.isUp(port.id), Unavailable);
    const next = ovnNetwork(cloud.options);
    cloud.driver = next;
    await next.start();
    assert.deepEqual(await pids(), was);
    assert.deepEqual(sorted(await next.traces()), sorted(traces));
    assert.equal(await next.isUp(port.id), true);
  });

  for (const name of [
    "host/ovs-vswitchd",
    "host/ovn-controller",
    "central/ovn-northd",
    "central/ovsdb-server",
    "host/ovsdb-server",
  ]) {
    test(`${name} is started again when it dies, and a port can come up`, async () => {
      const was = await pidOf(name);
      process.kill(was, "SIGKILL");
      const other = portSpec(network, "10.30.0.6");
      await patiently(() => cloud.driver.putPort(other));
      const up = comesUp(cloud.driver, other.id);
      await patiently(() => cloud.driver.plug(cloud.host, { ...plug, portId: other.id, mac: other.mac }));
      await up;
      assert.notEqual(await pidOf(name), was);
      await cloud.driver.unplug(cloud.host, other.id);
      await cloud.driver.dropPort(other.id);
    });
  }

  test("what OVN cannot do is refused", async () => {
    const provider = { kind: "flat", physicalNetwork: "nowhere", vlan: null } as const;
    const putNetwork = () => cloud.driver.putNetwork({ ...network, id: randomUUID(), provider });
    const refused = (act: () => Promise<unknown>) => assert.rejects(patiently(act), Refused);
    await refused(putNetwork);
    await assert.rejects(cloud.driver.plug("nowhere", plug), Elsewhere);
    await refused(() => cloud.driver.putSecurityGroup(groupSpec({ protocol: "nonsense" })));
  });

  async function putAll() {
    await cloud.driver.putNetwork(network);
    await cloud.driver.putSecurityGroup(group);
    await cloud.driver.putPort({ ...port, host: cloud.host });
  }

  const pidOf = async (name: string) => Number(await readFile(`${cloud.options.stateDir}/${name}.pid`, "utf8"));
  const pids = () => Promise.all(["central/ovn-northd", "host/ovs-vswitchd", "host/ovn-controller"].map(pidOf));
});

/** As a saga does: an Unavailable is tried again, for a while. */
async function patiently<T>(act: () => Promise<T>, tries = 200): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Unavailable) || tries === 0) throw error;
  }
  await pausing(50);
  return patiently(act, tries - 1);
}

const sorted = (traces: readonly Trace[]) => traces.map((trace) => JSON.stringify(trace)).sort();
