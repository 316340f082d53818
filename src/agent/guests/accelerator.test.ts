import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { chooseAcceleration } from "./accelerator.ts";
import { layoutOf } from "./layout.ts";

const folder = await mkdtemp(join(tmpdir(), "accelerator-"));
await chmod(folder, 0o711);
after(() => rm(folder, { recursive: true }));
const layout = layoutOf(folder);
const program = "qemu-system-x86_64";
const skip = (process.getuid?.() !== 0 && "needs root") || (spawnSync("which", [program]).status !== 0 && "needs QEMU");

test("the accelerator is found by booting, once per boot of the host", { skip }, async () => {
  const found = await chooseAcceleration(layout, program);
  assert.match(found.accelerator, /^(kvm|tcg)$/);
  const note = join(folder, "accelerator.json");
  const { boot } = JSON.parse(await readFile(note, "utf8"));
  await writeFile(note, JSON.stringify({ boot, found: { accelerator: "remembered" } }));
  assert.deepEqual(await chooseAcceleration(layout, program), { accelerator: "remembered" });
  for (const stale of [JSON.stringify({ boot: "another", found: { accelerator: "remembered" } }), ""]) {
    await writeFile(note, stale);
    assert.deepEqual(await chooseAcceleration(layout, program), found);
  }
});

test("an accelerator that was asked for is taken unseen", async () => {
  assert.deepEqual(await chooseAcceleration(layout, "no-such-program", "tcg"), { accelerator: "tcg" });
});
