/** Hosts that have something in common; one with a zone in its metadata makes them an availability zone. */
export interface Aggregate {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

export interface AggregateHost {
  readonly aggregateId: number;
  readonly host: string;
}

/** The zone of a host that no aggregate puts into another. */
export const defaultZone = "nova";

export function zoneOf({ metadata }: Pick<Aggregate, "metadata">): string | null {
  return metadata.availability_zone ?? null;
}
