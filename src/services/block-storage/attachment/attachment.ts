import { life } from "#platform/service/life.ts";
import type { Connection } from "../driver.ts";

export interface Attachment {
  readonly id: string;
  readonly volumeId: string;
  readonly projectId: string;
  readonly serverId: string | null;
  readonly host: string | null;
  readonly device: string | null;
  readonly mode: "rw" | "ro";
  readonly status: string;
  /** Compute holds it: only a detach through the Compute API may end it. */
  readonly byCompute: boolean;
  readonly releasing: boolean;
  readonly connector: Readonly<Record<string, unknown>> | null;
  readonly connection: Connection | null;
  readonly fault: string | null;
  readonly createdAt: string;
  readonly attachedAt: string | null;
}

export const attachmentLife = life<string, "connect" | "detach">({
  connect: { from: ["reserved"], busy: "attaching", to: "attached" },
  detach: { from: ["attached"], busy: "detaching", to: "deleted" },
});

/** Who may open the socket: the server's guest, or, of a bare attachment, whoever holds its id. */
export const opener = ({ id, serverId }: Pick<Attachment, "id" | "serverId">): string => serverId ?? id;
