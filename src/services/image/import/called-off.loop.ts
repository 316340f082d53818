import type { World } from "#platform/service/kit.ts";
import { changeImage, listTasked, lockImage } from "../image/image.store.ts";
import { type ImageScope, loop } from "../kit.ts";
import { changeTask } from "../task/task.store.ts";
import { ended } from "../task/task.ts";
import { fail } from "./import.keeping.ts";
import type { Import } from "./import.ts";

type Own = World<ImageScope>;
const why = "It was called off.";

/** Gives images back whose import an operator called off: nothing works for them any more. */
export const calledOff = loop("image.image.called-off", {
  every: 60,
  async run({ db, write }: Own) {
    let changed = 0;
    for (const { id } of await listTasked(db)) changed += Number(await write((tx) => giveBack(tx, id)));
    return { changed };
  },
});

type Tx = Parameters<Parameters<Own["write"]>[0]>[0];

async function giveBack(tx: Tx, id: string): Promise<boolean> {
  const it = await lockImage(tx.db, id);
  const history = await tx.history(id);
  if (!it?.taskId || history.some(({ state }) => state === "running" || state === "undoing")) return false;
  const asked = history.map(({ given }) => given as Partial<Import>).find(({ task, to }) => task === it.taskId && to);
  if (asked && Array.isArray(asked.to)) await fail(tx, id, asked as Import, why);
  else await letGoOf(tx, id, it.taskId);
  return true;
}

/** Bytes outside that were to be read. */
async function letGoOf(tx: Tx, id: string, task: string) {
  await changeTask(tx.db, task, ended("failure", tx.now, why));
  await changeImage(tx.db, id, { status: "queued", taskId: null, updatedAt: tx.now });
}
