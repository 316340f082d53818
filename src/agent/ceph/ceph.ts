import { Gone, Refused, Unavailable } from "#platform/service/driver.ts";
import { Failed, type Run, run } from "../guests/run.ts";
import { fewAtOnce } from "./few.ts";

/** Ceph's configuration file, whom it is to be asked as, and the file of that user's key; absent: where Ceph looks for it. */
export interface CephAccess {
  readonly conf: string;
  readonly user: string;
  readonly keyring?: string | undefined;
}
export interface Ceph {
  /** What both programs are told first. */
  readonly as: readonly string[];
  rbd(args: readonly string[], more?: Run): Promise<string>;
  ceph(args: readonly string[], more?: Run): Promise<string>;
  /** Which cluster this is. */
  fsid(): Promise<string>;
}

/** Somebody has it open. */
export class Busy extends Unavailable {}
/** Others are clones of it. */
export class HasClones extends Unavailable {}
export class IsThere extends Refused {}
export class NoRoom extends Refused {}

/** Seconds for which a Ceph may be silent; then it is down. */
const patience = { mount: 15, mon: 15, osd: 30 };
const longest = 600_000;
/** Each is a process. What copies or removes does not keep the others waiting. */
const atOnce = { short: 16, long: 4 };

/** A Ceph by its own programs. Each call ends: one that does not answer is Unavailable. */
export function cephOf({ conf, user, keyring }: CephAccess): Ceph {
  const limits = [
    ...["--client-mount-timeout", String(patience.mount)],
    ...["--rados-mon-op-timeout", String(patience.mon)],
    ...["--rados-osd-op-timeout", String(patience.osd)],
  ];
  const as = ["--conf", conf, "--id", user, ...(keyring ? ["--keyring", keyring] : []), ...limits];
  const [short, long] = [fewAtOnce(atOnce.short), fewAtOnce(atOnce.long)];
  const ask = (program: string, first: readonly string[]) => (args: readonly string[], more?: Run) => {
    const { limit = longest, signal } = more ?? {};
    const few = limit < longest ? short : long;
    return few(() => run(program, [...first, ...args], { limit, signal }), signal).catch((why) => {
      throw why instanceof Failed ? meaningOf(why.message, why.code) : why;
    });
  };
  const ceph = ask("ceph", [...as, "--connect-timeout", String(patience.mount)]);
  let fsid: Promise<string> | undefined;
  const askFsid = async () => (await ceph(["fsid"], { limit: 60_000 })).trim();
  return {
    as,
    ceph,
    rbd: ask("rbd", as),
    fsid() {
      fsid ??= askFsid().catch((why) => {
        fsid = undefined;
        throw why;
      });
      return fsid;
    },
  };
}

/** What Ceph's programs mean: they end with the number of the error, and say it in words. */
export function meaningOf(said: string, code: number | null): Error {
  const lines = said.trim().split("\n");
  const line = lines.findLast((it) => /error|rbd:/i.test(it)) ?? lines.at(-1) ?? "";
  const says = (number: number, words: RegExp) => code === number || said.includes(`(${number})`) || words.test(said);
  if (code === null || says(110, /timed out|ENOENT/)) return new Unavailable(`Ceph cannot be asked now: ${line}`);
  if (says(39, /linked clones|has (clones|children)/)) return new HasClones(line);
  if (says(28, /No space/) || says(122, /quota/i)) return new NoRoom("There is no room left in Ceph.");
  if (says(16, /still has watchers|busy/i) || says(30, /Read-only file system/)) return new Busy(line);
  if (says(108, /blocklisted/)) return new Unavailable(line);
  if (says(17, /File exists/)) return new IsThere(line);
  if (says(2, /No such file|does not exist/)) return new Gone(line);
  return new Refused(`Ceph refuses: ${line}`);
}
