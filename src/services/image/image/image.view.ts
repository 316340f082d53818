import type { Image } from "./image.ts";

/** Seconds are enough for this API: 2026-11-20T21:03:00Z. */
export const moment = (at: string) => at.replace(/\.\d+Z$/, "Z");

export function shown(it: Image) {
  return {
    ...it.properties,
    name: it.name,
    disk_format: it.diskFormat,
    container_format: it.containerFormat,
    visibility: it.visibility,
    size: it.size,
    virtual_size: it.virtualSize,
    status: it.status,
    checksum: it.md5,
    protected: it.protected,
    min_ram: it.minRam,
    min_disk: it.minDisk,
    owner: it.owner,
    os_hidden: it.hidden,
    os_hash_algo: it.sha512 === null ? null : "sha512",
    os_hash_value: it.sha512,
    id: it.id,
    created_at: moment(it.createdAt),
    updated_at: moment(it.updatedAt),
    tags: it.tags,
    self: `/v2/images/${it.id}`,
    file: `/v2/images/${it.id}/file`,
    schema: "/v2/schemas/image",
  };
}

/** A page, with the way to the first one and to the next. */
export function listed(list: readonly Image[], query: Readonly<Record<string, string | string[]>>, limit: number) {
  const { marker: _, ...rest } = query;
  const next = limit > 0 && list.length === limit ? list.at(-1)?.id : undefined;
  return {
    images: list.map(shown),
    first: link(rest),
    ...(next && { next: link({ ...rest, marker: next }) }),
    schema: "/v2/schemas/images",
  };
}

function link(query: Readonly<Record<string, string | string[]>>): string {
  const pairs = Object.entries(query).flatMap(([key, values]) => [values].flat().map((value) => [key, value]));
  const text = new URLSearchParams(pairs as [string, string][]).toString();
  return text ? `/v2/images?${text}` : "/v2/images";
}
