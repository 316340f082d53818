/** What a project may have of something where nothing else was said, by the name that other services know it by. */
export interface RegisteredLimit {
  readonly id: string;
  readonly serviceId: string;
  readonly regionId: string | null;
  readonly resourceName: string;
  readonly defaultLimit: number;
  readonly description: string | null;
}

/** What one project (or, as a project, a domain) may have of something registered; -1: as much as it likes. */
export interface Limit {
  readonly id: string;
  readonly projectId: string | null;
  readonly domainId: string | null;
  readonly serviceId: string;
  readonly regionId: string | null;
  readonly resourceName: string;
  readonly resourceLimit: number;
  readonly description: string | null;
}

/** Which quota a registered limit stands for, as services count it. */
export interface Quota {
  readonly service: string;
  readonly resource: string;
}

/** A limit as a client asks for it. */
export interface Asked {
  readonly service_id: string;
  readonly region_id?: string | null;
  readonly resource_name: string;
  readonly description?: string | null;
}
