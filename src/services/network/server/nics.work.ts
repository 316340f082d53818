import type { Nic } from "../index.ts";
import type { NetworkDb } from "../resource/resource.store.ts";
import { type Card, type CardIp, listCardIps, listCards } from "./card.store.ts";

/** The network cards of a server, in the order in which their ports were taken. */
export async function nicsOf(db: NetworkDb, serverId: string): Promise<Nic[]> {
  const [cards, allIps] = await Promise.all([listCards(db, serverId), listCardIps(db, serverId)]);
  const ips = Map.groupBy(allIps, (it) => it.portId);
  return cards.map((card) => nicOf(card, ips.get(card.portId) ?? []));
}

function nicOf(card: Card, ips: readonly CardIp[]): Nic {
  return { ...card, ips: ips.map(({ portId: _, ...ip }) => ip) };
}
