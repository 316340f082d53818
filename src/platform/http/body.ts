import type { IncomingMessage } from "node:http";
import { ApiError, badRequest, tooLarge } from "../api/errors.ts";

const largest = 2 * 1024 * 1024;
const deepest = 100;
const form = "application/x-www-form-urlencoded";

/** A request's body as JSON (a form, where one is taken, as an object of texts): whole within so many milliseconds, of a type that is taken, and fit to be handed around. */
export async function readJson(raw: IncomingMessage, accepted: readonly string[], within: number): Promise<unknown> {
  const bytes = await readAll(raw, within);
  if (bytes.length === 0) return undefined;
  const type = (raw.headers["content-type"] ?? "application/json").split(";")[0]!.trim().toLowerCase();
  if (type !== "application/json" && !accepted.includes(type)) throw new ApiError(415, `Unsupported Content-Type`);
  return sane(
    type === form && accepted.includes(form)
      ? Object.fromEntries(new URLSearchParams(bytes.toString("utf8")))
      : parsed(bytes),
  );
}

function readAll(raw: IncomingMessage, within: number): Promise<Buffer> {
  if (Number(raw.headers["content-length"] ?? 0) > largest) throw tooLarge("Request is too large.");
  const parts: Buffer[] = [];
  let size = 0;
  let timer: NodeJS.Timeout;
  return new Promise<Buffer>((resolve, reject) => {
    timer = setTimeout(() => reject(late()), within);
    raw.once("error", () => reject(cut())).once("close", () => reject(cut()));
    raw.once("end", () => resolve(Buffer.concat(parts)));
    raw.on("data", (part: Buffer) => {
      size += part.length;
      if (size > largest) reject(tooLarge("Request is too large."));
      else parts.push(part);
    });
  }).finally(() => clearTimeout(timer));
}

const cut = () => badRequest("The request ended before its body did.");
const late = () => new ApiError(408, "The request's body did not come in time.", { headers: { connection: "close" } });

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw badRequest("Malformed request body: it is not JSON.");
  }
}

/**
 * Refuses what JSON can say and nothing behind the door can bear: endless depth, numbers beyond all numbers, text that no
 * database holds, and "__proto__", a name like any other to JSON.parse and an attack to whatever copies it.
 */
function sane(it: unknown): unknown {
  const left: { it: unknown; depth: number }[] = [{ it, depth: 0 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { it, depth } = next;
    if (typeof it === "string") checkText(it);
    if (typeof it === "number" && !Number.isFinite(it))
      throw badRequest("Malformed request body: a number is too large.");
    if (typeof it !== "object" || it === null) continue;
    if (depth >= deepest) throw badRequest("Malformed request body: it is nested too deeply.");
    if (!Array.isArray(it)) for (const key of Object.keys(it)) checkKey(key);
    for (const inner of Object.values(it)) left.push({ it: inner, depth: depth + 1 });
  }
  return it;
}

function checkKey(key: string): void {
  if (key === "__proto__") throw badRequest("Malformed request body.");
  checkText(key);
}

function checkText(text: string): void {
  if (text.includes("\0") || !text.isWellFormed())
    throw badRequest("The request holds characters that cannot be kept (NUL or broken Unicode).");
}
