import { Refused } from "#platform/service/driver.ts";
import type { ImageDriver, Place, Progress, Stored } from "../driver.ts";
import { type Image, largestBytes } from "../image/image.ts";
import { inspect } from "../inspect/inspect.ts";
import { headBytes, tailBytes } from "../inspect/sample.ts";

/** What staged bytes are to become, and where their new form and, of an appliance, its disk come to lie. */
export interface Planned {
  readonly to: "raw" | "qcow2";
  readonly disk: Place;
  readonly made: Place;
}
export interface Wanted extends Planned {
  readonly imageId: string;
  readonly from: Place;
  readonly format: string;
  readonly container: string;
}
export interface Converted extends Stored {
  readonly virtualSize: number;
}
const disks = ["raw", "qcow2", "vmdk", "vdi", "vhd", "vhdx", "ploop"];

/** Whether an import changes the form of such an image: a disk of another format, or an appliance that has one. */
export function isToConvert(
  { diskFormat, containerFormat }: Pick<Image, "diskFormat" | "containerFormat">,
  to: string,
) {
  if (containerFormat === "ova") return true;
  return containerFormat === "bare" && diskFormat !== to && disks.includes(diskFormat ?? "");
}

/** Looks at the bytes first: nothing opens them that has not been told what they are. */
export async function convert(
  driver: ImageDriver,
  { from, format, container, to, disk, made }: Wanted,
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Promise<Converted> {
  const bounds = { limitBytes: largestBytes, signal };
  const unpacked = container === "ova" ? await driver.unpack(from, disk, bounds) : undefined;
  const [source, claimed] = unpacked ? [disk, unpacked.format] : [from, format];
  const virtualSize = inspect(await driver.peek(source, headBytes, tailBytes), claimed);
  if (virtualSize === null) throw new Refused(`Image content is not ${claimed} as it is said to be.`);
  const more = { ...bounds, format: claimed, to, virtualBytes: virtualSize, progress };
  return { ...(await driver.convert(source, made, more)), virtualSize };
}
