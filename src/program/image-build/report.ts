import { createWriteStream } from "node:fs";

/** What a build tells whoever waits for it. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}
/** What is told of one stage. */
export interface Line {
  /** What it is doing; shown only where a line can be written over. */
  doing(what: string): void;
  /** Shown in any case. */
  note(what: string): void;
  end(how: string): void;
}

/** Tells of a stage on a line of its own: on a terminal written over as it goes on, elsewhere a line at its beginning and one at its end. */
export function beginLine(screen: Screen, title: string): Line {
  const start = title.padEnd(28);
  const again = screen.isTTY ? "\r\u001b[K" : "";
  screen.write(`${start} …${screen.isTTY ? "" : "\n"}`);
  return {
    doing: (what) => {
      if (screen.isTTY) screen.write(`${again}${start} … ${what}`.slice(0, again.length + (screen.columns ?? 80) - 1));
    },
    note: (what) => screen.write(`${again}${start} ${what}\n`),
    end: (how) => screen.write(`${again}${start} ${how}\n`),
  };
}

/** Opens a build's log: what its stages say is kept whole, and the last of it is at hand. */
export function openLog(path: string) {
  const stream = createWriteStream(path, { flags: "w", mode: 0o600 });
  let last = "";
  return {
    path,
    say: (text: string) => {
      stream.write(text);
      last = (last + text).slice(-4000);
    },
    /** What was said since `begin`, at its end. */
    last: () => last,
    lastLine: () =>
      last
        .trimEnd()
        .split(/[\r\n]/)
        .at(-1) ?? "",
    begin: (title: string) => {
      stream.write(`=== ${new Date().toISOString()} ${title}\n`);
      last = "";
    },
    end: () => new Promise<void>((then) => stream.end(then)),
  };
}
export type BuildLog = ReturnType<typeof openLog>;
