import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "ldapts";
import { Unavailable } from "#platform/service/driver.ts";
import { connect } from "./connection.ts";
import type { Settings } from "./settings.ts";

/** The way into one directory, over whichever of its servers answers. */
export class Door {
  readonly #settings: Settings;
  /** Milliseconds in which, after every server has failed, nobody knocks again. */
  readonly #rest: number;
  /** The server that answered last: the first to be asked. */
  #last = 0;
  #shut: { readonly until: number; readonly why: Error } | undefined;

  constructor(settings: Settings, rest: number) {
    this.#settings = settings;
    this.#rest = rest;
  }

  /** A fresh connection; Unavailable when no server gives one. */
  async open(): Promise<Client> {
    if (this.#shut && performance.now() < this.#shut.until) throw this.#shut.why;
    const { tries, pause: time } = this.#settings;
    let why: unknown;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      if (attempt > 0) await pause(time);
      for (const at of this.#order()) {
        try {
          const client = await connect(this.#settings.urls[at]!, this.#settings);
          this.#last = at;
          this.#shut = undefined;
          return client;
        } catch (error) {
          why = error;
        }
      }
    }
    const error = new Unavailable(`no server of the directory lets us in: ${(why as Error).message}`, { cause: why });
    this.#shut = { until: performance.now() + this.#rest, why: error };
    throw error;
  }

  #order(): readonly number[] {
    const all = [...this.#settings.urls.keys()];
    return [...all.slice(this.#last), ...all.slice(0, this.#last)];
  }
}
