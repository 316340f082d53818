import type { Logger } from "pino";

export type { Logger } from "pino";
export { pino as newLog } from "pino";
export type Log = Logger;
