import type { Saga, StepTx } from "#platform/service/kit.ts";
import { act, type NetworkScope, saga, write } from "../kit.ts";
import { later, type Patience, rest } from "../realise/patience.ts";
import { groupSpec } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope, Patience>;

/** Brings the data plane up to a security group's rows, or drops the group when its row is gone. */
export const realiseGroup: Saga<NetworkScope, Patience> = saga("network.security-group.realise", {
  steps: [
    write("rest", { within: 600, run: rest }),
    act("put", {
      within: 600,
      ask: async (tx: Tx) => ({ id: tx.subject, spec: await groupSpec(tx.db, tx.subject) }),
      call: (driver, { id, spec }) => (spec ? driver.putSecurityGroup(spec) : driver.dropSecurityGroup(id)),
      note,
    }),
  ],
  failed,
});

async function note(tx: Tx) {
  await noteRow(tx.db, "networkSecurityGroups", tx.subject, { realised: true });
  await tx.emit("security-group.realised", { securityGroupId: tx.subject });
}

/** What is still wished for is asked again by the drift loop; what is gone has nobody else to ask. */
async function failed(tx: Tx) {
  if (!(await findRow(tx.db, "networkSecurityGroups", tx.subject)))
    await tx.start(realiseGroup, tx.subject, later(tx.now));
}
