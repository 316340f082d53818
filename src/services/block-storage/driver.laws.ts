import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { Gone, Refused, Unavailable } from "#platform/service/driver.ts";
import type { BlockStorageDriver, Connection, VolumeSpec } from "./driver.ts";

/** A driver with what its laws need around it. */
export interface Ground {
  readonly driver: BlockStorageDriver;
  readonly host: string;
  /** An image of one GiB that begins with the text. */
  image(text: string): Promise<{ readonly kind: "image"; readonly path: string; readonly format: string }>;
  /** Writes and reads the beginning of a connected volume; absent where there are no bytes. */
  readonly bytes?: {
    write(connection: Connection, text: string): Promise<void>;
    read(connection: Connection, length: number): Promise<string>;
  };
  /** What serves the volume dies, without the driver's doing. */
  crash(volumeId: string): Promise<void>;
  /** The same world, as a program that was started anew sees it. */
  restarted(): BlockStorageDriver;
  stop(): Promise<void>;
}

/** What every storage must keep, the simulated and the real ones. */
export function blockStorageLaws(name: string, make: () => Promise<Ground>): void {
  suite(`block storage driver laws: ${name}`, () => {
    let ground: Ground;
    before(async () => {
      ground = await make();
    });
    after(() => ground?.stop());
    for (const [law, hold] of [...diskLaws, ...servingLaws, ...snapshotLaws, ...byteLaws])
      test(law, { timeout: 60_000 }, (context) => {
        if (hold.needsBytes && !ground.bytes) return context.skip("There are no bytes.");
        return hold.run(ground);
      });
  });
}

interface Hold {
  readonly needsBytes: boolean;
  run(ground: Ground): Promise<void>;
}
type Law = readonly [string, Hold];

const law = (says: string, run: Hold["run"]): Law => [says, { needsBytes: false, run }];
const byteLaw = (says: string, run: Hold["run"]): Law => [says, { needsBytes: true, run }];

const diskLaws: Law[] = [
  law("a volume is created once and deleted once, however often it is asked", async ({ driver }) => {
    const { id } = await empty(driver);
    await driver.create({ id, gib: 1, source: null });
    assert.ok(await leaves(driver, id));
    for (const _ of [1, 2]) await driver.delete(id);
    assert.equal(await leaves(driver, id), false);
  }),
  law("a volume grows and does not shrink", async ({ driver }) => {
    const { id } = await empty(driver);
    for (const _ of [1, 2]) await driver.extend(id, 3);
    await assert.rejects(driver.extend(id, 2), Refused);
    await driver.delete(id);
    await assert.rejects(driver.extend(id, 4), Gone);
  }),
  law("a copy of what is not there is refused and leaves nothing", async ({ driver }) => {
    const [id, none] = [randomUUID(), randomUUID()];
    await assert.rejects(driver.create({ id, gib: 1, source: { kind: "volume", volumeId: none } }), Gone);
    await driver.delete(id);
    assert.equal(await leaves(driver, id), false);
  }),
  law("an aborted creation changes nothing more, and can be asked for again", async ({ driver }) => {
    const id = randomUUID();
    const stop = AbortSignal.abort(new Error("enough"));
    await assert.rejects(driver.create({ id, gib: 1, source: null }, stop), { message: "enough" });
    await driver.create({ id, gib: 1, source: null });
    await driver.delete(id);
  }),
  law("the storage says how large it is and how much is free", async ({ driver }) => {
    const { totalGib, freeGib } = await driver.capacity();
    assert.ok(totalGib > 0 && freeGib >= 0 && freeGib <= totalGib);
  }),
];

const servingLaws: Law[] = [
  law("a volume is served to one server, and connecting again finds that", async ({ driver, host }) => {
    const { id } = await empty(driver);
    const [mine, other] = [randomUUID(), randomUUID()];
    const first = await driver.connect(id, host, mine);
    assert.deepEqual(await driver.connect(id, host, mine), first);
    assert.deepEqual(await servedOf(driver, id), [{ volumeId: id, host, serverId: mine }]);
    await assert.rejects(driver.connect(id, host, other), Unavailable);
    await driver.disconnect(id, host, other);
    assert.equal((await servedOf(driver, id)).length, 1);
    for (const _ of [1, 2]) await driver.disconnect(id, host, mine);
    assert.deepEqual(await servedOf(driver, id), []);
    await driver.delete(id);
  }),
  law("a volume that is served is not deleted", async ({ driver, host }) => {
    const { id } = await empty(driver);
    const server = randomUUID();
    await driver.connect(id, host, server);
    await assert.rejects(driver.delete(id), Unavailable);
    await driver.disconnect(id, host, server);
    await driver.delete(id);
  }),
  law("what does not exist is not connected; disconnecting it is nothing to do", async ({ driver, host }) => {
    const id = randomUUID();
    await assert.rejects(driver.connect(id, host, randomUUID()), Gone);
    await driver.disconnect(id, host, randomUUID());
  }),
  law("what serves a volume survives the program, and is found again", async ({ driver, host, restarted }) => {
    const { id } = await empty(driver);
    const server = randomUUID();
    const first = await driver.connect(id, host, server);
    const next = restarted();
    assert.equal((await servedOf(next, id)).length, 1);
    assert.deepEqual(await next.connect(id, host, server), first);
    await next.disconnect(id, host, server);
    assert.deepEqual(await servedOf(driver, id), []);
    await driver.delete(id);
  }),
  law("a volume whose serving died is served again by connecting", async ({ driver, host, crash }) => {
    const { id } = await empty(driver);
    const server = randomUUID();
    const first = await driver.connect(id, host, server);
    await crash(id);
    assert.deepEqual(await servedOf(driver, id), []);
    assert.deepEqual(await driver.connect(id, host, server), first);
    await driver.disconnect(id, host, server);
    await driver.delete(id);
  }),
];

