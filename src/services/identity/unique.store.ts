import type { ApiError } from "#platform/api/errors.ts";

const UNIQUE_VIOLATION = "23505";

/** A write that loses against another one for the same name is refused, as if it had come later. */
export async function unique(write: Promise<unknown>, refusal: () => ApiError): Promise<void> {
  try {
    await write;
  } catch (why) {
    throw (why as { code?: string }).code === UNIQUE_VIOLATION ? refusal() : why;
  }
}
