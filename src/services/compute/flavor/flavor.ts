/** A size that servers come in. Servers copy it, so that it may change or go without harm to them. */
export interface Flavor {
  /** The API's "flavor id": a number, a word or a uuid. */
  readonly id: string;
  readonly name: string;
  readonly memoryMib: number;
  readonly vcpus: number;
  readonly diskGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  readonly rxtxFactor: number;
  /** Whether every project may use it; otherwise those that were given access. */
  readonly isPublic: boolean;
  readonly disabled: boolean;
  readonly description: string | null;
  readonly extraSpecs: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

export interface FlavorAccess {
  readonly flavorId: string;
  readonly projectId: string;
}

/** Who sees which flavors: administrators all, others the public ones and those that their project was given. */
export interface Sight {
  readonly everything: boolean;
  readonly projectId: string | null;
}
