import { type FileHandle, open } from "node:fs/promises";
import { ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** From which byte on, and up to before which. */
export interface Stretch {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}
const pieceBytes = 512 * 1024;
/** How many pieces are in hand at most. */
const pieces = 3;

/**
 * A file as a stream. Piped into an answer, its bytes go through a few buffers that are filled again as soon as the socket
 * has taken them: half the time of a stream that makes a new buffer for each piece, and flat memory however many are read at
 * once. Other targets may hold on to what they are given, and get buffers of their own.
 */
export class FileBytes extends Readable {
  readonly #file: FileHandle;
  readonly #to: number;
  #at: number;
  #poured = false;

  constructor(file: FileHandle, { from, to }: Stretch) {
    super({ highWaterMark: pieceBytes });
    this.#file = file;
    this.#at = from;
    this.#to = to;
  }

  static async open(it: Stretch): Promise<FileBytes> {
    return new FileBytes(await open(it.path), it);
  }

  override _read(wanted: number) {
    if (this.#poured) return;
    const piece = Buffer.allocUnsafeSlow(Math.min(wanted, this.#left() || 1));
    this.#fill(piece).then(
      (filled) => this.push(filled.length > 0 ? filled : null),
      (why) => this.destroy(why),
    );
  }

  override _destroy(why: Error | null, done: (why?: Error | null) => void) {
    this.#file.close().then(
      () => done(why),
      () => done(why),
    );
  }

  override pipe<T extends NodeJS.WritableStream>(target: T): T {
    if (!(target instanceof ServerResponse)) return super.pipe(target);
    this.#poured = true;
    this.#pour(target).then(
      () => {
        if (target.destroyed) return this.destroy();
        this.push(null);
        this.resume();
        target.end();
      },
      (why) => this.destroy(why),
    );
    return target;
  }

  async #pour(target: ServerResponse): Promise<void> {
    const free = Array.from({ length: pieces }, () => Buffer.allocUnsafeSlow(Math.min(pieceBytes, this.#left() || 1)));
    let wake = () => {};
    target.once("close", () => wake());
    while (this.#left() > 0) {
      while (free.length === 0 && !target.destroyed) await new Promise<void>((then) => (wake = then));
      if (target.destroyed || this.destroyed) return;
      const buffer = free.pop()!;
      const filled = await this.#fill(buffer);
      if (filled.length === 0) throw new Error("the file has become shorter while it was read");
      target.write(filled, () => {
        free.push(buffer);
        wake();
      });
    }
  }

  #left(): number {
    return this.#to - this.#at;
  }

  async #fill(buffer: Buffer): Promise<Buffer> {
    const { bytesRead } = await this.#file.read(buffer, 0, Math.min(buffer.length, this.#left()), this.#at);
    this.#at += bytesRead;
    return buffer.subarray(0, bytesRead);
  }
}
