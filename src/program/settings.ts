import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Config, readConfig } from "#platform/config/config.ts";
import { type Log, logTo, newLog } from "#platform/log/log.ts";

/** The configuration of this run of the command line. */
export function settings(flags: Readonly<Record<string, unknown>>): Config {
  return readConfig(flags, process.env, process.getuid?.() === 0);
}

/** Where a running program answers its own command line. */
export function controlSocket({ state }: Config): string {
  return join(state, "control.sock");
}

/** The log: a file in the state folder, or where the configuration says. */
export function openLog(config: Config): Log {
  const { state, "log-level": level, "log-file": file } = config;
  mkdirSync(state, { recursive: true });
  const destination = file === "-" ? 2 : file || join(state, "crunch.log");
  return newLog(
    { level, base: undefined, redact: ["password", "*.password", "secret", "token"] },
    logTo({ dest: destination, sync: false, mkdir: true }),
  );
}
