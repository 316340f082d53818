import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Gone } from "#platform/service/driver.ts";
import type { ComputeDriver, Guest, GuestDisk, GuestEvent, GuestNic } from "./driver.ts";

/** A driver with what its guests need around it. */
export interface Ground {
  readonly driver: ComputeDriver;
  readonly host: string;
  /** A guest with an id that was never used, a root disk and nothing else. */
  guest(): Promise<Guest>;
  /** A volume that this guest may open. */
  disk(guest: Guest): Promise<GuestDisk>;
  /** A NIC whose device is there and may be opened by this guest. */
  nic(guest: Guest): Promise<GuestNic>;
  /** Returns when the guest, which was turned on, takes notice of its power button. */
  awake(id: string): Promise<void>;
  /** What runs the guest dies, without the driver's doing. */
  crash(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** What every compute driver must keep, the simulated and the real ones. */
export function computeLaws(name: string, make: () => Promise<Ground>): void {
  suite(`compute driver laws: ${name}`, () => {
    let ground: Ground;
    before(async () => {
      ground = await make();
    });
    after(() => ground?.stop());
    for (const [law, hold] of [...lifeLaws, ...plugLaws, ...toldLaws, ...abortLaws])
      test(law, { timeout: 60_000 }, () => hold(ground));
  });
}

type Law = readonly [string, (ground: Ground) => Promise<void>];

const lifeLaws: Law[] = [
  [
    "the hosts report what they have",
    async ({ driver, host }) => {
      const report = (await driver.hosts()).find((it) => it.name === host);
      assert.ok(report && report.vcpus > 0 && report.memoryMib > 0 && report.diskGib > 0);
    },
  ],
  [
    "a guest that is created is on, and creating it again changes nothing",
    withGuest(async ({ driver, host }, guest) => {
      await driver.create(host, guest);
      assert.equal(await driver.power(host, guest.id), "on");
      assert.deepEqual(await listed(driver, host, guest.id), [{ id: guest.id, power: "on" }]);
    }),
  ],
  [
    "a guest that was turned off can be turned on again, each of it twice",
    withGuest(async ({ driver, host }, guest) => {
      for (const _ of [1, 2]) await driver.off(host, guest.id);
      assert.deepEqual(await listed(driver, host, guest.id), [{ id: guest.id, power: "off" }]);
      for (const _ of [1, 2]) await driver.start(host, guest);
      assert.equal(await driver.power(host, guest.id), "on");
    }),
  ],
  [
    "creating a guest that is off turns it on",
    withGuest(async ({ driver, host }, guest) => {
      await driver.off(host, guest.id);
      await driver.create(host, guest);
      assert.equal(await driver.power(host, guest.id), "on");
    }),
  ],
  [
    "a guest that is destroyed leaves no trace, and destroying it again is no error",
    withGuest(async ({ driver, host }, guest) => {
      for (const _ of [1, 2]) await driver.destroy(host, guest.id);
      await assertNothing({ driver, host }, guest);
    }),
  ],
  [
    "a guest that is off is destroyed without a trace",
    withGuest(async ({ driver, host }, guest) => {
      await driver.off(host, guest.id);
      await driver.destroy(host, guest.id);
      await assertNothing({ driver, host }, guest);
    }),
  ],
  [
    "of what never was there is nothing to destroy, to turn off or to unplug; and it is gone for all else",
    async ({ driver, host, ...ground }) => {
      const { id, ...rest } = await ground.guest();
      await driver.destroy(host, id);
      await driver.off(host, id);
      await driver.detachDisk(host, id, "no-such-volume");
      await driver.detachNic(host, id, "no-such-port");
      await assert.rejects(driver.start(host, { id, ...rest }), Gone);
      await assert.rejects(driver.askOff(host, id), Gone);
      await assert.rejects(driver.console(host, id), Gone);
      await assertNothing({ driver, host }, { id });
    },
  ],
  [
    "calls for one guest that come together are done in their order",
    async ({ driver, host, ...ground }) => {
      const guest = await ground.guest();
      await Promise.all([driver.create(host, guest), driver.off(host, guest.id), driver.destroy(host, guest.id)]);
      await assertNothing({ driver, host }, guest);
    },
  ],
  [
    "the console can be read while the guest is on and when it is off, as many lines as are asked for",
    withGuest(async ({ driver, host }, guest) => {
      assert.equal(typeof (await driver.console(host, guest.id)), "string");
      await driver.off(host, guest.id);
      assert.ok((await driver.console(host, guest.id, 2)).split("\n").length <= 2);
      assert.equal(await driver.console(host, guest.id, 0), "");
    }),
  ],
];

const plugLaws: Law[] = [
  [
    "a disk is plugged in and out of a guest that is on, each of it twice, and can come back",
    withGuest(async ({ driver, host, ...ground }, guest) => {
      const disk = await ground.disk(guest);
      for (const _ of [1, 2]) {
        for (const _ of [1, 2]) await driver.attachDisk(host, guest.id, disk);
        for (const _ of [1, 2]) await driver.detachDisk(host, guest.id, disk.volumeId);
      }
    }),
  ],
  [
    "a NIC is plugged in and out of a guest that is on, each of it twice, and can come back",
    withGuest(async ({ driver, host, ...ground }, guest) => {
      const nic = await ground.nic(guest);
      for (const _ of [1, 2]) {
        for (const _ of [1, 2]) await driver.attachNic(host, guest.id, nic);
        for (const _ of [1, 2]) await driver.detachNic(host, guest.id, nic.portId);
      }
    }),
  ],
  [
    "a guest is turned on with the disks and NICs that it has come to have, and lets go of them",
    withGuest(async ({ driver, host, ...ground }, guest) => {
      await driver.off(host, guest.id);
      const [disk, nic] = [await ground.disk(guest), await ground.nic(guest)];
      await driver.attachDisk(host, guest.id, disk);
      await driver.attachNic(host, guest.id, nic);
      await driver.start(host, { ...guest, disks: [disk], nics: [nic] });
      await driver.detachDisk(host, guest.id, disk.volumeId);
      await driver.detachNic(host, guest.id, nic.portId);
      assert.equal(await driver.power(host, guest.id), "on");
    }),
  ],
  [
    "a disk or NIC cannot be plugged into what is not there",
    async ({ driver, host, ...ground }) => {
      const guest = await ground.guest();
      await assert.rejects(driver.attachDisk(host, guest.id, await ground.disk(guest)), Gone);
      await assert.rejects(driver.attachNic(host, guest.id, await ground.nic(guest)), Gone);
    },
  ],
];

const toldLaws: Law[] = [
  [
    "a guest whose power button is pressed tells that it stopped, and is off",
    withGuest(async ({ driver, host, ...ground }, guest) => {
      const told = next(driver, guest.id);
      await ground.awake(guest.id);
      await driver.askOff(host, guest.id);
      assert.deepEqual(await told, { kind: "guest.stopped", host, id: guest.id });
      assert.equal(await driver.power(host, guest.id), "off");
      await driver.askOff(host, guest.id);
    }),
  ],
  [
    "a guest that dies tells that it stopped, and can be turned on again",
    withGuest(async ({ driver, host, ...ground }, guest) => {
      const told = next(driver, guest.id);
      await ground.crash(guest.id);
      assert.deepEqual(await told, { kind: "guest.stopped", host, id: guest.id });
      assert.equal(await driver.power(host, guest.id), "off");
      await driver.start(host, guest);
      assert.equal(await driver.power(host, guest.id), "on");
    }),
  ],
  [
    "what the driver itself turns off, on or away is not told",
    withGuest(async ({ driver, host }, guest) => {
      const told: GuestEvent[] = [];
      const stop = driver.watch((event) => event.id === guest.id && told.push(event));
      await driver.off(host, guest.id);
      await driver.start(host, guest);
      await driver.destroy(host, guest.id);
      stop();
      assert.deepEqual(told, []);
    }),
  ],
];

const abortLaws: Law[] = [
  [
    "a call whose signal has fired throws its reason and changes nothing",
    withGuest(async ({ driver, host, ...ground }, guest) => {
      const other = await ground.guest();
      const fired = AbortSignal.abort(new Error("too late"));
      const late = { message: "too late" };
      await assert.rejects(driver.create(host, other, fired), late);
      await assert.rejects(driver.off(host, guest.id, fired), late);
      await assert.rejects(driver.askOff(host, guest.id, fired), late);
      await assert.rejects(driver.destroy(host, guest.id, fired), late);
      assert.equal(await driver.power(host, guest.id), "on");
      await assertNothing({ driver, host }, other);
    }),
  ],
  [
    "a call that is aborted on its way can be made again, or be undone",
    async ({ driver, host, ...ground }) => {
      for (const wait of [0, 20, 100]) {
        const guest = await ground.guest();
        await driver.create(host, guest, AbortSignal.timeout(wait)).catch(() => undefined);
        if (wait > 0) await driver.create(host, guest);
        await driver.destroy(host, guest.id);
        await assertNothing({ driver, host }, guest);
      }
    },
  ],
];

function withGuest(hold: (ground: Ground, guest: Guest) => Promise<void>): Law[1] {
  return async (ground) => {
    const guest = await ground.guest();
    await ground.driver.create(ground.host, guest);
    try {
      await hold(ground, guest);
    } finally {
      await ground.driver.destroy(ground.host, guest.id);
    }
  };
}

type Subject = Pick<Ground, "driver" | "host">;

async function assertNothing({ driver, host }: Subject, { id }: Pick<Guest, "id">) {
  assert.equal(await driver.power(host, id), "gone");
  assert.deepEqual(await listed(driver, host, id), []);
  assert.deepEqual(
    (await driver.traces()).filter((it) => it.subject === id),
    [],
  );
}

async function listed(driver: ComputeDriver, host: string, id: string) {
  return (await driver.list(host)).filter((it) => it.id === id);
}

function next(driver: ComputeDriver, id: string): Promise<GuestEvent> {
  return new Promise((resolve) => {
    const stop = driver.watch((event) => {
      if (event.id !== id) return;
      stop();
      resolve(event);
    });
  });
}
