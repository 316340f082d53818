import { life, type Verb } from "#platform/service/life.ts";
import type { GuestImage } from "../driver.ts";

/** Nova's vm_state. */
export type ServerState = "building" | "active" | "stopped" | "error" | "deleted";
/** "gone": its host does not know it. */
export type ServerPower = "on" | "off" | "gone";

export interface ServerFault {
  readonly code: number;
  readonly message: string;
  /** For admins only. */
  readonly details: string | null;
  readonly created: string;
}

export interface Server {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string;
  readonly description: string | null;
  readonly hostname: string;
  readonly reservationId: string;
  readonly launchIndex: number;
  /** Null: booted from a volume. */
  readonly imageId: string | null;
  /** How hosts find the image of the local root disk; null: booted from a volume. */
  readonly bootImage: GuestImage | null;
  /** What the image said when the server was made: hw_…, os_type, min_ram … */
  readonly imageProperties: Readonly<Record<string, string>>;
  /** The flavor as it was when the server was made; it may be gone since. */
  readonly flavorId: string;
  readonly flavorName: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  readonly extraSpecs: Readonly<Record<string, string>>;
  readonly host: string | null;
  /** Asked for at creation: "zone:host", or host / hypervisor_hostname. */
  readonly wantedHost: string | null;
  readonly availabilityZone: string | null;
  readonly pinnedZone: string | null;
  readonly state: ServerState;
  /** Nova's task_state; null: nothing runs. */
  readonly task: string | null;
  /** When the task began. */
  readonly taskSince: string | null;
  readonly power: ServerPower | null;
  readonly progress: number;
  readonly fault: ServerFault | null;
  readonly keyName: string | null;
  readonly keyKind: "ssh" | "x509" | null;
  readonly publicKey: string | null;
  /** Base64, as it was given. */
  readonly userData: string | null;
  readonly configDrive: boolean;
  /** Injected files (before 2.57): path → base64. */
  readonly personality: readonly { readonly path: string; readonly contents: string }[];
  readonly diskConfig: "AUTO" | "MANUAL";
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly schedulerHints: Readonly<Record<string, unknown>>;
  readonly serverGroupId: string | null;
  readonly trustedImageCertificates: readonly string[] | null;
  /** What the guest posted to the metadata service, for `os-server-password`. */
  readonly encryptedPassword: string | null;
  readonly locked: boolean;
  readonly lockedBy: "owner" | "admin" | null;
  readonly lockedReason: string | null;
  readonly accessIpV4: string | null;
  readonly accessIpV6: string | null;
  readonly rootDevice: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly launchedAt: string | null;
  readonly terminatedAt: string | null;
  readonly deletedAt: string | null;
}
/** The columns that are jsonb. */
export type ServerJson =
  | "bootImage"
  | "imageProperties"
  | "extraSpecs"
  | "fault"
  | "personality"
  | "metadata"
  | "tags"
  | "schedulerHints"
  | "trustedImageCertificates";

export type ServerVerb = "build" | "start" | "stop" | "reboot" | "rebootHard" | "delete";

const anyState: readonly ServerState[] = ["building", "active", "stopped", "error"];

/** What may be asked of a server, from where, what it is doing meanwhile, and where it ends. */
export const serverLife = life<ServerState, ServerVerb>({
  build: { from: ["building"], busy: "scheduling", to: "active" },
  start: { from: ["stopped"], busy: "powering-on", to: "active" },
  stop: { from: ["active", "error"], busy: "powering-off", to: "stopped" },
  reboot: { from: ["active"], busy: "rebooting", to: "active" },
  rebootHard: { from: ["active", "stopped", "error"], busy: "rebooting_hard", to: "active" },
  delete: { from: anyState, busy: "deleting", to: "deleted" },
});

/** Nova's sentence of the 409. `action` is the word of the API ("start", "stop", "reboot" …). */
export function refusal(action: string, it: Server, { from }: Verb<ServerState>): string {
  const where = from.includes(it.state) ? `task_state ${it.task}` : `vm_state ${it.state}`;
  return `Cannot '${action}' instance ${it.id} while it is in ${where}`;
}

/** The one word that clients see, from the two that we keep. */
export function status({ state, task }: Pick<Server, "state" | "task">): string {
  if (state === "active" && task?.startsWith("reboot")) return task === "rebooting_hard" ? "HARD_REBOOT" : "REBOOT";
  return statusOf[state];
}

export const statusOf: Readonly<Record<ServerState, string>> = {
  building: "BUILD",
  active: "ACTIVE",
  stopped: "SHUTOFF",
  error: "ERROR",
  deleted: "DELETED",
};

/** Nova's numbers: 0 no state, 1 running, 4 shut down. */
export function powerNumber(power: ServerPower | null): number {
  if (power === "on") return 1;
  return power === "off" ? 4 : 0;
}

export function hostOf({ id, host }: Pick<Server, "id" | "host">): string {
  if (!host) throw new Error(`server ${id} is on no host`);
  return host;
}
