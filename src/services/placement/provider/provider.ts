/** Whatever has room to give: a host of guests, usually. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** Grows with every change of what it has or has given; who writes with an old one is refused. */
  readonly generation: number;
  readonly parentId: string | null;
  readonly rootId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
