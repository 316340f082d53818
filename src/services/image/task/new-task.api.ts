import { Type } from "typebox";
import { badRequest } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { Refused } from "#platform/service/driver.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { defaultStore, type ImageDriver } from "../driver.ts";
import { makeImage } from "../image/image.make.ts";
import { keepTask, start } from "../import/import.start.ts";
import { asking, type ImageScope } from "../kit.ts";
import { rule } from "../rules.ts";
import { findTask } from "./task.store.ts";
import { shownTask } from "./task.view.ts";

/** https://docs.openstack.org/api-ref/image/v2/index.html#create-task */
export const newTaskRoute = asking({
  on: "POST /tasks",
  rule: rule.tasks_api_access,
  body: shapes<Record<string, unknown>>({ "2.16": Type.Object({}, { additionalProperties: true }) }),
  status: { "2.16": 201 },
  of: ({ actor }) => ({ projectId: actor.projectId }),
  call: outside,
  run: create,
});

type Own = Ctx<ImageScope>;
interface Asked {
  readonly body: Record<string, unknown>;
}
interface Outside {
  readonly store: string;
  /** Why the URL may not be asked for. */
  readonly refused: string | null;
}

async function outside(driver: ImageDriver, _: object, { body }: Asked): Promise<Outside> {
  const from = (body.input as { import_from?: unknown } | undefined)?.import_from;
  const store = defaultStore(driver).id;
  try {
    if (typeof from === "string") driver.web?.judge(from);
    return { store, refused: null };
  } catch (why) {
    if (why instanceof Refused) return { store, refused: why.message };
    throw why;
  }
}

interface NewTask {
  readonly input: {
    readonly import_from: string;
    readonly import_from_format: string;
    readonly image_properties: Readonly<Record<string, unknown>>;
  };
}

/** An image from somewhere outside, made and filled. */
async function create(ctx: Own, _: object, { body }: Asked, { store, refused }: Outside) {
  const { input } = readNew(body, refused);
  const formats = { disk_format: input.import_from_format, container_format: "bare" };
  const image = await makeImage(ctx, { ...formats, ...input.image_properties });
  const task = await keepTask(ctx, image.id, input, "import");
  await start(ctx, image, { task, method: "web-download", stores: [store], must: true, uri: input.import_from });
  const it = (await findTask(ctx.db, task))!;
  return reply(shownTask(it), { headers: { location: `/v2/tasks/${task}` } });
}

function readNew(body: Record<string, unknown>, refused: string | null): NewTask {
  for (const key of ["type", "input"]) if (!(key in body)) throw badRequest(`Task '${key}' is required`);
  if (body.type !== "import")
    throw badRequest(`Provided object does not match schema 'task': '${String(body.type)}' is not one of ['import']`);
  const { input } = body as { input: Record<string, unknown> };
  for (const key of ["import_from", "import_from_format", "image_properties"])
    if (typeof input !== "object" || input === null || !(key in input))
      throw badRequest(`Input does not contain '${key}' field`);
  requireSource(input.import_from, refused);
  return { input } as unknown as NewTask;
}

function requireSource(from: unknown, refused: string | null) {
  if (typeof from !== "string" || from === "") throw badRequest(`Invalid location: ${String(from ?? "None")}`);
  if (/^(file|filesystem):\/\/\//.test(from))
    throw badRequest("File based imports are not allowed. Please use a non-local source of image data.");
  if (!/^https?:\/\//.test(from))
    throw badRequest(
      "The given uri is not valid. Please specify a valid uri from the following list of supported uri ['http']",
    );
  if (refused) throw badRequest(`URI for legacy import task does not pass filtering: ${from}`);
}
