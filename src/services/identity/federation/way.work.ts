import { forbidden, notFound } from "#platform/api/errors.ts";
import { Refused } from "#platform/service/driver.ts";
import type { Transaction } from "../kit.ts";
import type { KnownProvider, Protocol } from "./federation.ts";
import type { Mapping } from "./mapping.ts";
import * as store from "./provider.store.ts";

/** The way on which somebody comes in. */
export interface Way {
  readonly provider: KnownProvider;
  readonly protocol: Protocol;
  readonly mapping: Mapping;
}

/** How users of a provider come in; a provider that is switched off lets nobody in. */
export async function wayBy({ db }: Pick<Transaction, "db">, providerId: string, protocolId: string): Promise<Way> {
  const provider = await store.getProvider(db, providerId);
  const protocol = await store.getProtocol(db, providerId, protocolId);
  if (!provider.enabled) throw forbidden(`Identity Provider ${providerId} is disabled`);
  const mapping = await store.findMapping(db, protocol.mappingId);
  if (!mapping) throw notFound(`Could not find mapping: ${protocol.mappingId}.`);
  return { provider, protocol, mapping };
}

/** What a provider does not vouch for is no login, whatever its reason. */
export async function orRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (why) {
    if (why instanceof Refused) return undefined;
    throw why;
  }
}
