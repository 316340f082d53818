// One process of a cloud of lamps, for tests that kill real processes: node process.ts DATABASE FOLDER
import { appendFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePolicy } from "#platform/api/policy.ts";
import { newLog } from "#platform/log/log.ts";
import { openSpine } from "#platform/spine.ts";
import { openDatabase } from "#platform/store/database.ts";
import { systemClock } from "#platform/time/clock.ts";
import { toy } from "./toy.ts";

const [url, folder] = process.argv.slice(2) as [string, string];
const moment = () => new Promise<void>((then) => void systemClock.after(15, then));
const driver = {
  /** Leaves a line at its begin and its end, so that two at a time would be seen. */
  async light(id: string) {
    await appendFile(join(folder, "calls"), `begin ${id}\n`);
    await moment();
    await writeFile(join(folder, `lit-${id}`), "");
    await appendFile(join(folder, "calls"), `end ${id}\n`);
  },
  dark: (id: string) => rm(join(folder, `lit-${id}`), { force: true }),
};
const projectId = "d".repeat(32);
const verify = async () => ({ userId: "u", userName: "demo", userDomainId: "default", projectId, roles: ["member"] });
const spine = await openSpine({
  services: [toy],
  drivers: { toy: driver },
  database: openDatabase(url, 6),
  clock: systemClock,
  log: newLog({ level: process.env.CRUNCH_TEST_LOG ?? "silent" }),
  policy: makePolicy(
    toy.routes.map((r) => r.rule),
    {},
  ),
  verify,
});
await spine.begin();
console.log(await spine.door.listen({ port: 0, host: "127.0.0.1" }));
process.on("SIGTERM", () => void spine.stop().then(() => process.exit(0)));
