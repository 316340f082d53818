export const taskStatuses = ["pending", "processing", "success", "failure"] as const;
export type TaskStatus = (typeof taskStatuses)[number];
export const taskTypes = ["import", "api_image_import", "location_import"] as const;
export type TaskType = (typeof taskTypes)[number];

/** Something that was asked for and takes a while. */
export interface Task {
  readonly id: string;
  readonly type: TaskType;
  readonly imageId: string | null;
  /** The project that asked. */
  readonly owner: string | null;
  readonly userId: string | null;
  readonly requestId: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: TaskStatus;
  readonly message: string;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it may be forgotten: some time after its end. */
  readonly expiresAt: string | null;
}

/** How long a task that has ended is kept, in hours. */
export const keptHours = 48;

export function isOpen({ status }: Task): boolean {
  return status === "pending" || status === "processing";
}

/** What a task is after its end. */
export function ended(status: "success" | "failure", now: string, message = "", result: Task["result"] = null) {
  const expiresAt = new Date(Date.parse(now) + keptHours * 3600 * 1000).toISOString();
  return { status, message, result, updatedAt: now, expiresAt };
}
