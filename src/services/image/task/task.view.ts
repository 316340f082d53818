import { moment } from "../image/image.view.ts";
import type { Task } from "./task.ts";

export function stub({ id, type, status, owner, expiresAt, createdAt, updatedAt }: Task) {
  return {
    id,
    type,
    status,
    owner,
    created_at: moment(createdAt),
    updated_at: moment(updatedAt),
    ...(expiresAt && { expires_at: moment(expiresAt) }),
    self: `/v2/tasks/${id}`,
    schema: "/v2/schemas/task",
  };
}

/** `now`: what is being done, of one that runs. */
export function shownTask(it: Task, now?: string) {
  const { input, message, result, imageId, requestId, userId } = it;
  return {
    ...stub(it),
    input,
    message: now ?? message,
    result,
    ...(imageId && { image_id: imageId }),
    ...(requestId && { request_id: requestId }),
    ...(userId && { user_id: userId }),
  };
}

/** As an image's own tasks are listed. */
export function shownOfImage(it: Task, now?: string) {
  const { self: _, schema: __, ...rest } = shownTask(it, now);
  return { ...rest, expires_at: it.expiresAt && moment(it.expiresAt), deleted: false, deleted_at: null };
}
