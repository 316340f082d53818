import type { Cloud } from "./cloud.ts";
import { addAddress, answers, attach, boot, deviceOf, type Ground, makeVolume } from "./ground.ts";

/** A server whose guest answers ssh. */
export interface Guest {
  readonly id: string;
  readonly address: string;
}
/** One that has a volume of its own, too. */
export interface GuestWithData extends Guest {
  readonly data: string;
  /** Where the guest sees it. */
  readonly device: string;
}

export async function bootGuest(cloud: Cloud, ground: Ground, name: string): Promise<Guest> {
  const id = await boot(cloud, ground, name);
  const address = await addAddress(cloud, ground, id);
  await answers(ground, address);
  return { id, address };
}

export async function bootWithData(cloud: Cloud, ground: Ground, name: string): Promise<GuestWithData> {
  const guest = await bootGuest(cloud, ground, name);
  const data = await makeVolume(cloud, `${name}-data`);
  await attach(cloud, guest.id, data);
  return { ...guest, data, device: await deviceOf(ground, guest.address, data) };
}