const snapshotLaws: Law[] = [
  law("snapshots are taken and dropped once, connected or not", async ({ driver, host }) => {
    const { id } = await empty(driver);
    const [cold, warm, server] = [randomUUID(), randomUUID(), randomUUID()];
    for (const _ of [1, 2]) await driver.snapshot(id, cold);
    await driver.connect(id, host, server);
    for (const _ of [1, 2]) await driver.snapshot(id, warm);
    assert.ok((await leaves(driver, cold)) && (await leaves(driver, warm)));
    for (const _ of [1, 2]) await driver.deleteSnapshot(id, cold);
    await driver.disconnect(id, host, server);
    for (const _ of [1, 2]) await driver.deleteSnapshot(id, warm);
    assert.deepEqual([await leaves(driver, cold), await leaves(driver, warm)], [false, false]);
    await driver.delete(id);
    await driver.deleteSnapshot(id, warm);
  }),
  law("a volume outlives the snapshot and the volume that it was made from", async ({ driver, host }) => {
    const { id: volumeId } = await empty(driver);
    const snapshotId = randomUUID();
    await driver.snapshot(volumeId, snapshotId);
    const fromSnapshot = await made(driver, { kind: "snapshot", volumeId, snapshotId }, 2);
    const fromVolume = await made(driver, { kind: "volume", volumeId }, 1);
    assert.equal((await driver.traces()).filter(({ subject }) => subject === fromVolume.id).length, 1);
    await driver.delete(volumeId);
    for (const { id } of [fromSnapshot, fromVolume]) {
      const server = randomUUID();
      await driver.connect(id, host, server);
      await driver.disconnect(id, host, server);
      await driver.delete(id);
    }
  }),
];

const byteLaws: Law[] = [
  byteLaw("what was written is there after disconnecting and after a crash", async ({ driver, host, bytes, crash }) => {
    const { id } = await empty(driver);
    const server = randomUUID();
    await bytes?.write(await driver.connect(id, host, server), "kept");
    await driver.disconnect(id, host, server);
    await bytes?.write(await driver.connect(id, host, server), "hard");
    await crash(id);
    assert.equal(await bytes?.read(await driver.connect(id, host, server), 4), "hard");
    await driver.disconnect(id, host, server);
    await driver.delete(id);
  }),
  byteLaw("a snapshot and a copy of a volume in use have what was on it then", async ({ driver, host, bytes }) => {
    const { id: volumeId } = await empty(driver);
    const [snapshotId, server] = [randomUUID(), randomUUID()];
    const connection = await driver.connect(volumeId, host, server);
    await bytes?.write(connection, "then");
    await driver.snapshot(volumeId, snapshotId);
    await bytes?.write(connection, "late");
    const fromSnapshot = await made(driver, { kind: "snapshot", volumeId, snapshotId }, 1);
    const fromVolume = await made(driver, { kind: "volume", volumeId }, 1);
    await bytes?.write(connection, "last");
    for (const [it, text] of [
      [fromSnapshot, "then"],
      [fromVolume, "late"],
    ] as const) {
      assert.equal(await bytes?.read(await driver.connect(it.id, host, server), 4), text);
      await driver.disconnect(it.id, host, server);
      await driver.delete(it.id);
    }
    assert.equal(await bytes?.read(connection, 4), "last");
    await driver.disconnect(volumeId, host, server);
    await driver.delete(volumeId);
  }),
  byteLaw(
    "a volume made from an image begins with it and is as large as asked",
    async ({ driver, host, ...ground }) => {
      const source = await ground.image("boot");
      const { id } = await made(driver, source, 2);
      const server = randomUUID();
      assert.equal(await ground.bytes?.read(await driver.connect(id, host, server), 4), "boot");
      await driver.disconnect(id, host, server);
      await assert.rejects(driver.extend(id, 1), Refused);
      await driver.delete(id);
    },
  ),
];

async function empty(driver: BlockStorageDriver) {
  return made(driver, null, 1);
}

async function made(driver: BlockStorageDriver, source: VolumeSpec["source"], gib: number): Promise<VolumeSpec> {
  const spec = { id: randomUUID(), gib, source };
  await driver.create(spec);
  return spec;
}

async function leaves(driver: BlockStorageDriver, id: string): Promise<boolean> {
  return (await driver.traces()).some(({ subject }) => subject === id);
}

async function servedOf(driver: BlockStorageDriver, id: string) {
  return (await driver.served()).filter(({ volumeId }) => volumeId === id);
}
