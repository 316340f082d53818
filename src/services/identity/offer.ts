import type { Identity } from "./index.ts";
import { check } from "./keepers.ts";
import { joined } from "./kit.ts";
import { findScopedProject } from "./project/project.store.ts";

export const identityOffer: Identity = {
  async hasProject(tx, id) {
    const it = await findScopedProject(joined(tx).db, { id });
    return it?.enabled === true;
  },
  async verify(token) {
    return (await check(token))?.actor;
  },
};
