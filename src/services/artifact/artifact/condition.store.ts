import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Kind, Op } from "../type/field.ts";
import type { Condition } from "./artifact.filter.ts";

const signs: Readonly<Record<Exclude<Op, "in">, string>> = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "like",
};
const casts: Partial<Record<Kind, string>> = { Integer: "numeric", Float: "numeric", Boolean: "boolean" };
const columns: Readonly<Record<string, string>> = {
  createdAt: "created_at",
  updatedAt: "updated_at",
  activatedAt: "activated_at",
  typeName: "type_name",
  displayTypeName: "display_type_name",
  versionKey: "version_key",
};

/** What a filter asks, of a row of artifacts. */
export function conditionSql(it: Condition): RawBuilder<SqlBool> {
  if (it.on === "column") return compared(sql.ref(columns[it.column] ?? it.column), it.op, it.values);
  if (it.on === "tags") return sql`tags @> ${[...it.tags]}::text[]`;
  if (it.on === "any tag") return sql`tags && ${[...it.tags]}::text[]`;
  if (it.on === "keys") return sql`jsonb_exists_any(fields -> ${it.name}, ${[...it.values]}::text[])`;
  if (it.on === "value") return compared(valueSql(it.name, it.kind), it.op, it.values);
  if (it.on === "entry")
    return compared(cast(sql`fields -> ${it.name} ->> ${it.key ?? ""}`, it.kind), it.op, it.values);
  const some = compared(cast(sql`item`, it.kind), it.op, it.values);
  return sql`exists (select from jsonb_array_elements_text(fields -> ${it.name}) as item where ${some})`;
}

/** A field's value, as what it is. */
export function valueSql(name: string, kind: Kind): RawBuilder<unknown> {
  return cast(sql`fields ->> ${name}`, kind);
}

function cast(value: RawBuilder<unknown>, kind: Kind): RawBuilder<unknown> {
  const to = casts[kind];
  return to ? sql`(${value})::${sql.raw(to)}` : sql`(${value})`;
}

function compared(value: RawBuilder<unknown>, op: Op, values: readonly unknown[]): RawBuilder<SqlBool> {
  if (op !== "in") return sql`${value} ${sql.raw(signs[op])} ${values[0]}`;
  return values.length === 0 ? sql`false` : sql`${value} in (${sql.join(values)})`;
}
