import { AsyncLocalStorage } from "node:async_hooks";
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

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

/** A file or a descriptor (2: standard error) to log to. */
export const logTo = pino.destination;
