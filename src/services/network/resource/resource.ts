/** What every resource's row has. */
export interface Standard {
  readonly id: string;
  readonly projectId: string;
  readonly description: string;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}
/** What most have beside. */
export interface Named extends Standard {
  readonly name: string;
  readonly tags: readonly string[];
}

/** The columns of a row that is made now. */
export function fresh(tx: { readonly now: string; newId(): string }, projectId: string) {
  return { id: tx.newId(), projectId, revision: 0, createdAt: tx.now, updatedAt: tx.now };
}

/** "2026-11-20T21:03:00.123Z" → "2026-11-20T21:03:00Z", as the Network API shows times. */
export function toSeconds(time: string): string {
  return `${time.slice(0, 19)}Z`;
}
