import { lookup } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { PassThrough } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { Download, Web } from "#services/image/driver.ts";
import { type Filter, type Judged, type Rules, rulesOf } from "./filter.ts";

export interface Address {
  readonly address: string;
}
export interface WebOptions {
  readonly filter?: Filter;
  /** Seconds without a byte after which a server is given up. */
  readonly silence?: number;
  /** The most bytes of one download, and the most seconds that it may take. */
  readonly largest?: number;
  readonly seconds?: number;
  /** All addresses of a host. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
}
interface Asked {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Downloads by HTTP: a name is resolved once, every address that it has is checked, and one of these is connected to. */
export function webDownloads(options: WebOptions = {}): Web {
  const rules = rulesOf(options.filter ?? {});
  const any: Rules = { judge: (text) => anywhere(text), requireAddress() {} };
  return {
    judge(url) {
      rules.judge(url);
    },
    open: (url, { trusted, ...asked } = {}) => follow(options, trusted ? any : rules, url, asked),
  };
}

/** Who was told where to go by an operator may go there. */
function anywhere(text: string): Judged {
  return rulesOf({ allowedPorts: [], inside: ["0.0.0.0/0", "::/0"] }).judge(text);
}

/** Redirects are judged as the first URL was. */
async function follow(options: WebOptions, rules: Rules, url: string, asked: Asked, left = 5): Promise<Download> {
  const it = rules.judge(url);
  const answer = await ask(options, await addressesOf(options, rules, it), it, asked);
  if (answer.statusCode === 200) return download(answer, it, options);
  answer.destroy();
  const to = redirect(answer, it);
  if (left === 0) throw new Refused(`The server at ${it.host} redirects too often.`);
  const elsewhere = to.origin !== it.url.origin;
  return follow(options, rules, to.href, elsewhere ? { ...asked, headers: {} } : asked, left - 1);
}

function redirect({ statusCode = 0, headers: { location } }: IncomingMessage, { url, host }: Judged): URL {
  if (statusCode < 300 || statusCode >= 400 || !location)
    throw new Refused(`The server at ${host} answered ${statusCode}.`);
  if (!URL.canParse(location, url.href)) throw new Refused(`The server at ${host} redirects to what is no URL.`);
  return new URL(location, url.href);
}

async function addressesOf({ resolve = resolved }: WebOptions, rules: Rules, { host }: Judged): Promise<string[]> {
  const found = isIP(host) ? [{ address: host }] : await resolve(host).catch(unknown(host));
  if (found.length === 0) throw new Refused(`The host ${host} could not be found.`);
  for (const { address } of found) rules.requireAddress(host, address);
  return found.map(({ address }) => address);
}

function resolved(host: string): Promise<readonly Address[]> {
  return lookup(host, { all: true, verbatim: true });
}

function unknown(host: string) {
  return (): never => {
    throw new Refused(`The host ${host} could not be found.`);
  };
}

/** The first of the addresses that answers. */
async function ask(
  options: WebOptions,
  addresses: readonly string[],
  it: Judged,
  asked: Asked,
): Promise<IncomingMessage> {
  let why: unknown;
  for (const address of addresses) {
    try {
      return await askOne(options, address, it, asked);
    } catch (trouble) {
      asked.signal?.throwIfAborted();
      why = trouble;
    }
  }
  throw new Refused(`The server at ${it.host} does not answer: ${(why as Error).message}`);
}

function askOne(
  { silence = 60 }: WebOptions,
  address: string,
  { url, host, port }: Judged,
  { signal, headers }: Asked,
): Promise<IncomingMessage> {
  const tls = url.protocol === "https:";
  return new Promise((then, fail) => {
    const sent = (tls ? requestHttps : requestHttp)({
      host: address,
      port,
      path: url.pathname + url.search,
      headers: { ...headers, host: url.host, "accept-encoding": "identity" },
      agent: false,
      signal,
      timeout: silence * 1000,
      ...(tls && !isIP(host) && { servername: host }),
    });
    sent.once("response", then).once("error", fail);
    sent.once("timeout", () => sent.destroy(new Error(`it was silent for ${silence} seconds`)));
    sent.end();
  });
}

function download(answer: IncomingMessage, { host }: Judged, options: WebOptions): Download {
  const { largest = Number.POSITIVE_INFINITY, seconds } = options;
  const packed = answer.headers["content-encoding"] ?? "identity";
  const length = answer.headers["content-length"];
  const trouble =
    packed !== "identity"
      ? `packs what it sends (${packed})`
      : Number(length ?? 0) > largest
        ? `sends more than the ${largest} bytes that are taken`
        : undefined;
  if (trouble) {
    answer.destroy();
    throw new Refused(`The server at ${host} ${trouble}.`);
  }
  const bytes = bounded(answer, host, largest, seconds);
  return { bytes, sizeBytes: length === undefined ? null : Number(length) };
}

/** The answer's bytes, as long as they are not too many and do not take too long. */
function bounded(answer: IncomingMessage, host: string, largest: number, seconds: number | undefined): PassThrough {
  const bytes = new PassThrough();
  const end = (why: string) => bytes.destroy(new Refused(`The download from ${host} ${why}.`));
  const late = seconds === undefined ? undefined : setTimeout(end, seconds * 1000, `took longer than ${seconds} s`);
  let taken = 0;
  answer.on("data", (piece: Buffer) => {
    taken += piece.length;
    if (taken > largest) end(`is larger than the ${largest} bytes that are taken`);
  });
  answer.once("error", (why) => end(`broke off: ${why.message}`));
  bytes.once("close", () => {
    clearTimeout(late);
    answer.destroy();
  });
  answer.pipe(bytes);
  return bytes;
}
