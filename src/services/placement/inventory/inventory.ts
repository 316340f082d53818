/** How much of one resource class a provider has, and how it may be cut. */
export interface Inventory {
  readonly providerId: string;
  readonly resourceClass: string;
  readonly total: number;
  readonly reserved: number;
  readonly minUnit: number;
  readonly maxUnit: number;
  readonly stepSize: number;
  readonly allocationRatio: number;
}

/** What a request leaves out. */
export const inventoryDefaults = { reserved: 0, minUnit: 1, maxUnit: 2147483647, stepSize: 1, allocationRatio: 1 };

/** How much may be given in all. */
export function capacity({ total, reserved, allocationRatio }: Inventory): number {
  return Math.floor((total - reserved) * allocationRatio);
}

/** Why an amount cannot be taken, or undefined if it can. */
export function whyNoRoom(it: Inventory, used: number, amount: number): string | undefined {
  const { resourceClass: unit, minUnit, maxUnit, stepSize } = it;
  const free = capacity(it) - used;
  if (amount > free) return `needs ${amount} ${unit}, has ${Math.max(0, free)} of ${capacity(it)} free`;
  if (amount < minUnit) return `needs ${amount} ${unit}, gives at least ${minUnit} at once`;
  if (amount > maxUnit) return `needs ${amount} ${unit}, gives at most ${maxUnit} at once`;
  if (amount % stepSize) return `needs ${amount} ${unit}, gives multiples of ${stepSize}`;
}
