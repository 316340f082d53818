import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { ask, type Login, logIn, Refused, type Session } from "./cloud-api.ts";
import { type KnownRecipe, mebibytes } from "./recipe.ts";
import { usual } from "./stages.ts";

export type { Login } from "./cloud-api.ts";

interface Image {
  readonly id: string;
  readonly status: string;
  readonly crunch_recipe?: string;
}
interface How {
  /** Makes another one where this recipe's is there already. */
  readonly again?: boolean;
  readonly moved: (part: number) => void;
  readonly say: (text: string) => void;
  readonly stop?: AbortSignal;
  /** How long to wait before each further try, in milliseconds. */
  readonly pauses?: readonly number[];
}

const ready = ["active", "deactivated"];
const halves = ["queued", "saving"];

/** Which of the project's images was made by this recipe as it stands now; undefined: none. */
export async function findRegistered(login: Login, recipe: KnownRecipe): Promise<string | undefined> {
  const found = await mine(await logIn(login), `crunch_recipe=${recipe.digest}`);
  return found.find(({ status }) => ready.includes(status))?.id;
}

/**
 * Uploads an image, unless it is there; what of it a killed run has left is gone on with. Older images of the recipe's name, by
 * other versions of the recipe, are hidden then. A try that fails for a passing reason is repeated; after the last one nothing stays.
 */
export async function register(login: Login, recipe: KnownRecipe, path: string, how: How) {
  const before = how.again ? await mine(await logIn(login), `crunch_recipe=${recipe.digest}`) : [];
  const old = new Set(before.filter(({ status }) => ready.includes(status)).map(({ id }) => id));
  const { pauses = [1000, 2000, 4000, 8000, 16_000] } = how;
  for (const wait of [...pauses, undefined])
    try {
      return await attempt(await logIn(login), recipe, path, old, how);
    } catch (why) {
      if (wait === undefined || how.stop?.aborted || !isPassing(why))
        return await giveUp(login, recipe, old, why as Error);
      how.say(`${(why as Error).message}; again in ${wait / 1000} s`);
      await pause(wait, undefined, { signal: how.stop }).catch(() => {});
    }
  throw new Error("there is no last try");
}

async function attempt(session: Session, recipe: KnownRecipe, path: string, old: Set<string>, how: How) {
  const found = (await mine(session, `crunch_recipe=${recipe.digest}`)).filter(({ id }) => !old.has(id));
  const done = found.find(({ status }) => ready.includes(status));
  const half = found.find(({ status }) => halves.includes(status));
  const id = (done ?? half)?.id ?? (await create(session, recipe));
  if (!done) await upload(session, id, path, how);
  return { id, hidden: await hideOlder(session, recipe, id) };
}

async function create(session: Session, recipe: KnownRecipe): Promise<string> {
  const made = await ask(session, "POST", "/v2/images", {
    ...recipe.properties,
    name: recipe.name,
    disk_format: recipe.format ?? usual.format,
    container_format: "bare",
    visibility: recipe.visibility ?? "private",
    min_disk: recipe.base === "mini" ? 1 : Math.ceil(mebibytes(recipe.size ?? usual.size) / 1024),
    crunch_recipe: recipe.digest,
  });
  return (made as { id: string }).id;
}

async function upload(session: Session, id: string, path: string, { moved, stop }: How): Promise<void> {
  const { size } = await stat(path);
  let sent = 0;
  const bytes = createReadStream(path, { highWaterMark: 1 << 20 });
  bytes.on("data", (part) => {
    sent += part.length;
    moved(sent / size);
  });
  const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
  const body = Readable.toWeb(bytes) as ReadableStream;
  await ask(session, "PUT", `/v2/images/${id}/file`, { headers, body, duplex: "half", signal: stop });
}

/** A name means one image: who asks by it gets the newest. */
async function hideOlder(session: Session, { name }: KnownRecipe, id: string): Promise<string[]> {
  const older = (await mine(session, `name=${encodeURIComponent(name)}`)).filter(
    (it) => it.crunch_recipe && it.id !== id,
  );
  const headers = { "content-type": "application/openstack-images-v2.1-json-patch" };
  const body = JSON.stringify([{ op: "replace", path: "/os_hidden", value: true }]);
  for (const it of older) await ask(session, "PATCH", `/v2/images/${it.id}`, { headers, body });
  return older.map((it) => it.id);
}

async function giveUp(login: Login, recipe: KnownRecipe, old: Set<string>, why: Error): Promise<never> {
  const session = await logIn(login).catch(() => undefined);
  const found = session ? await mine(session, `crunch_recipe=${recipe.digest}`).catch(() => []) : [];
  for (const { id, status } of found)
    if (!old.has(id) && halves.includes(status)) await ask(session!, "DELETE", `/v2/images/${id}`).catch(() => {});
  throw new Error(`${why.message}. ${whatToDo(why)}: the image is built, and the same command again registers it`);
}

function whatToDo(why: Error): string {
  const status = why instanceof Refused ? why.status : 0;
  if (status === 403) return "Ask for what this user may have (visibility: private), or be another one (--user admin)";
  if (status === 413) return "Make room in the project's quota, or have it raised";
  if (status >= 400 && status < 500) return "Correct name and properties in the recipe";
  return "See that the cloud is up (crunch status)";
}

function isPassing(why: unknown): boolean {
  return !(why instanceof Refused) || why.status >= 500 || [401, 408, 409, 410, 429].includes(why.status);
}

async function mine(session: Session, filter: string): Promise<readonly Image[]> {
  const { images } = (await ask(session, "GET", `/v2/images?owner=${session.project}&${filter}`)) as {
    images: Image[];
  };
  return images;
}
