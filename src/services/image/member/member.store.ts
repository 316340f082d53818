import type { Db } from "#platform/store/db.ts";
import type { ImageTables } from "../tables.ts";
import type { Member, MemberStatus } from "./member.ts";

type Tables = Db<ImageTables>;

export function findMember(db: Tables, imageId: string, memberId: string): Promise<Member | undefined> {
  return db
    .selectFrom("imageMembers")
    .selectAll()
    .where("imageId", "=", imageId)
    .where("memberId", "=", memberId)
    .executeTakeFirst();
}

export function listMembers(db: Tables, imageId: string): Promise<Member[]> {
  return db
    .selectFrom("imageMembers")
    .selectAll()
    .where("imageId", "=", imageId)
    .orderBy("createdAt")
    .orderBy("memberId")
    .execute();
}

/** Says whether it was new. */
export async function insertMember(db: Tables, it: Member): Promise<boolean> {
  const done = await db
    .insertInto("imageMembers")
    .values(it)
    .onConflict((found) => found.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function changeMember(
  db: Tables,
  { imageId, memberId }: Member,
  to: { status: MemberStatus; updatedAt: string },
) {
  await db
    .updateTable("imageMembers")
    .set(to)
    .where("imageId", "=", imageId)
    .where("memberId", "=", memberId)
    .execute();
}

export async function deleteMember(db: Tables, { imageId, memberId }: Member) {
  await db.deleteFrom("imageMembers").where("imageId", "=", imageId).where("memberId", "=", memberId).execute();
}
