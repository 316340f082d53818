import { badRequest } from "#platform/api/errors.ts";

const tail =
  "The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.";
const SPELT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?Z?$/;

/** A moment to come that a client has given, in microseconds since 1970. */
export function microsToCome(text: string, now: string): number {
  const found = SPELT.exec(text);
  const ms = found ? Date.parse(`${found[1]}T${found[2]}Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw badRequest(`Timestamp not in expected format. ${tail}`);
  const micros = ms * 1000 + Number((found![3] ?? "").slice(0, 6).padEnd(6, "0"));
  if (micros < microsOf(now)) throw badRequest(`The 'expires_at' must not be before now. ${tail}`);
  return micros;
}

export function microsOf(iso: string): number {
  return Date.parse(iso) * 1000;
}

/** As ISO text with six decimals, without a zone. */
export function spelt(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(micros - seconds * 1_000_000).padStart(6, "0")}`;
}

/** As platform time: to the millisecond. */
export function isoOf(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString();
}
