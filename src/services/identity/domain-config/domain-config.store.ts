import type { Db } from "#platform/store/db.ts";
import type { IdentityTables } from "../tables.ts";
import { isIn, type OptionRow, type Part } from "./domain-config.ts";

type D = Db<IdentityTables>;

/** A domain's own options, or those of a part of its configuration. */
export async function listOptions(db: D, domainId: string, part: Part = {}): Promise<readonly OptionRow[]> {
  const all = db.selectFrom("identityDomainOptions").selectAll().where("domainId", "=", domainId);
  const rows = (await all.orderBy("groupName").orderBy("option").execute()) as readonly OptionRow[];
  return rows.filter((row) => isIn(row, part));
}

export async function putOptions(db: D, rows: readonly OptionRow[]) {
  const values = rows.map((row) => ({ ...row, value: row.sealed === null ? JSON.stringify(row.value) : null }));
  await db
    .insertInto("identityDomainOptions")
    .values(values)
    .onConflict((c) =>
      c.columns(["domainId", "groupName", "option"]).doUpdateSet((e) => ({
        value: e.ref("excluded.value"),
        sealed: e.ref("excluded.sealed"),
      })),
    )
    .execute();
}

/** Says whether there was anything to delete. */
export async function deleteOptions(db: D, domainId: string, { group, option }: Part): Promise<boolean> {
  let of = db.deleteFrom("identityDomainOptions").where("domainId", "=", domainId);
  if (group !== undefined) of = of.where("groupName", "=", group);
  if (option !== undefined) of = of.where("option", "=", option);
  return (await of.executeTakeFirst()).numDeletedRows > 0n;
}
