import { anyToken } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { usageOf } from "../image/image.store.ts";
import { importMethods, largestBytes } from "../image/image.ts";
import { type ImageScope, route } from "../kit.ts";

const rule = anyToken("Tell what this Image service can do.");

export const infoRoutes = [
  route({ on: "GET /info/import", rule, of: nobody, run: methods }),
  route({ on: "GET /info/stores", rule, of: nobody, run: stores }),
  route({ on: "GET /info/usage", rule, of: nobody, run: usage }),
];

function nobody() {
  return {};
}

/** Images come in by upload, or by upload to a stage and import. */
function methods() {
  return { "import-methods": { description: "Import methods available.", type: "array", value: importMethods } };
}

function stores() {
  return {
    stores: [{ id: "file", default: "true", description: `One store; an image has at most ${largestBytes} bytes.` }],
  };
}

async function usage({ db, actor }: Ctx<ImageScope>) {
  const { count, bytes, uploading } = await usageOf(db, actor.projectId ?? "");
  const unlimited = (used: number) => ({ limit: -1, usage: used });
  return {
    usage: {
      image_size_total: unlimited(Math.floor(bytes / 2 ** 20)),
      image_stage_total: unlimited(0),
      image_count_total: unlimited(count),
      image_count_uploading: unlimited(uploading),
    },
  };
}
