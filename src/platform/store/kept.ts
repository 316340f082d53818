import { sql } from "kysely";

/** A row's id and the name of the transaction that wrote it as it is now. */
export interface Version {
  readonly id: string;
  readonly version: string;
}
interface Kept<R> {
  readonly row: R;
  readonly version: string;
  readonly size: number;
}

/** The column `version`: PostgreSQL's own note of which transaction wrote a row. */
export const version = sql<string>`xmin::text`.as("version");

/**
 * Rows of one table as they were last read: what nobody has changed since is not read again. Only for plain reads: to the
 * transaction that changes a row twice both look alike.
 */
export class KeptRows<R extends { readonly id: string }> {
  readonly #most: number;
  readonly #kept = new Map<string, Kept<R>>();
  #size = 0;

  /** `most`: how much may be kept, in characters of JSON. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The rows of these versions, in their order; `read` is asked for those that are not known. What is gone by then is left out. */
  async rows(found: readonly Version[], read: (ids: string[]) => Promise<(R & Version)[]>): Promise<R[]> {
    const rows = new Map<string, R>();
    const unknown: string[] = [];
    for (const { id, version } of found) {
      const kept = this.#kept.get(id);
      if (kept?.version === version) rows.set(id, kept.row);
      else unknown.push(id);
    }
    for (const { version, ...row } of unknown.length > 0 ? await read(unknown) : []) {
      rows.set(row.id, row as unknown as R);
      this.#keep(row as unknown as R, version);
    }
    return found.flatMap(({ id }) => rows.get(id) ?? []);
  }

  #keep(row: R, version: string): void {
    this.#drop(row.id);
    const size = JSON.stringify(row).length;
    this.#kept.set(row.id, { row, version, size });
    this.#size += size;
    for (const id of this.#kept.keys()) {
      if (this.#size <= this.#most) return;
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    this.#size -= this.#kept.get(id)?.size ?? 0;
    this.#kept.delete(id);
  }
}
