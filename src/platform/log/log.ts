import { AsyncLocalStorage } from "node:async_hooks";
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

type SonicBoomOpts = Exclude<Parameters<typeof pino.destination>[0], string | number | undefined>;

export type { Logger } from "pino";
export type Log = Logger;

const work = new AsyncLocalStorage<{ readonly requestId: string }>();

/** Whatever is logged within, however deep (an agent, a driver), carries the id of the request that it is done for. */
export function onBehalfOf<T>(requestId: string, then: () => T): T {
  return work.run({ requestId }, then);
}

/** A log in lines of JSON. */
export function newLog(options: LoggerOptions, to?: DestinationStream): Log {
  const mixin = () => work.getStore() ?? {};
  return to ? pino({ ...options, mixin }, to) : pino({ ...options, mixin });
}

const [mostUnwritten, atOnce, longest] = [4 * 2 ** 20, 2 ** 13, 250];

/**
 * A file or a descriptor (2: standard error) to log to. Lines wait a quarter of a second for others. A full disk does not end the
 * program: what does not fit waits, and more is left out.
 */
export function logTo(options: SonicBoomOpts): DestinationStream {
  const to = pino.destination({ maxLength: mostUnwritten, minLength: atOnce, periodicFlush: longest, ...options });
  return to.removeAllListeners("error").on("error", () => {});
}
