import { untilAgain as until } from "../until.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import { clearAll, type Ground, layGround } from "./ground.ts";
import { dropPlace, makePlace, type Place } from "./place.ts";
import type { Report } from "./report.ts";

/** The cloud that things are done to, and what stands in it. Another takes its place when it cannot be put right. */
export interface Stage {
  readonly cloud: Cloud;
  readonly ground: Ground;
  /** After something went wrong: all is deleted, so that what follows begins anew. */
  recover(): Promise<void>;
  /** Everything is deleted, and nothing is left; `keep`: but what is there. */
  close(how: { readonly before?: (place: Place) => Promise<void>; readonly keep: boolean }): Promise<void>;
}

export async function openStage(report: Report): Promise<Stage> {
  let { cloud, ground } = await open();
  return {
    get cloud() {
      return cloud;
    },
    get ground() {
      return ground;
    },
    async recover() {
      try {
        await putRight(cloud);
      } catch (why) {
        report.fail("recover", `after that the cloud could not be put right: ${(why as Error).message}`);
        await drop(cloud, report);
        ({ cloud, ground } = await open());
      }
    },
    async close({ before, keep }) {
      await clearAll(cloud).then(
        () => report.pass("end", "everything is deleted, and nothing is left over"),
        (why: Error) => report.fail("end", why.message),
      );
      await before?.(cloud.place);
      if (keep) report.note(`kept: ${cloud.place.state}`);
      else await drop(cloud, report);
    },
  };
}

async function open() {
  const place = await makePlace();
  const cloud = openCloud(place);
  try {
    await cloud.start();
    return { cloud, ground: await layGround(cloud) };
  } catch (why) {
    await cloud.kill();
    await dropPlace(place);
    throw why;
  }
}

async function drop(cloud: Cloud, { fail, note }: Report) {
  for (const offence of cloud.offences) fail("answers", `a client got ${offence}`);
  note(`the program was started ${cloud.starts()} times`);
  for (const left of await dropPlace(cloud.place)) fail("end", `left on the host: ${left}`);
}

async function putRight(cloud: Cloud) {
  await cloud.disarm();
  if (!(await cloud.call("GET", "/")).status) await cloud.start();
  await until(
    "a token",
    30,
    () => cloud.call("GET", "/compute/v2.1/servers"),
    (it) => it.status === 200,
  );
  await clearAll(cloud, { but: ["power", "live"] });
}
