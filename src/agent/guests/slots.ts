import { Refused } from "#platform/service/driver.ts";

/** Which slot each disk and NIC sits in, by device id. A device keeps its slot, so that the guest sees it at one address. */
export type Slots = Readonly<Record<string, number>>;

/** As many disks and NICs as a guest can have beside its root disk. */
export const slotCount = 16;

export function slotName(slot: number): string {
  return `slot${slot}`;
}

/** Slots for exactly these devices: who has one keeps it. */
export function slotsFor(devices: readonly string[], before: Slots): Slots {
  const kept = devices.filter((id) => before[id] !== undefined);
  let slots: Slots = Object.fromEntries(kept.map((id) => [id, before[id]!]));
  for (const id of devices) slots = withSlot(slots, id);
  return slots;
}

export function withSlot(slots: Slots, device: string): Slots {
  if (slots[device] !== undefined) return slots;
  const taken = new Set(Object.values(slots));
  const free = Array.from({ length: slotCount }, (_, at) => at + 1).find((slot) => !taken.has(slot));
  if (free === undefined) throw new Refused(`The guest has no free slot: it can have ${slotCount} disks and ports.`);
  return { ...slots, [device]: free };
}

export function withoutSlot(slots: Slots, device: string): Slots {
  const { [device]: _, ...rest } = slots;
  return rest;
}
