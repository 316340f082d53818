import { Refused } from "#platform/service/driver.ts";
import { unseal } from "#platform/store/seal.ts";
import type { ImageDriver, Place, Web } from "../driver.ts";
import { type Image, largestBytes } from "../image/image.ts";
import { type Received, receive } from "../image/receive.ts";
import { broughtAlong } from "../settings.ts";
import { progress, type Remote } from "./import.ts";

export interface Fetch {
  readonly imageId: string;
  readonly stage: Place;
  readonly formats: Pick<Image, "diskFormat" | "containerFormat">;
  /** The image's own, a signature among them. */
  readonly properties: Image["properties"];
  readonly uri?: string;
  readonly remote?: Remote;
}
export interface Fetched extends Received {
  /** What came along from another cloud's image. */
  readonly formats: Fetch["formats"];
  readonly properties: Readonly<Record<string, string>>;
}

/** Brings bytes from outside into the staging area, looked at as they come. */
export async function fetch(driver: ImageDriver, asked: Fetch, signal: AbortSignal): Promise<Fetched> {
  const { web } = driver;
  if (!web) throw new Refused("This cloud downloads nothing.");
  const { uri, formats: own } = asked;
  const from = asked.remote ? await remote(web, asked.remote, signal) : { url: uri!, formats: own, properties: {} };
  const { url, formats, properties, ...how } = from;
  const described = { ...formats, properties: { ...asked.properties, ...properties } };
  const { bytes, sizeBytes } = await web.open(url, { signal, ...("headers" in how && how) });
  if (sizeBytes !== null && sizeBytes > largestBytes) {
    bytes.destroy();
    throw new Refused(`The download is too large: at most ${largestBytes} bytes are taken.`);
  }
  try {
    const bounds = { limitBytes: largestBytes, signal, look: counted(asked.imageId, sizeBytes) };
    return { ...(await receive(driver, described, asked.stage, bytes, bounds)), formats, properties };
  } finally {
    progress.delete(asked.imageId);
    bytes.destroy();
  }
}

/** Tells how far a download is whose size is known. */
function counted(imageId: string, sizeBytes: number | null) {
  let taken = 0;
  return (piece: Buffer) => {
    taken += piece.length;
    if (sizeBytes) progress.set(imageId, Math.min(100, Math.floor((taken * 100) / sizeBytes)));
  };
}

/** What another cloud's image service says of its image, and where its bytes are. */
async function remote(web: Web, { url, imageId, token }: Remote, signal: AbortSignal) {
  if (url === null) throw new Refused("The catalogue has no image service of that region and interface.");
  const headers = { "x-auth-token": unseal(token) };
  const at = `${url.replace(/\/+$/, "").replace(/\/v2$/, "")}/v2/images/${imageId}`;
  const it = await readJson(web, at, { signal, headers });
  if (it.status !== "active") throw new Refused(`The remote image is not active, but ${String(it.status)}.`);
  const formats = { diskFormat: text(it.disk_format), containerFormat: text(it.container_format) };
  return { url: `${at}/file`, formats, properties: brought(it), headers, trusted: true };
}

async function readJson(web: Web, url: string, asked: { signal: AbortSignal; headers: Record<string, string> }) {
  const { bytes } = await web.open(url, { ...asked, trusted: true });
  let body = "";
  for await (const part of bytes) {
    body += String(part);
    if (body.length > 1024 * 1024) throw new Refused("The remote image service says too much.");
  }
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new Refused("The remote image service does not speak JSON.");
  }
}

function text(it: unknown): string | null {
  return typeof it === "string" ? it : null;
}

function brought(it: Readonly<Record<string, unknown>>): Record<string, string> {
  const own = Object.entries(it).filter(
    ([key, value]) => typeof value === "string" && broughtAlong.some((p) => key.startsWith(p)),
  );
  return Object.fromEntries(own) as Record<string, string>;
}
