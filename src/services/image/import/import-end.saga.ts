import type { StepTx } from "#platform/service/kit.ts";
import { lockImage } from "../image/image.store.ts";
import { type ImageScope, saga, write } from "../kit.ts";
import { listPlaces } from "../place/place.store.ts";
import { fail, succeed } from "./import.keeping.ts";
import type { Import } from "./import.ts";

/** All copies were made, or tried: the image has what was asked for, or is as it was before. */
export const importEnd = saga<Import>("image.image.import-end", {
  steps: [write("end", { within: 60, run: end })],
  failed: (tx, why) => fail(tx, tx.subject, tx.given, why.message),
});

async function end(tx: StepTx<ImageScope, Import>) {
  const it = await lockImage(tx.db, tx.subject);
  if (!it) return;
  const { to, must } = tx.given;
  const there = (await listPlaces(tx.db, [it.id])).filter(({ store }) => to.some((one) => one.store === store));
  const enough = must ? there.length === to.length : there.length > 0;
  await (enough ? succeed(tx, it, tx.given) : fail(tx, it.id, tx.given));
}
