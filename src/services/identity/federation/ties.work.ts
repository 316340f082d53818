import { badRequest } from "#platform/api/errors.ts";
import type { Transaction } from "../kit.ts";
import { dropFederatedUser, insertFederatedUser, listFederatedUsersOf } from "./federated.store.ts";
import type { FederatedUser } from "./federation.ts";
import { findProtocol } from "./provider.store.ts";

/** Whom of an identity provider a user here stands for, as the API writes it. */
export interface Tie {
  readonly idp_id: string;
  readonly protocols: readonly { readonly protocol_id: string; readonly unique_id: string }[];
}

/** Makes exactly these the user's ties; nothing where none are said. */
export async function tie(
  tx: Transaction,
  userId: string,
  name: string,
  ties: readonly Tie[] | undefined,
): Promise<void> {
  if (ties === undefined) return;
  await dropFederatedUser(tx.db, userId);
  for (const { idp_id: idpId, protocols } of ties)
    for (const { protocol_id: protocolId, unique_id: uniqueId } of protocols) {
      if (!(await findProtocol(tx.db, idpId, protocolId)))
        throw badRequest(`Could not find federated protocol ${protocolId} for Identity Provider: ${idpId}.`);
      if (!(await insertFederatedUser(tx.db, { idpId, protocolId, uniqueId, userId, displayName: name })))
        throw badRequest(`${uniqueId} of Identity Provider ${idpId} is another user already.`);
    }
}

/** The ties of each of these users. */
export async function tiesOf(
  { db }: Pick<Transaction, "db">,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Tie[]>> {
  const found = new Map<string, FederatedUser[]>();
  for (const it of await listFederatedUsersOf(db, userIds)) found.set(it.userId, [...(found.get(it.userId) ?? []), it]);
  return new Map([...found].map(([userId, rows]) => [userId, written(rows)]));
}

function written(rows: readonly FederatedUser[]): Tie[] {
  const idps = [...new Set(rows.map(({ idpId }) => idpId))];
  const of = (idp: string) => rows.filter(({ idpId }) => idpId === idp);
  const protocol = ({ protocolId, uniqueId }: FederatedUser) => ({ protocol_id: protocolId, unique_id: uniqueId });
  return idps.map((idp_id) => ({ idp_id, protocols: of(idp_id).map(protocol) }));
}
