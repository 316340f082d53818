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
  "guest.started": { readonly serverId: string; readonly host: string };
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
  "guest.started",
] as const satisfies readonly (keyof ComputeEvents)[];
