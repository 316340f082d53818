import { again, type Saga, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver, SecurityGroupSpec } from "../driver.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { later, type Patience, pauseOf } from "../realise/patience.ts";
import { groupSpec } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope, Patience>;

/** Brings the data plane up to a security group's rows, or drops the group when its row is gone. */
export const realiseGroup: Saga<NetworkScope, Patience> = saga("network.security-group.realise", {
  steps: [act("put", { within: 660, ask, call: put, note })],
  failed,
});

interface Question {
  readonly id: string;
  /** Seconds to wait first. */
  readonly pause: number;
  readonly spec: SecurityGroupSpec | null;
}
async function ask(tx: Tx): Promise<Question> {
  return { id: tx.subject, pause: pauseOf(tx), spec: await groupSpec(tx.db, tx.subject) };
}
async function put(driver: NetworkDriver, { id, pause, spec }: Question) {
  if (pause > 0) return again(pause);
  return spec ? driver.putSecurityGroup(spec) : driver.dropSecurityGroup(id);
}

async function note(tx: Tx) {
  await noteRow(tx.db, "networkSecurityGroups", tx.subject, { realised: true });
  await tx.emit("security-group.realised", { securityGroupId: tx.subject });
}

/** What is still wished for is asked again by the drift loop; what is gone has nobody else to ask. */
async function failed(tx: Tx) {
  if (!(await findRow(tx.db, "networkSecurityGroups", tx.subject)))
    await tx.start(realiseGroup, tx.subject, later(tx.now));
}
