import type { Actor } from "#platform/api/rules.ts";
import type { World } from "#platform/service/kit.ts";
import { after, TOKEN_LIFETIME } from "../identity.ts";
import type { IdentityScope } from "../kit.ts";
import type { TokenKey } from "./key.ts";
import type { Revocation } from "./revocation.ts";
import { actorOf, marksOf, type Token, unpack } from "./token.ts";

/** Where the keeper reads what it keeps in memory. */
export interface KeeperSource {
  keys(): Promise<readonly TokenKey[]>;
  revocations(): Promise<readonly Revocation[]>;
}
interface Known {
  readonly token: Token;
  readonly actor: Actor;
  readonly marks: readonly string[];
  /** How many revocations had been heard when it was last found good. */
  checked: number;
}
const CACHED = 20_000;
/** No token is shorter. */
const SHORTEST = 100;

/** Knows the keys and what was revoked, so that a token is checked from memory alone. */
export class Keeper {
  readonly #world: Pick<World<IdentityScope>, "now" | "hearing">;
  readonly #source: KeeperSource;
  readonly #known = new Map<string, Known>();
  #keys: readonly TokenKey[] = [];
  #revoked = new Map<string, Revocation>();
  #keysReadAt = "";
  #heard = 0;
  /** Nothing was read yet, or not since something may have been missed. */
  #stale = true;
  #loading: Promise<void> | undefined;

  constructor(world: Pick<World<IdentityScope>, "now" | "hearing">, source: KeeperSource) {
    this.#world = world;
    this.#source = source;
  }

  /** The token and its actor, if it is valid now, or (`lapsed`) has been until so many seconds ago. */
  async check(text: string, lapsed = 0): Promise<{ readonly token: Token; readonly actor: Actor } | undefined> {
    if (this.#loading) await this.#loading.catch(() => {});
    if (!this.#world.hearing || this.#stale) await this.load();
    const it = this.#known.get(text) ?? this.#read(text) ?? (await this.#readAnew(text));
    if (!it) return undefined;
    const { now } = this.#world;
    if (it.token.expiresAt > (lapsed === 0 ? now : after(now, -lapsed)) && !this.#isRevoked(it)) return it;
    this.#known.delete(text);
    return undefined;
  }

  /** Reads everything again: some events may have been missed. */
  load(): Promise<void> {
    this.#stale = true;
    const loading = this.#load()
      .then(() => {
        if (this.#loading === loading) this.#stale = false;
      })
      .finally(() => {
        if (this.#loading === loading) this.#loading = undefined;
      });
    this.#loading = loading;
    return loading;
  }

  /** Takes in a revocation that was told. */
  take(it: Revocation): void {
    const before = this.#revoked.get(it.mark);
    if (!before || before.id < it.id) this.#revoked.set(it.mark, it);
    this.#heard += 1;
  }

  async #load(): Promise<void> {
    const [keys, revocations] = await Promise.all([this.#source.keys(), this.#source.revocations()]);
    this.#keys = keys;
    this.#keysReadAt = this.#world.now;
    for (const one of revocations) this.take(one);
    this.#forget();
  }

  #read(text: string): Known | undefined {
    for (const key of this.#keys) {
      const packed = key.open(text);
      if (packed) return this.#remember(text, unpack(packed));
    }
    return undefined;
  }

  /** A key that is a moment old may have made it: the keys are read again for what no key has made, once a second. */
  async #readAnew(text: string): Promise<Known | undefined> {
    const { now } = this.#world;
    if (text.length < SHORTEST || now < after(this.#keysReadAt, 1)) return undefined;
    this.#keysReadAt = now;
    this.#keys = await this.#source.keys();
    return this.#read(text);
  }

  #remember(text: string, token: Token): Known {
    const it = { token, actor: actorOf(token), marks: marksOf(token), checked: -1 };
    if (this.#known.size >= CACHED) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(text, it);
    return it;
  }

  #isRevoked(it: Known): boolean {
    if (it.checked === this.#heard) return false;
    if (it.marks.some((mark) => (this.#revoked.get(mark)?.id ?? 0) > it.token.saw)) return true;
    it.checked = this.#heard;
    return false;
  }

  #forget(): void {
    const oldest = after(this.#world.now, -2 * TOKEN_LIFETIME);
    for (const [mark, { revokedAt }] of this.#revoked) if (revokedAt < oldest) this.#revoked.delete(mark);
  }
}
