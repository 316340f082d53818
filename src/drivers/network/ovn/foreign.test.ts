import { describe } from "node:test";
import { networkLaws } from "#services/network/driver.laws.ts";
import { bench, cannotRun } from "./bench.testkit.ts";
import { ovnNetwork } from "./ovn.ts";

const why = cannotRun();
if (why) describe.skip(`An OVN that somebody else runs: ${why}`);
else networkLaws("OVN that somebody else runs", onForeignDaemons);

/** The daemons are the bench's; the driver under test finds them by their sockets. */
async function onForeignDaemons() {
  const owner = await bench();
  const { stateDir } = owner.options;
  const central = `${stateDir}/central/db.sock`;
  const sockets = { northbound: central, southbound: central, switch: `${stateDir}/host/db.sock` };
  const driver = ovnNetwork({ ...owner.options, sockets });
  await driver.start();
  const end = async () => {
    await driver.stop({ everything: true });
    await owner.end();
  };
  return { driver, host: owner.host, end };
}
