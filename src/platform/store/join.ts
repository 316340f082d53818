/**
 * The transaction that is open, in whatever service's words: a neighbour joins it with its own tables
 * (`joined(tx)` of its kit gives it back as its own).
 */
export interface Join {
  readonly now: string;
  readonly requestId: string;
  newId(): string;
}
