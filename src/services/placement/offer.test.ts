import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import type { Placement } from "./index.ts";
import { placementOffer } from "./offer.ts";
import { placement } from "./service.ts";

describe("what placement answers its neighbours", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [placement], drivers: { placement: {} } });
  });
  after(() => cloud.stop());

  const offer: Placement = placementOffer;
  const write = <T>(work: Parameters<ReturnType<TestCloud["world"]>["write"]>[0]) =>
    cloud.world("placement").write(work) as Promise<T>;
  const want = { resources: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 0 }, projectId: "p", userId: "u" };

  function host(name: string, vcpus = 4, traits: string[] = []) {
    const inventories = { VCPU: { total: vcpus }, MEMORY_MB: { total: 4096, reserved: 512 }, DISK_GB: { total: 100 } };
    return write((tx) => offer.report(tx, { id: `id-of-${name}`, name, inventories, traits }));
  }

  test("claims at the same moment never take more than there is", async () => {
    await host("one", 3);
    const claims = Array.from({ length: 8 }, (_, i) =>
      write((tx) => offer.claim(tx, `many-${i}`, { ...want, hosts: ["one"] })),
    );
    const ended = await Promise.allSettled(claims);
    assert.equal(ended.filter(({ status }) => status === "fulfilled").length, 3);
    for (const it of ended) if (it.status === "rejected") assert.ok(it.reason instanceof Refused);
    const used = await write<ReadonlyMap<string, object>>((tx) => offer.usages(tx, ["id-of-one"]));
    assert.deepEqual(used.get("id-of-one"), { VCPU: 3, MEMORY_MB: 1536 });
  });

  test("claims are spread over the hosts that have most room", async () => {
    await host("left");
    await host("right");
    const taken = [];
    for (const id of ["s1", "s2"])
      taken.push(
        (await write<{ host: string }>((tx) => offer.claim(tx, id, { ...want, hosts: ["left", "right"] }))).host,
      );
    assert.deepEqual(taken.sort(), ["left", "right"]);
  });

  test("a claim is explained, and so is a refusal that the caller keeps", async () => {
    await host("big", 8);
    await write((tx) => offer.claim(tx, "fits", { ...want, hosts: ["big"] }));
    const found = await write<{ host: string; whyNot: { host: string }[] }>((tx) => offer.explain(tx, "fits"));
    assert.equal(found.host, "big");
    const huge = { ...want, resources: { VCPU: 99 }, hosts: ["big"] };
    const sentence = await write((tx) => offer.claim(tx, "huge", huge)).then(
      () => assert.fail("it was claimed"),
      (why: Error) => why.message,
    );
    assert.match(
      sentence,
      /^No valid host was found\. There are not enough hosts available\. big: needs 99 VCPU, has 7 of 8 free$/,
    );
    await write((tx) => offer.refused(tx, "huge", sentence));
    const kept = await write<{ host: null; at: string; whyNot: object }>((tx) => offer.explain(tx, "huge"));
    assert.equal(kept.host, null);
    assert.equal(Date.parse(kept.at), Date.parse("2026-11-20T12:00:00Z"));
    assert.deepEqual(kept.whyNot, [{ host: "big", why: "needs 99 VCPU, has 7 of 8 free" }]);
  });

  test("what is released is free again, and may be released again", async () => {
    await host("small", 1);
    const only = { ...want, hosts: ["small"] };
    await write((tx) => offer.claim(tx, "first", only));
    await assert.rejects(write((tx) => offer.claim(tx, "second", only)));
    await write((tx) => offer.release(tx, "first"));
    await write((tx) => offer.release(tx, "first"));
    await write((tx) => offer.claim(tx, "second", only));
    const all = await write<string[]>((tx) => offer.consumers(tx));
    assert.ok(all.includes("second") && !all.includes("first"));
  });

  test("a second claim of the same consumer replaces its first", async () => {
    await host("again", 1);
    const only = { ...want, hosts: ["again"] };
    await write((tx) => offer.claim(tx, "same", only));
    await write((tx) => offer.claim(tx, "same", only));
  });

  test("a report that says nothing new leaves the generation as it is", async () => {
    await host("steady", 4, ["CUSTOM_FAST"]);
    const generation = async () =>
      (await cloud.call("GET", "/placement/resource_providers/id-of-steady")).body.generation;
    const before = await generation();
    await host("steady", 4, ["CUSTOM_FAST"]);
    assert.equal(await generation(), before);
    await host("steady", 5, ["CUSTOM_FAST", "COMPUTE_STATUS_DISABLED"]);
    assert.equal(await generation(), before + 1);
  });

  test("what is in use stays in a report that leaves it out", async () => {
    await host("kept");
    await write((tx) => offer.claim(tx, "holder", { ...want, hosts: ["kept"] }));
    await write((tx) =>
      offer.report(tx, { id: "id-of-kept", name: "kept", inventories: { DISK_GB: { total: 5 } }, traits: [] }),
    );
    const { body } = await cloud.call("GET", "/placement/resource_providers/id-of-kept/inventories");
    assert.deepEqual(Object.keys(body.inventories), ["DISK_GB", "MEMORY_MB", "VCPU"]);
  });
});
