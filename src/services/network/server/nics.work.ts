import type { Nic } from "../index.ts";
import type { NetworkDb } from "../resource/resource.store.ts";
import { type Card, type CardIp, listCardIps, listCards } from "./card.store.ts";

/** The network cards of servers, in the order in which their ports were taken. */
export async function nicsOf(db: NetworkDb, serverIds: readonly string[]): Promise<Map<string, Nic[]>> {
  const [cards, allIps] = await Promise.all([listCards(db, serverIds), listCardIps(db, serverIds)]);
  const ips = Map.groupBy(allIps, (it) => it.portId);
  const found = new Map<string, Nic[]>(serverIds.map((id) => [id, []]));
  for (const card of cards) found.get(card.serverId)?.push(nicOf(card, ips.get(card.portId) ?? []));
  return found;
}

function nicOf({ serverId: _, ...card }: Card, ips: readonly CardIp[]): Nic {
  return { ...card, ips: ips.map(({ portId: _, ...ip }) => ip) };
}
