import assert from "node:assert/strict";
import { test } from "node:test";
import { Unavailable } from "#platform/service/driver.ts";
import { keyOf } from "./access.ts";
import { copyName, isOurs, ownerOf, partName, snapshotName, volumeName } from "./names.ts";

const id = "0f1e2d3c-aaaa-bbbb-cccc-1234567890ab";

test("what stands in a pool tells whose it is, and that it is ours", () => {
  for (const name of [volumeName(id), snapshotName(id), copyName(id)])
    assert.deepEqual(ownerOf(name), { id, whole: true });
  assert.deepEqual(ownerOf(partName(id)), { id, whole: false });
  for (const name of [id, `image-${id}`, "volume-", "volume-a/b", `my-volume-${id}`, `volume-${id}.old`])
    assert.equal(isOurs(name), false, name);
});

test("a keyring has the keys of several users; the one without is not taken for another", () => {
  const keyring = "[client.a]\n\tcaps mon = x\n\tkey = AAA==\n[client.b]\n\tkey=BBB==\n[client.c]\n";
  assert.equal(keyOf(keyring, "a", "f"), "AAA==");
  assert.equal(keyOf(keyring, "b", "f"), "BBB==");
  for (const user of ["c", "d"]) assert.throws(() => keyOf(keyring, user, "f"), Unavailable);
});
