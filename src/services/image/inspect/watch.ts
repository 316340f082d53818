import { inspect } from "./inspect.ts";
import { CutOff, headBytes, tailBytes } from "./sample.ts";

/** Enough to know every format that shows itself at its start. */
const early = 64 * 1024;

/** Looks at an image's bytes as they pass, and throws Unsafe as soon as they must not be kept. */
export class Watch {
  readonly #claimed: string;
  readonly #head: Buffer[] = [];
  #headLength = 0;
  #tail: Buffer = Buffer.alloc(0);
  #size = 0;
  #looked = false;

  constructor(claimed: string) {
    this.#claimed = claimed;
  }

  take(chunk: Buffer) {
    this.#size += chunk.length;
    this.#tail = last(this.#tail, chunk);
    if (this.#headLength >= headBytes) return;
    const part = Buffer.from(chunk.subarray(0, headBytes - this.#headLength));
    this.#head.push(part);
    this.#headLength += part.length;
    if (this.#looked || this.#headLength < early) return;
    this.#looked = true;
    this.#lookEarly();
  }

  /** What a guest will see as the size of the disk, once all has passed; null if that cannot be said. */
  end(): number | null {
    return inspect({ head: Buffer.concat(this.#head), tail: this.#tail, size: this.#size }, this.#claimed);
  }

  /** A header that goes on behind this is looked at when it is there. */
  #lookEarly() {
    try {
      inspect({ head: Buffer.concat(this.#head), tail: Buffer.alloc(0), size: undefined }, this.#claimed);
    } catch (why) {
      if (!(why instanceof CutOff)) throw why;
    }
  }
}

function last(tail: Buffer, chunk: Buffer): Buffer {
  if (chunk.length >= tailBytes) return Buffer.from(chunk.subarray(-tailBytes));
  return Buffer.concat([tail, chunk]).subarray(-tailBytes);
}
