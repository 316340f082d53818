/**
 * A disk whose one sector says "tiny guest: up" on the serial console, turns the machine off when its power button is
 * pressed, and lets go of what is unplugged: all that a driver needs of a guest, ready in a tenth of a second.
 */
export function tinyDisk(bytes = 2 ** 20): Buffer {
  const disk = Buffer.alloc(bytes);
  program.copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

export const tinyGreeting = "tiny guest: up";

const program = Buffer.concat([
  code("31c0 8ed8 8ed0 bc007c be547c baf803"), //    ds = ss = 0; sp = 0x7c00; si = the greeting; dx = COM1
  code("ac 84c0 7403 ee ebf8"), //                   until its zero: out dx, [si++]
  code("ba0206 b80001 ef fb"), //                    PM1 enable (0x602): the power button; interrupts on
  code("ba0006 ed f6c401 7407"), //                  again: was it pressed (PM1 status, 0x600, bit 8)?
  code("ba0406 b80020 ef"), //                       then PM1 control (0x604) = sleep now, type 0: off
  code("6631db 6689d8 bad00c 66ef"), //              for each bus from 0: select it (0xcd0)
  code("bac40c 66ed 6685c0 7405 bac80c 66ef"), //    what is to go (0xcc4) is ejected (0xcc8)
  code("6643 6683fb40 72e1 f4 ebcb"), //             up to 64; halt until the next tick; again
  Buffer.from(`${tinyGreeting}\r\n\0`),
]);

function code(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}
