import type { Qmp } from "./qmp.ts";

const lookAgainAfter = 3_000;

/** QEMU stops a guest whose disk has no room. Such a guest is told to go on until there is room, also one that stood still before. */
export function keepGoing(qmp: Qmp): void {
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    timer = undefined;
    const { status } = await qmp.execute<{ status: string }>("query-status");
    if (status === "io-error") await qmp.execute("cont");
  };
  const later = () => {
    timer ??= setTimeout(() => void look().catch(ignore), lookAgainAfter).unref();
  };
  qmp.hear(({ event }) => event === "BLOCK_IO_ERROR" && later());
  void qmp.closed.then(() => clearTimeout(timer));
  later();
}

/** The guest has gone, and with it its monitor. */
function ignore() {}
