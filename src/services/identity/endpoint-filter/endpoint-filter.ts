/** Endpoints by what they have in common: each that fits all of the filters belongs to the group. */
export interface EndpointGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly filters: EndpointFilters;
}
export interface EndpointFilters {
  readonly service_id?: string;
  readonly region_id?: string;
  readonly interface?: string;
}

/** A project sees an endpoint. */
export interface ProjectEndpoint {
  readonly projectId: string;
  readonly endpointId: string;
}
/** A project sees the endpoints of a group. */
export interface GroupProject {
  readonly endpointGroupId: string;
  readonly projectId: string;
}

const known = ["service_id", "region_id", "interface"];

/** Whether filters ask about nothing else than endpoints can be told apart by. */
export function areKnown(filters: object): boolean {
  return Object.keys(filters).every((key) => known.includes(key));
}
