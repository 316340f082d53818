import { Type } from "typebox";
import { ApiError, badRequest, notFound } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx, History } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import { load, type OfImage } from "../image/image.load.ts";
import { progress } from "../import/import.ts";
import { type ImageScope, route } from "../kit.ts";
import { last, readLimit } from "../metadef/metadef.query.ts";
import { pageLinks } from "../metadef/metadef.view.ts";
import { rule } from "../rules.ts";
import { newTaskRoute } from "./new-task.api.ts";
import { findTask, listTasks, listTasksOf } from "./task.store.ts";
import { isOpen, type Task, taskStatuses, taskTypes } from "./task.ts";
import { shownOfImage, shownTask, stub } from "./task.view.ts";

const many = "/tasks";
const one = `${many}/{task_id}` as const;
const access = rule.tasks_api_access;
type Query = Readonly<Record<string, string | string[]>>;
const query = shapes<Query>({
  "2.16": Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) }),
});

/** https://docs.openstack.org/api-ref/image/v2/index.html#tasks */
export const taskRoutes = [
  route({ on: `GET ${many}`, rule: access, query, of: mine, run: list }),
  newTaskRoute,
  route({ on: `GET ${one}`, rule: access, of: mine, run: show }),
  route({ on: `DELETE ${one}`, rule: access, of: mine, run: refuse }),
  route({ on: "GET /images/{image_id}/tasks", rule: rule.get_image, of: load, run: listOfImage }),
];

type Own = Ctx<ImageScope>;
interface Named {
  readonly path: { readonly task_id: string };
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
