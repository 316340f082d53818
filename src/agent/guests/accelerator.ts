import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { guestUser } from "../guest-user.ts";
import type { Accelerator } from "./arguments.ts";
import type { Layout } from "./layout.ts";
import { ifMissing } from "./record.ts";
import { asUser, Failed, run } from "./run.ts";

export interface Acceleration {
  readonly accelerator: Accelerator;
  /** The group that may open /dev/kvm. */
  readonly group?: number;
}

/**
 * What guests run on. That /dev/kvm is there says little: it may be closed, broken or slower than none. So a tiny disk is
 * booted both ways, once per boot of the host, and KVM has to be about as quick.
 */
export async function chooseAcceleration(layout: Layout, program: string, asked?: Accelerator): Promise<Acceleration> {
  if (asked) return acceleration(asked);
  const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  const note = join(layout.state, "accelerator.json");
  const known = await readFile(note, "utf8")
    .then(JSON.parse)
    .catch(() => undefined);
  if (known?.boot === boot) return known.found;
  const found = await probe(layout, program);
  await writeFile(`${note}.new`, JSON.stringify({ boot, found }));
  await rename(`${note}.new`, note);
  return found;
}

async function acceleration(accelerator: Accelerator): Promise<Acceleration> {
  return accelerator === "tcg" ? { accelerator } : { accelerator, group: (await stat("/dev/kvm")).gid };
}

/** How much slower than emulation a boot under KVM may be: starting it costs a little. */
const slack = (emulatedMs: number) => 4 * emulatedMs + 500;

async function probe(layout: Layout, program: string): Promise<Acceleration> {
  const real = await acceleration("kvm").catch(ifMissing);
  if (!real) return { accelerator: "tcg" };
  const disk = join(layout.state, "probe.raw");
  await writeFile(disk, bootDisk, { mode: 0o644 });
  const emulated = await timeBoot(program, disk, { accelerator: "tcg" }, 30_000);
  const hardware = await timeBoot(program, disk, real, slack(emulated ?? 0));
  return hardware === undefined ? { accelerator: "tcg" } : real;
}

/** Milliseconds from QEMU's start to the exit that the boot sector asks for; undefined if it never came. */
async function timeBoot(program: string, disk: string, by: Acceleration, limit: number): Promise<number | undefined> {
  const user = guestUser("accelerator probe");
  const started = performance.now();
  const args = ["-nodefaults", "-no-user-config", "-machine", "pc", "-accel", by.accelerator, "-m", "16"];
  const exit = ["-display", "none", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"];
  const drive = ["-blockdev", JSON.stringify({ driver: "file", "node-name": "d", filename: disk, "read-only": true })];
  const all = [...args, ...exit, ...drive, "-device", "virtio-blk-pci,drive=d,bootindex=1"];
  const code = await run("setpriv", [...asUser(user, by.group), program, ...all], { limit }).then(
    () => 0,
    (why) => (why instanceof Failed ? why.code : null),
  );
  return code === exitCode ? performance.now() - started : undefined;
}

/** isa-debug-exit ends QEMU with twice the value written and one more. */
const exitCode = 2 * 0x10 + 1;

/** mov al, 0x10; out 0xf4, al; hlt; jmp -3. The firmware boots from no disk smaller than a cylinder. */
const bootDisk = Buffer.alloc(2 ** 20);
Buffer.from("b010e6f4f4ebfd", "hex").copy(bootDisk);
bootDisk.writeUInt16LE(0xaa55, 510);
