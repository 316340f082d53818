import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "ldapts";
import { Unavailable } from "#platform/service/driver.ts";
import { connect } from "./connection.ts";
import { explained } from "./refusal.ts";
import type { Settings } from "./settings.ts";

/** The way into one directory, over whichever of its servers answers. */
export class Door {
  readonly #settings: Settings;
  /** Milliseconds in which, after every server has failed, nobody knocks again. */
  readonly #rest: number;
  /** The server that answered last: the first to be asked. */
  #last = 0;
  #shut: { readonly until: number; readonly why: Error } | undefined;
  #knocking = false;

  constructor(settings: Settings, rest: number) {
    this.#settings = settings;
    this.#rest = rest;
  }

  /** A fresh connection; Unavailable when no server gives one. While nobody is let in one knocks, and the others need not wait. */
  async open(): Promise<Client> {
    const shut = this.#shut;
    if (shut && (this.#knocking || performance.now() < shut.until)) throw shut.why;
    this.#knocking = shut !== undefined;
    try {
      const client = await this.#knock();
      this.#shut = undefined;
      return client;
    } catch (cause) {
      const why = new Unavailable(`no server of the directory lets us in: ${explained(cause as Error)}`, { cause });
      this.#shut = { until: performance.now() + this.#rest, why };
      throw why;
    } finally {
      if (shut) this.#knocking = false;
    }
  }

  /** Every server has its turn; then again, as often as the options say and a slow answer leaves time for. */
  async #knock(): Promise<Client> {
    const { tries, pause: time, connectTimeout } = this.#settings;
    const end = performance.now() + connectTimeout;
    let why: unknown;
    for (let attempt = 0; attempt < tries && (attempt === 0 || performance.now() < end); attempt += 1) {
      if (attempt > 0) await pause(time);
      for (const at of this.#order()) {
        try {
          const client = await connect(this.#settings.urls[at]!, this.#settings);
          this.#last = at;
          return client;
        } catch (error) {
          why = error;
        }
      }
    }
    throw why;
  }

  #order(): readonly number[] {
    const all = [...this.#settings.urls.keys()];
    return [...all.slice(this.#last), ...all.slice(0, this.#last)];
  }
}
