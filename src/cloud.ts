import { simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { simulatedCompute } from "#drivers/compute/simulated/driver.ts";
import { argon2 } from "#drivers/identity/argon2/driver.ts";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { simulatedNetwork } from "#drivers/network/simulated/driver.ts";
import type { AnyService } from "#platform/service/kit.ts";
import { blockStorage } from "#services/block-storage/service.ts";
import { compute } from "#services/compute/service.ts";
import { identity } from "#services/identity/service.ts";
import { image } from "#services/image/service.ts";
import { network } from "#services/network/service.ts";
import { placement } from "#services/placement/service.ts";

/** What this cloud is made of: the only list of its services. */
export const services: readonly AnyService[] = [identity, placement, image, network, blockStorage, compute];

/** A whole cloud with no metal. */
export function simulatedDrivers({ hosts }: { hosts: number }) {
  return {
    identity: argon2({ cheap: true }),
    image: simulatedImages(),
    network: simulatedNetwork(),
    "block-storage": simulatedBlockStorage(),
    compute: simulatedCompute({ hosts }),
  };
}
