import { realise } from "../realise/realise.saga.ts";
import { groupWish } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

/** Brings the data plane up to a security group's rows, or drops the group when its row is gone. */
export const realiseGroup = realise("network.security-group.realise", {
  wish: groupWish,
  put: (driver, spec) => driver.putSecurityGroup(spec),
  drop: (driver, id) => driver.dropSecurityGroup(id),
  async done(tx) {
    await noteRow(tx.db, "networkSecurityGroups", tx.subject, { realised: true });
    await tx.emit("security-group.realised", { securityGroupId: tx.subject });
  },
  isAskedAgain: async ({ db, subject }) => (await findRow(db, "networkSecurityGroups", subject)) !== undefined,
});
