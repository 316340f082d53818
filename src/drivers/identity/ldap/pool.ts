import { type Client, ResultCodeError } from "ldapts";
import { Unavailable } from "#platform/service/driver.ts";
import type { PoolSize } from "./settings.ts";

interface Kept {
  readonly client: Client;
  readonly born: number;
  timer?: NodeJS.Timeout;
}
interface Waiting {
  go(): void;
}
/** Milliseconds in which a connection has to become free. */
const PATIENCE = 20_000;

/** A few connections for everybody. */
export class Pool {
  readonly #open: () => Promise<Client>;
  readonly #fit: (client: Client) => boolean;
  readonly #size: PoolSize;
  readonly #idle: Kept[] = [];
  readonly #line: Waiting[] = [];
  #used = 0;
  #closed = false;

  /** `fit`: whether a connection that was put back may be used again. */
  constructor(size: PoolSize, open: () => Promise<Client>, fit: (client: Client) => boolean) {
    this.#size = size;
    this.#open = open;
    this.#fit = fit;
  }

  /** How many connections there are. */
  get open(): number {
    return this.#used + this.#idle.length;
  }

  /** Does some work on a connection that is nobody else's meanwhile; on a fresh one, should a kept one turn out to be dead. */
  async use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    if (this.#used >= this.#size.size) await this.#turn();
    else this.#used += 1;
    try {
      const kept = this.#take();
      if (!kept) return await this.#on(await this.#fresh(), work);
      try {
        return await this.#on(kept, work);
      } catch (why) {
        if (why instanceof ResultCodeError || why instanceof Unavailable) throw why;
        this.#dropIdle(); // what one has met the others will
        return await this.#on(await this.#fresh(), work);
      }
    } finally {
      this.#leave();
    }
  }

  /** Lets go of what is idle now, and of the others when their work is done. */
  close(): void {
    this.#closed = true;
    this.#dropIdle();
  }

  #dropIdle(): void {
    for (const one of this.#idle.splice(0)) drop(one);
  }

  async #fresh(): Promise<Kept> {
    return { client: await this.#open(), born: performance.now() };
  }

  async #on<T>(it: Kept, work: (client: Client) => Promise<T>): Promise<T> {
    try {
      const answer = await work(it.client);
      this.#keep(it);
      return answer;
    } catch (why) {
      if (why instanceof ResultCodeError) this.#keep(it);
      else drop(it);
      throw why;
    }
  }

  #keep(it: Kept): void {
    const left = this.#size.lifetime - (performance.now() - it.born);
    if (this.#closed || left <= 0 || !this.#fit(it.client)) drop(it);
    else {
      it.timer = setTimeout(() => this.#forget(it), left).unref();
      this.#idle.push(it);
    }
  }

  #forget(it: Kept): void {
    this.#idle.splice(this.#idle.indexOf(it), 1);
    drop(it);
  }

  #take(): Kept | undefined {
    for (let it = this.#idle.pop(); it; it = this.#idle.pop()) {
      clearTimeout(it.timer);
      if (this.#fit(it.client)) return it;
      drop(it);
    }
    return undefined;
  }

  #turn(): Promise<void> {
    return new Promise((go, no) => {
      const place: Waiting = {
        go() {
          clearTimeout(timer);
          go();
        },
      };
      const timer = setTimeout(() => {
        this.#line.splice(this.#line.indexOf(place), 1);
        no(new Unavailable("no connection to the directory became free"));
      }, PATIENCE);
      this.#line.push(place);
    });
  }

  #leave(): void {
    const next = this.#line.shift();
    if (next) next.go();
    else this.#used -= 1;
  }
}

function drop({ client, timer }: Kept): void {
  clearTimeout(timer);
  void client.unbind().catch(() => {});
}
