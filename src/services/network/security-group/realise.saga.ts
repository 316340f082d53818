import type { StepTx } from "#platform/service/kit.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { groupSpec } from "../realise/specs.store.ts";
import { noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope>;

/** Brings the data plane up to a security group's rows, or drops the group when its row is gone. */
export const realiseGroup = saga("network.security-group.realise", {
  steps: [
    act("put", {
      within: 600,
      ask: async (tx: Tx) => ({ id: tx.subject, spec: await groupSpec(tx.db, tx.subject) }),
      call: (driver, { id, spec }) => (spec ? driver.putSecurityGroup(spec) : driver.dropSecurityGroup(id)),
      note,
    }),
  ],
  // The rows still say what is wished for; the drift loop asks again.
  failed: async () => {},
});

async function note(tx: Tx) {
  await noteRow(tx.db, "networkSecurityGroups", tx.subject, { realised: true });
  await tx.emit("security-group.realised", { securityGroupId: tx.subject });
}
