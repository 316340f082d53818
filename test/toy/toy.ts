import { Type } from "typebox";
import { notFound } from "#platform/api/errors.ts";
import { rules } from "#platform/api/rules.ts";
import { shapes } from "#platform/api/versions.ts";
import { again, kit, service } from "#platform/service/kit.ts";
import type { Db } from "#platform/store/db.ts";

export interface Lamp {
  readonly id: string;
  readonly projectId: string;
  readonly state: string;
  readonly task: string | null;
  readonly made: number;
  readonly fault: string | null;
}
export interface ToyDriver {
  readonly lit: Set<string>;
  calls: number;
  light(id: string, signal?: AbortSignal): Promise<void>;
  dark(id: string, signal?: AbortSignal): Promise<void>;
}
export function toyDriver(): ToyDriver {
  const lit = new Set<string>();
  return {
    lit,
    calls: 0,
    async light(id) {
      this.calls += 1;
      lit.add(id);
    },
    async dark(id) {
      lit.delete(id);
    },
  };
}
type Toy = {
  tables: { toyLamps: Lamp };
  needs: object;
  driver: ToyDriver;
  events: { "lamp.lit": { lampId: string }; "lamp.ready": { lampId: string } };
};
const { route, saga, write, act, listener } = kit<Toy>();
const rule = rules("toy", {
  list: ["rule:project_reader_or_admin", "List lamps."],
  show: ["rule:project_reader_or_admin", "Show a lamp."],
  make: ["rule:project_member_or_admin", "Make a lamp."],
  remove: ["rule:project_member_or_admin", "Remove a lamp."],
});

export const lightUp = saga<{ must?: string }>("toy.lamp.light", {
  steps: [
    write("count", {
      within: 10,
      run: async (tx) => bump(tx.db, tx.subject, 1),
      undo: async (tx) => bump(tx.db, tx.subject, -1),
    }),
    write("await-ready", {
      within: 60,
      run: async (tx) =>
        (await get(tx.db, tx.subject)).task === "wait" ? again(5, "lamp.ready", tx.subject) : undefined,
    }),
    act("light", {
      within: 30,
      ask: async (tx) => tx.subject,
      call: (driver, id, { signal }) => driver.light(id, signal),
      undo: {
        ask: async (tx) => tx.subject,
        call: (driver: ToyDriver, id: string, { signal }) => driver.dark(id, signal),
      },
    }),
    write("settle", {
      within: 10,
      run: async (tx) => {
        await change(tx.db, tx.subject, { state: "lit", task: null });
        await tx.emit("lamp.lit", { lampId: tx.subject });
      },
    }),
  ],
  failed: (tx, why) => change(tx.db, tx.subject, { state: "error", task: null, fault: why.message }),
});
export const goDark = saga("toy.lamp.dark", {
  steps: [
    act("dark", { within: 30, ask: async (tx) => tx.subject, call: (driver, id) => driver.dark(id) }),
    write("forget", {
      within: 10,
      run: async (tx) => void (await tx.db.deleteFrom("toyLamps").where("id", "=", tx.subject).execute()),
    }),
  ],
  failed: (tx, why) => change(tx.db, tx.subject, { state: "error", fault: why.message }),
});

const own = ({ actor }: { actor: { projectId?: string } }) => ({ projectId: actor.projectId ?? "" });

export const toy = service<Toy>({
  type: "toy",
  mounts: ["/toy"],
  root: "/v1",
  versions: { "1.0": "Lamps." },
  versionHeader: { name: "toy" },
  routes: [
    route({
      on: "GET /lamps",
      rule: rule.list,
      of: own,
      run: async (ctx) => ({ lamps: await ctx.db.selectFrom("toyLamps").selectAll().orderBy("id").execute() }),
    }),
    route({
      on: "GET /lamps/{id}",
      rule: rule.show,
      of: (ctx, { path }) => get(ctx.db, path.id),
      run: (_ctx, lamp) => ({ lamp }),
    }),
    route({
      on: "POST /lamps",
      rule: rule.make,
      body: shapes<{ lamp: { name: string } }>({
        "1.0": Type.Object({
          lamp: Type.Object({ name: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
        }),
      }),
      status: { "1.0": 202 },
      of: own,
      run: async (ctx, { projectId }, { body }) => {
        const id = ctx.newId();
        const task = body.lamp.name === "waits" ? "wait" : "light";
        await ctx.db
          .insertInto("toyLamps")
          .values({ id, projectId, state: "new", task, made: 0, fault: null })
          .execute();
        await ctx.start(lightUp, id);
        return { id };
      },
    }),
    route({
      on: "DELETE /lamps/{id}",
      rule: rule.remove,
      status: { "1.0": 204 },
      of: (ctx, { path }) => get(ctx.db, path.id),
      run: async (ctx, { id }) => {
        await ctx.cancel(id);
        await ctx.start(goDark, id);
      },
    }),
  ],
  sagas: [lightUp, goDark],
  loops: [],
  listeners: [
    listener("toy.heard", {
      on: "lamp.lit",
      run: async (tx, { lampId }: { lampId: string }) => bump(tx.db, lampId, 100),
    }),
  ],
  migrations: new URL("./migrations/", import.meta.url),
  tells: ["lamp.lit", "lamp.ready"],
  error: ({ status, message }) => ({ error: { status, message } }),
});

async function get(db: Db<Toy["tables"]>, id: string): Promise<Lamp> {
  const it = await db.selectFrom("toyLamps").selectAll().where("id", "=", id).executeTakeFirst();
  if (!it) throw notFound(`There is no lamp ${id}.`);
  return it;
}
async function change(db: Db<Toy["tables"]>, id: string, to: Partial<Lamp>) {
  await db.updateTable("toyLamps").set(to).where("id", "=", id).execute();
}
async function bump(db: Db<Toy["tables"]>, id: string, by: number) {
  await db
    .updateTable("toyLamps")
    .set((eb) => ({ made: eb("made", "+", by) }))
    .where("id", "=", id)
    .execute();
}
