import { capacity, type Inventory, whyNoRoom } from "../inventory/inventory.ts";

/** A kept decision, as a row. */
export interface DecisionRow {
  readonly consumerId: string;
  readonly host: string | null;
  readonly whyNot: readonly Reason[];
  readonly at: string;
}
export interface Reason {
  readonly host: string;
  readonly why: string;
}
/** A provider with what it has, gives and is. */
export interface Offered {
  readonly id: string;
  readonly name: string;
  readonly inventories: readonly Inventory[];
  readonly used: Readonly<Record<string, number>>;
  readonly traits: readonly string[];
}
export interface Wish {
  readonly resources: Readonly<Record<string, number>>;
  readonly requiredTraits?: readonly string[];
  readonly forbiddenTraits?: readonly string[];
  readonly hosts?: readonly string[];
}

/** The best provider for a wish, and why each of the others was not taken. */
export function choose(offered: readonly Offered[], wish: Wish): { best: Offered | undefined; whyNot: Reason[] } {
  const whyNot: Reason[] = [];
  const fit: Offered[] = [];
  for (const it of offered) {
    const why = ruledOut(it, wish);
    if (why) whyNot.push({ host: it.name, why });
    else fit.push(it);
  }
  const [best, ...others] = fit.sort(byRoom);
  if (best) whyNot.push(...others.map(({ name: host }) => ({ host, why: `fits, but ${best.name} has more room` })));
  return { best, whyNot };
}

/** Why a provider cannot serve a wish at all, or undefined if it can. */
export function ruledOut(it: Offered, { resources, requiredTraits = [], forbiddenTraits = [], hosts }: Wish) {
  if (hosts && !hosts.includes(it.name)) return "is not among the hosts asked for";
  const missing = requiredTraits.find((trait) => !it.traits.includes(trait));
  if (missing) return `lacks the trait ${missing}`;
  const unwanted = forbiddenTraits.find((trait) => it.traits.includes(trait));
  if (unwanted) return unwanted === "COMPUTE_STATUS_DISABLED" ? "is disabled" : `has the trait ${unwanted}`;
  return noRoom(it, resources);
}

function noRoom({ inventories, used }: Offered, resources: Wish["resources"]): string | undefined {
  const whys = Object.entries(resources).map(([name, amount]) => {
    if (amount === 0) return undefined;
    const inventory = inventories.find(({ resourceClass }) => resourceClass === name);
    return inventory ? whyNoRoom(inventory, used[name] ?? 0, amount) : `has no ${name}`;
  });
  return whys.filter(Boolean).join(", ") || undefined;
}

/** Most free memory first, then most free CPU, so that guests spread; the name decides between equals. */
export function byRoom(a: Offered, b: Offered): number {
  return free(b, "MEMORY_MB") - free(a, "MEMORY_MB") || free(b, "VCPU") - free(a, "VCPU") || (a.name < b.name ? -1 : 1);
}

function free({ inventories, used }: Offered, name: string): number {
  const inventory = inventories.find(({ resourceClass }) => resourceClass === name);
  return inventory ? capacity(inventory) - (used[name] ?? 0) : 0;
}

const noValidHost = "No valid host was found. There are not enough hosts available.";

/** The sentence of a refusal. */
export function sayNoHost(whyNot: readonly Reason[]): string {
  if (!whyNot.length) return `${noValidHost} There are no hosts.`;
  return `${noValidHost} ${whyNot.map(({ host, why }) => `${host}: ${why}`).join("; ")}`;
}

/** The reasons in such a sentence. */
export function readNoHost(sentence: string): Reason[] {
  if (!sentence.startsWith(noValidHost)) return [];
  return sentence
    .slice(noValidHost.length)
    .split("; ")
    .map((part) => part.trim().match(/^(\S+): (.+)$/))
    .flatMap((found) => (found ? [{ host: found[1]!, why: found[2]! }] : []));
}
