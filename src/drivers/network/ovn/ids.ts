import { createHash } from "node:crypto";

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The uuid of the row that stands for a resource, or for a part of it: always the same, so that a row made twice is the same
 * row, and another row can refer to it without a search.
 */
export function rowId(id: string, ...part: readonly string[]): string {
  if (!part.length && uuidPattern.test(id)) return id;
  const hex = createHash("sha256")
    .update([id, ...part].join("\n"))
    .digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** A locally administered address that is always the same for the same thing. */
export function macOf(id: string): string {
  const hex = createHash("sha256").update(id).digest("hex");
  return ["0a", ...[0, 2, 4, 6, 8].map((at) => hex.slice(at, at + 2))].join(":");
}
