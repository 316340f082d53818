import { Type } from "typebox";
import { ApiError, badRequest, notFound } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { shapes } from "#platform/api/versions.ts";
import { Refused } from "#platform/service/driver.ts";
import { type Ctx, type History, reply } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import { defaultStore, type ImageDriver } from "../driver.ts";
import { load, type OfImage } from "../image/image.load.ts";
import { makeImage } from "../image/image.make.ts";
import { keepTask, start } from "../import/import.start.ts";
import { progress } from "../import/import.ts";
import { asking, type ImageScope, route } from "../kit.ts";
import { last, readLimit } from "../metadef/metadef.query.ts";
import { pageLinks } from "../metadef/metadef.view.ts";
import { rule } from "../rules.ts";
import { findTask, listTasks, listTasksOf } from "./task.store.ts";
import { isOpen, type Task, taskStatuses, taskTypes } from "./task.ts";
import { shownOfImage, shownTask, stub } from "./task.view.ts";

const many = "/tasks";
const one = `${many}/{task_id}` as const;
const access = rule.tasks_api_access;
const body = shapes<Record<string, unknown>>({ "2.16": Type.Object({}, { additionalProperties: true }) });
type Query = Readonly<Record<string, string | string[]>>;
const query = shapes<Query>({
  "2.16": Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) }),
});

/** https://docs.openstack.org/api-ref/image/v2/index.html#tasks */
export const taskRoutes = [
  route({ on: `GET ${many}`, rule: access, query, of: mine, run: list }),
  asking({ on: `POST ${many}`, rule: access, body, status: { "2.16": 201 }, of: mine, call: outside, run: create }),
  route({ on: `GET ${one}`, rule: access, of: mine, run: show }),
  route({ on: `DELETE ${one}`, rule: access, of: mine, run: refuse }),
  route({ on: "GET /images/{image_id}/tasks", rule: rule.get_image, of: load, run: listOfImage }),
];

type Own = Ctx<ImageScope>;
interface Named {
  readonly path: { readonly task_id: string };
}
interface Asked {
  readonly body: Record<string, unknown>;
}

function mine({ actor }: Own) {
  return { projectId: actor.projectId };
}

const columns: Readonly<Record<string, string>> = {
  id: "id",
  type: "type",
  status: "status",
  owner: "owner",
  created_at: "createdAt",
  updated_at: "updatedAt",
  expires_at: "expiresAt",
};

async function list({ db, actor }: Own, _: object, { query }: { query: Query }) {
  const limit = readLimit(query) ?? 25;
  const owner = isAdmin(actor) ? null : (actor.projectId ?? "");
  const status = among(query, "status", taskStatuses);
  const type = among(query, "type", taskTypes);
  const page = { sort: sortOf(query), after: await afterOf(db, query), limit };
  const found = await listTasks(db, { owner, status, type }, page);
  const next = limit > 0 && found.length === limit ? found.at(-1)?.id : undefined;
  return { tasks: found.map(stub), ...pageLinks("/v2/tasks", query, next), schema: "/v2/schemas/tasks" };
}

function among(query: Query, key: string, values: readonly string[]): string | undefined {
  const text = last(query, key);
  if (text && !values.includes(text)) throw badRequest(`Invalid ${key} value: ${text}`);
  return text || undefined;
}

function sortOf(query: Query) {
  const [key, way] = [last(query, "sort_key") ?? "created_at", last(query, "sort_dir") ?? "desc"];
  if (way !== "asc" && way !== "desc") throw badRequest(`Invalid sort direction: ${way}`);
  const column = own(columns, key);
  if (!column) throw badRequest(`Invalid sort key: ${key}`);
  return [...new Set([column, "createdAt", "id"])].map((one) => ({ column: one, way }) as const);
}

async function afterOf(db: Own["db"], query: Query): Promise<Task | undefined> {
  const marker = last(query, "marker");
  if (marker === undefined) return undefined;
  if (!/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(marker)) throw badRequest("Invalid marker format");
  const found = await findTask(db, marker);
  if (!found) throw badRequest(`No task found with ID ${marker}`);
  return found;
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

async function show(ctx: Own, _: object, { path }: Named) {
  const it = await findTask(ctx.db, path.task_id);
  if (!it) throw notFound(`No task found with ID ${path.task_id}`);
  return shownTask(it, await doing(ctx, it));
}

/** What is being done for a task that runs. */
async function doing(ctx: Own, it: Task): Promise<string | undefined> {
  if (!isOpen(it) || !it.imageId) return undefined;
  return sentence(await ctx.history(it.imageId), progress.get(it.imageId)) ?? it.message;
}

function sentence(history: readonly History[], percent: number | undefined): string | undefined {
  const runs = history.find(({ state, step }) => state === "running" && step !== null);
  const since = runs?.steps.findLast(({ step }) => step === runs.step)?.startedAt ?? runs?.startedAt;
  if (!runs) return undefined;
  const to = (runs.given as { to?: { store?: string } }).to?.store;
  return `${runs.step}${to ? ` to ${to}` : ""}${percent === undefined ? "" : `, ${percent} %`}, since ${since}`;
}

async function listOfImage(ctx: Own, { image }: OfImage) {
  const tasks = await listTasksOf(ctx.db, image.id);
  return { tasks: await Promise.all(tasks.map(async (it) => shownOfImage(it, await doing(ctx, it)))) };
}

function refuse() {
  throw new ApiError(
    405,
    "This operation is currently not permitted on Glance Tasks. They are auto deleted after reaching the time based on their expires_at property.",
    { headers: { allow: "GET" } },
  );
}
