import type { Tx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { type ComputeHost, isOpen } from "./host.ts";

/** How much more than it has a host may promise. */
const vcpuRatio = 4;
/** What a host keeps for itself. */
const reservedMib = 512;

/** Tells placement what a host has, and whether new servers may come to it. */
export async function provide(tx: Tx<Compute>, it: Omit<ComputeHost, "number">): Promise<void> {
  const open = isOpen(it, tx.now);
  await tx.needs.placement.report(tx, {
    id: it.id,
    name: it.name,
    inventories: {
      VCPU: { total: it.vcpus, allocationRatio: vcpuRatio, maxUnit: it.vcpus },
      MEMORY_MB: {
        total: it.memoryMib,
        reserved: Math.min(reservedMib, Math.floor(it.memoryMib / 4)),
        allocationRatio: 1,
        maxUnit: it.memoryMib,
      },
      DISK_GB: { total: it.diskGib, allocationRatio: 1, maxUnit: it.diskGib },
    },
    traits: open ? it.traits : [...it.traits, "COMPUTE_STATUS_DISABLED"],
  });
}
