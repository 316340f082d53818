import type { Kysely } from "kysely";

export type { ColumnType, Generated, Insertable, Kysely, Selectable, Updateable } from "kysely";

/** A handle on one service's tables: inside a request that changes things, and inside a step, it is the open transaction. */
export type Db<Tables> = Kysely<Tables>;
