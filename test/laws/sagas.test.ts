import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { services } from "#cloud";
import type { SagaRow } from "#platform/saga/rows.ts";
import { Refused } from "#platform/service/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { clear, live, type ShortLife, shortLives } from "./lives.ts";

/**
 * Law 4: every saga at every step, run twice, failed, killed and resumed: the world ends done once or as before, and nothing
 * leaks. The borders are those that the sagas really cross, collected from a life without a blow.
 */
interface Border {
  readonly saga: string;
  readonly where: string;
}
const met = new Set<string>();

/** All borders with CRUNCH_LAWS=all; else one for every step: where a call was made and is not noted yet. */
function isHit({ where }: Border): boolean {
  return process.env.CRUNCH_LAWS === "all" || /^(called do|before undo)/.test(where);
}

for (const life of shortLives)
  describe(life.name, () => {
    test("without a blow, with a crash at every border, and with a refusal at every step", {
      timeout: 600_000,
    }, async (t) => {
      const borders = await collect(life);
      for (const { saga } of borders) met.add(saga);
      const blows = borders.flatMap((border) => [
        ...(isHit(border) ? [t.test(`killed ${border.where} of ${border.saga}`, () => crashed(life, border))] : []),
        ...(border.where.startsWith("before do")
          ? [t.test(`refused at ${border.where} of ${border.saga}`, () => failed(life, border))]
          : []),
      ]);
      await Promise.all(blows);
    });
  });

test("no saga is left out", () => {
  const all = services.flatMap((s) => s.sagas.map((saga) => saga.name));
  const missing = all.filter((name) => !met.has(name) && !/delete|drop/.test(name));
  assert.deepEqual(missing, []);
});

async function collect(life: ShortLife): Promise<Border[]> {
  const borders = new Map<string, Border>();
  let on = false;
  const probe = (where: string, { name: saga }: SagaRow) =>
    void (on && borders.set(`${saga} ${where}`, { saga, where }));
  await inCloud(probe, async (cloud) => {
    const ids = await life.before(cloud);
    on = true;
    const statuses = await live(cloud, life, ids);
    on = false;
    assert.ok(
      statuses.every((s) => s < 300),
      `${life.name}: ${statuses}`,
    );
    await allDone(cloud);
  });
  return [...borders.values()];
}

/** The process dies once at the border: what it held is taken up again, from the last checkpoint. */
async function crashed(life: ShortLife, border: Border): Promise<void> {
  const blow = once(border, () => new Error("Connection terminated: the process was killed"));
  await inCloud(blow.probe, async (cloud) => {
    const ids = await life.before(cloud);
    blow.arm();
    const statuses = await live(cloud, life, ids);
    assert.ok(blow.struck(), "the blow struck");
    assert.ok(
      statuses.every((s) => s < 300),
      `${statuses}`,
    );
    await allDone(cloud);
  });
}

/** The step is refused: all is undone, or it stands in error; and it can be deleted. */
async function failed(life: ShortLife, border: Border): Promise<void> {
  const blow = once(border, () => new Refused("it was struck by the law"));
  await inCloud(blow.probe, async (cloud) => {
    const ids = await life.before(cloud);
    blow.arm();
    await live(cloud, life, ids);
    assert.ok(blow.struck(), "the blow struck");
  });
}

function once({ saga, where }: Border, why: () => Error) {
  let [armed, struck] = [false, false];
  return {
    arm() {
      armed = true;
    },
    struck: () => struck,
    probe(at: string, row: SagaRow) {
      if (!armed || struck || row.name !== saga || at !== where) return;
      struck = true;
      throw why();
    },
  };
}

/** Lives in a cloud and leaves it: nothing in motion, nothing left over, room for everything as before. */
async function inCloud(
  probe: (where: string, row: SagaRow) => void,
  work: (cloud: TestCloud) => Promise<void>,
): Promise<void> {
  const cloud = await testCloud({ probe, settings: { "image-show-locations": true } });
  try {
    await work(cloud);
    await clear(cloud);
    const { rows } = await cloud.database.pool.query(
      "select name, subject, step, state, error from platform_sagas where state in ('running', 'undoing')",
    );
    assert.deepEqual(rows, [], "sagas are still in motion");
    assert.deepEqual(await cloud.leftovers(), []);
    const { rows: taken } = await cloud.database.pool.query("select * from placement_allocations");
    assert.deepEqual(taken, [], "allocations are left");
  } finally {
    await cloud.stop();
  }
}

async function allDone(cloud: TestCloud): Promise<void> {
  const { rows } = await cloud.database.pool.query(
    "select name, subject, state, error from platform_sagas where state <> 'done'",
  );
  assert.deepEqual(rows, []);
}
