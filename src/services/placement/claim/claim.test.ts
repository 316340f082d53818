import assert from "node:assert/strict";
import { test } from "node:test";
import { inventoryDefaults } from "../inventory/inventory.ts";
import { choose, type Offered, readNoHost, sayNoHost } from "./claim.ts";

function host(
  name: string,
  vcpus: number,
  memory: number,
  used: Record<string, number> = {},
  traits: string[] = [],
): Offered {
  const inventory = (resourceClass: string, total: number) => ({
    ...inventoryDefaults,
    providerId: name,
    resourceClass,
    total,
  });
  return { id: name, name, inventories: [inventory("VCPU", vcpus), inventory("MEMORY_MB", memory)], used, traits };
}
const wish = { resources: { VCPU: 2, MEMORY_MB: 512 } };

test("the host with the most free memory is the best, then the one with the most free CPU", () => {
  assert.equal(choose([host("a", 8, 1024), host("b", 8, 2048)], wish).best?.name, "b");
  assert.equal(choose([host("a", 8, 2048, { MEMORY_MB: 1536 }), host("b", 8, 1024)], wish).best?.name, "b");
  assert.equal(choose([host("a", 4, 1024), host("b", 8, 1024)], wish).best?.name, "b");
});

test("every host that is not taken says why", () => {
  const hosts = [
    host("c1", 16, 8192, { VCPU: 15 }),
    host("c2", 16, 8192, {}, ["COMPUTE_STATUS_DISABLED"]),
    host("c3", 16, 8192),
  ];
  const { best, whyNot } = choose(hosts, { ...wish, forbiddenTraits: ["COMPUTE_STATUS_DISABLED"] });
  assert.equal(best?.name, "c3");
  assert.deepEqual(whyNot, [
    { host: "c1", why: "needs 2 VCPU, has 1 of 16 free" },
    { host: "c2", why: "is disabled" },
  ]);
});

test("a host must be among those asked for and have the traits", () => {
  const asked = choose([host("a", 8, 1024), host("b", 8, 1024)], {
    ...wish,
    hosts: ["b"],
    requiredTraits: ["CUSTOM_FAST"],
  });
  assert.deepEqual(asked.whyNot, [
    { host: "a", why: "is not among the hosts asked for" },
    { host: "b", why: "lacks the trait CUSTOM_FAST" },
  ]);
});

test("a refusal's sentence can be read back", () => {
  const whyNot = [
    { host: "c1", why: "needs 8 VCPU, has 6 of 16 free, needs 9 MEMORY_MB, has 1 of 2 free" },
    { host: "c2", why: "is disabled" },
  ];
  assert.equal(
    sayNoHost(whyNot),
    "No valid host was found. There are not enough hosts available. c1: needs 8 VCPU, has 6 of 16 free, needs 9 MEMORY_MB, has 1 of 2 free; c2: is disabled",
  );
  assert.deepEqual(readNoHost(sayNoHost(whyNot)), whyNot);
  assert.deepEqual(readNoHost(sayNoHost([])), []);
});
