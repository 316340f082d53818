import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { services, simulatedDrivers } from "#cloud";
import { makePolicy } from "#platform/api/policy.ts";
import type { Actor } from "#platform/api/rules.ts";
import { newLog } from "#platform/log/log.ts";
import type { AnyService } from "#platform/service/kit.ts";
import { openSpine, type Spine } from "#platform/spine.ts";
import { type Database, openDatabase } from "#platform/store/database.ts";
import { migrate } from "#platform/store/migrate.ts";
import { startPostgres } from "#platform/store/postgres.ts";
import { useSecret } from "#platform/store/seal.ts";
import { systemClock } from "#platform/time/clock.ts";

export const tester: Actor = {
  userId: "b".repeat(32),
  userName: "bench",
  userDomainId: "default",
  projectId: "c".repeat(32),
  projectName: "bench",
  projectDomainId: "default",
  roles: ["member"],
};

/** A cloud in this process, over a PostgreSQL that syncs, where what is within a request can be counted. */
export interface Inside {
  readonly spine: Spine;
  readonly database: Database;
  stop(): Promise<void>;
}
export interface Parts {
  readonly dir: string;
  readonly services?: readonly AnyService[];
  readonly drivers?: Readonly<Record<string, object>>;
}

/** The token "admin" is an administrator's, every other one the tester's. */
export async function openInside({ dir, services: some = services, drivers = simulatedDrivers({ hosts: 10 }) }: Parts) {
  await mkdir(dir, { recursive: true, mode: 0o711 });
  useSecret("a secret of the bench");
  const log = newLog({ level: "silent" });
  const templates = join(dir, "templates");
  const postgres = await startPostgres({ dir: join(dir, "pg"), copies: templates, templates: [templates], log });
  const database = openDatabase(postgres.url, 10);
  const platform = { owner: "platform", folder: new URL("../src/platform/store/migrations/", import.meta.url) };
  await migrate(database, [platform, ...some.map((s) => ({ owner: s.type, folder: s.migrations }))]);
  const policy = makePolicy(
    some.flatMap((s) => s.routes.map((r) => r.rule)),
    {},
  );
  const verify = async (token: string) => (token === "admin" ? { ...tester, roles: ["admin"] } : tester);
  const spine = await openSpine({ services: some, drivers, database, clock: systemClock, log, policy, verify });
  await spine.begin();
  await spine.door.ready();
  const stop = async () => {
    await spine.stop();
    await database.close();
    await postgres.stop();
  };
  return { spine, database, stop } satisfies Inside;
}
