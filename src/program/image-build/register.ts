import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { KnownRecipe } from "./recipe.ts";

/** A cloud, and who asks it. */
export interface Login {
  readonly authUrl: string;
  readonly user: string;
  readonly password: string;
  readonly project: string;
  readonly domain: string;
}
interface Session {
  readonly token: string;
  readonly image: string;
}

/** Which image of the cloud was made by this recipe as it stands now; undefined: none. */
export async function findRegistered(login: Login, { digest }: KnownRecipe): Promise<string | undefined> {
  const session = await logIn(login);
  const { images } = (await ask(session, "GET", `/v2/images?crunch_recipe=${digest}&status=active`)) as {
    images: { id: string }[];
  };
  return images[0]?.id;
}

/** Uploads an image; returns its id. Nothing of it stays behind where that fails. */
export async function register(
  login: Login,
  recipe: KnownRecipe,
  path: string,
  moved: (part: number) => void,
): Promise<string> {
  const session = await logIn(login);
  const { id } = (await ask(session, "POST", "/v2/images", {
    ...recipe.properties,
    name: recipe.name,
    disk_format: recipe.format ?? "qcow2",
    container_format: "bare",
    visibility: recipe.visibility ?? "private",
    crunch_recipe: recipe.digest,
  })) as { id: string };
  try {
    await upload(session, id, path, moved);
  } catch (why) {
    await ask(session, "DELETE", `/v2/images/${id}`).catch(() => {});
    throw why;
  }
  return id;
}

async function upload({ token, image }: Session, id: string, path: string, moved: (part: number) => void) {
  const { size } = await stat(path);
  let sent = 0;
  const bytes = createReadStream(path, { highWaterMark: 1 << 20 });
  bytes.on("data", (part) => {
    sent += part.length;
    moved(sent / size);
  });
  const headers = { "x-auth-token": token, "content-type": "application/octet-stream", "content-length": String(size) };
  const body = Readable.toWeb(bytes) as ReadableStream;
  const answer = await fetch(`${image}/v2/images/${id}/file`, { method: "PUT", headers, body, duplex: "half" });
  if (!answer.ok) throw new Error(`the image service refused the upload: ${answer.status} ${await answer.text()}`);
}

async function logIn({ authUrl, user, password, project, domain }: Login): Promise<Session> {
  const within = { name: domain };
  const identity = { methods: ["password"], password: { user: { name: user, password, domain: within } } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { name: project, domain: within } } } });
  const answer = await fetch(`${authUrl}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  }).catch(() => {
    throw new Error(`there is no cloud at ${authUrl}: start it (crunch up), or build with --no-register`);
  });
  if (!answer.ok) throw new Error(`${authUrl} refused the login of ${user}: ${answer.status}`);
  const { token } = (await answer.json()) as { token: { catalog: Catalog } };
  const endpoint = token.catalog
    .find(({ type }) => type === "image")
    ?.endpoints.find((it) => it.interface === "public");
  if (!endpoint) throw new Error("the cloud's catalogue has no image service");
  return { token: answer.headers.get("x-subject-token")!, image: endpoint.url.replace(/\/$/, "") };
}
type Catalog = { type: string; endpoints: { interface: string; url: string }[] }[];

async function ask({ token, image }: Session, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { "x-auth-token": token, ...(body && { "content-type": "application/json" }) };
  const answer = await fetch(image + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}
