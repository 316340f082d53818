interface About {
  readonly serverId: string;
  readonly projectId: string;
}

/** What compute tells the rest of the cloud, in the past tense. */
export interface ComputeEvents {
  "server.created": About;
  "server.built": About;
  "server.failed": About;
  "server.started": About;
  "server.stopped": About;
  "server.rebooted": About;
  "server.deleted": About;
  "guest.stopped": { readonly serverId: string; readonly host: string };
  "host.reported": { readonly host: string };
}

export const computeTells = [
  "server.created",
  "server.built",
  "server.failed",
  "server.started",
  "server.stopped",
  "server.rebooted",
  "server.deleted",
  "guest.stopped",
  "host.reported",
] as const satisfies readonly (keyof ComputeEvents)[];
