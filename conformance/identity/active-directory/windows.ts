import { connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { first, holding, inside, number, numberOf, text, type Value, written } from "./ber.ts";
import type { Controller } from "./forest.ts";

/** What a domain controller of Windows has in its policy, and Samba keeps and does not heed. */
const [MAX_PAGE_SIZE, MAX_VAL_RANGE] = [1_000, 1_500];
const PAGED = "1.2.840.113556.1.4.319";
const [SEARCH, ENTRY, DONE, CONTROLS] = [0x63, 0x64, 0x65, 0xa0];
const [SUCCESS, SIZE_LIMIT_EXCEEDED] = [0, 4];
/** The cookie of the page that has nothing on it. */
const EMPTY = Buffer.from("nothing yet");

interface Ends {
  readonly inner: string;
  readonly outer: string;
  readonly certificate: Controller["certificate"];
}
export interface Front {
  /** How often each limit was met. */
  readonly met: { pages: number; parts: number; empty: number; cut: number };
  stop(): void;
}

/** Stands before Samba as a domain controller of Windows would answer: no more than so many entries and values at a time. */
export async function frontOfWindows({ inner, outer, certificate }: Ends): Promise<Front> {
  const met = { pages: 0, parts: 0, empty: 0, cut: 0 };
  const open = new Set<Socket>();
  const plain = createServer((client) => joined(client, connect(389, inner), open));
  const tls = createTlsServer(certificate, (client) => {
    const server = connectTls({ host: inner, port: 636, rejectUnauthorized: false });
    const talk = between(met);
    joined(client, server, open, talk);
  });
  await Promise.all([listening(plain, outer, 389), listening(tls, outer, 636)]);
  return {
    met,
    stop() {
      for (const it of [plain, tls]) it.close();
      for (const it of open) it.destroy();
    },
  };
}

interface Talk {
  /** What is sent on to the server, or at once back to the client. */
  asked(it: Value): { readonly on?: Value; readonly back?: Value };
  answered(it: Value): Value;
}

function joined(client: Socket, server: Socket, open: Set<Socket>, talk?: Talk) {
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    open.add(one);
    one
      .on("error", () => {})
      .on("close", () => {
        open.delete(one);
        other.destroy();
      });
  }
  if (!talk) return void client.pipe(server).pipe(client);
  messages(client, (it) => {
    const { on, back } = talk.asked(it);
    if (on) server.write(written(on));
    if (back) client.write(written(back));
  });
  messages(server, (it) => client.write(written(talk.answered(it))));
}

function messages(from: Socket, each: (it: Value) => void) {
  let waiting = Buffer.alloc(0);
  from.on("data", (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (let it = first(waiting); it; it = first(waiting)) {
      waiting = Buffer.from(it.rest);
      each(it.value);
    }
  });
}

/** One connection's talk: requests are bent to the limits, and answers say so. */
function between(met: Front["met"]): Talk {
  /** Searches that asked for no pages: they get one, and an error if there are more. */
  const unpaged = new Set<number>();
  return {
    asked(message) {
      const [id, search, controls] = inside(message);
      if (search?.tag !== SEARCH) return { on: message };
      const given = controls ? inside(controls) : [];
      const paged = given.find((it) => inside(it)[0]!.bytes.toString() === PAGED);
      const [size, cookie] = paged ? pageOf(paged) : [MAX_PAGE_SIZE, Buffer.alloc(0)];
      if (!paged) unpaged.add(numberOf(id!));
      else if (cookie.length === 0) {
        met.empty += 1;
        return { back: emptyPage(id!) };
      }
      const goesOn = cookie.equals(EMPTY) ? Buffer.alloc(0) : cookie;
      met.pages += 1;
      const others = given.filter((it) => it !== paged);
      const page = pages(Math.min(size, MAX_PAGE_SIZE), goesOn);
      return { on: holding(0x30, [id!, inParts(search), holding(CONTROLS, [...others, page])]) };
    },
    answered(message) {
      const [id, answer, controls] = inside(message);
      if (answer?.tag === ENTRY) return holding(0x30, [id!, partsSaid(answer, met)]);
      if (answer?.tag !== DONE || !unpaged.delete(numberOf(id!)) || !controls) return message;
      const paged = inside(controls).find((it) => inside(it)[0]!.bytes.toString() === PAGED);
      if (!paged || pageOf(paged)[1].length === 0) return holding(0x30, [id!, answer]);
      met.cut += 1;
      const [, ...rest] = inside(answer);
      return holding(0x30, [id!, holding(DONE, [number(SIZE_LIMIT_EXCEEDED, 0x0a), ...rest])]);
    },
  };
}

function pageOf(control: Value): readonly [size: number, cookie: Buffer] {
  const [size, cookie] = inside(first(inside(control).at(-1)!.bytes)!.value);
  return [numberOf(size!), cookie!.bytes];
}

function pages(size: number, cookie: Buffer): Value {
  const value = holding(0x30, [number(size), { tag: 0x04, bytes: cookie }]);
  return holding(0x30, [text(PAGED), { tag: 0x04, bytes: written(value) }]);
}

/** Windows ends a page that takes it too long, be it empty, and goes on with the next. */
function emptyPage(id: Value): Value {
  const done = holding(DONE, [number(SUCCESS, 0x0a), text(""), text("")]);
  return holding(0x30, [id, done, holding(CONTROLS, [pages(0, EMPTY)])]);
}

/** Asks Samba for the first part of members, or for no more than a part. */
function inParts(search: Value): Value {
  const parts = inside(search);
  const attributes = inside(parts[7]!).map((it) => {
    const [, from] = /^member(?:;range=(\d+)-\*)?$/i.exec(it.bytes.toString()) ?? [undefined, undefined];
    if (!/^member(;|$)/i.test(it.bytes.toString())) return it;
    const start = Number(from ?? 0);
    return text(`member;range=${start}-${start + MAX_VAL_RANGE - 1}`);
  });
  return holding(SEARCH, [...parts.slice(0, 7), holding(0x30, attributes)]);
}

/** A list that fits has its plain name; one that does not has an empty list beside it. */
function partsSaid(entry: Value, met: Front["met"]): Value {
  const [name, attributes] = inside(entry);
  const said = inside(attributes!).flatMap((it) => {
    const [type, values] = inside(it);
    const range = /^(member);range=(\d+)-(\d+|\*)$/i.exec(type!.bytes.toString());
    if (range?.[2] !== "0") return [it];
    if (range[3] === "*") return [holding(0x30, [text(range[1]!), values!])];
    met.parts += 1;
    return [holding(0x30, [text(range[1]!), holding(0x31, [])]), it];
  });
  return holding(ENTRY, [name!, holding(0x30, said)]);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((then, fail) => void server.once("error", fail).listen(port, host, then));
}
