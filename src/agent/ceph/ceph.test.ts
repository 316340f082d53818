import assert from "node:assert/strict";
import { test } from "node:test";
import { Gone, Refused, Unavailable } from "#platform/service/driver.ts";
import { Busy, cephOf, HasClones, IsThere, meaningOf, NoRoom } from "./ceph.ts";

test("what Ceph's programs say has one meaning each", () => {
  for (const [said, code, kind] of [
    ["rbd: error opening image x: (2) No such file or directory", 2, Gone],
    ["rbd: create error: (17) File exists", 17, IsThere],
    ["rbd: image has snapshots with linked clones - these must be deleted or flattened", 39, HasClones],
    ["rbd: error: image still has watchers\nThis means the image is still open", 16, Busy],
    ["rbd: import failed: (28) No space left on device", 28, NoRoom],
    ["rbd: couldn't connect to the cluster!: (110) Connection timed out", 1, Unavailable],
    ["spawn rbd ENOENT", null, Unavailable],
    ["", null, Unavailable],
    ["rbd: list: (108) Cannot send after transport endpoint shutdown", 108, Unavailable],
    ["rbd: error opening pool 'x': (1) Operation not permitted", 1, Refused],
  ] as const)
    assert.equal(meaningOf(said, code).constructor, kind, said);
  assert.match(meaningOf("2026 -1 librbd: noise\n\nrbd: no (22)", 22).message, /^Ceph refuses: rbd: no/);
});

test("a Ceph whose configuration is not there is no success", async () => {
  const ceph = cephOf({ conf: "/nowhere/ceph.conf", user: "nobody" });
  await assert.rejects(ceph.rbd(["ls", "none"], { limit: 20_000 }), (why) => why instanceof Error);
});
