/** One part of a distinguished name: its attributes and values, unescaped. */
export type Rdn = readonly (readonly [attribute: string, value: string])[];

/** A distinguished name (RFC 4514) in its parts, the first one first; undefined if it is none. */
export function splitDn(text: string): readonly Rdn[] | undefined {
  const rdns: (readonly [string, string])[][] = [[]];
  for (const [part, end] of pieces(text)) {
    const pair = /^\s*([A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)\s*=\s*(.*)$/s.exec(part);
    if (!pair) return undefined;
    const value = unescaped(pair[2]!);
    if (value === undefined) return undefined;
    rdns.at(-1)!.push([pair[1]!, value]);
    if (end === "," || end === ";") rdns.push([]);
  }
  return rdns.every((rdn) => rdn.length > 0) ? rdns : undefined;
}

/** The same text for every spelling of one name: case, spaces and escapes told nothing apart. */
export function sameDn(text: string): string {
  return rdnsOf(text)?.join() ?? text.toLowerCase();
}

/** Tells which names lie in the tree below this one, or are its own. */
export function isBelow(base: string): (dn: string) => boolean {
  const end = rdnsOf(base) ?? [];
  return (dn) => {
    const rdns = rdnsOf(dn) ?? [];
    const from = rdns.length - end.length;
    return from >= 0 && end.every((rdn, at) => rdn === rdns[from + at]);
  };
}

/** A name's parts, each the same text for every spelling of it. */
function rdnsOf(text: string): readonly string[] | undefined {
  return splitDn(text)?.map((rdn) => JSON.stringify(rdn.map(([a, v]) => [a.toLowerCase(), plain(v)]).sort()));
}

/** Cuts at commas and plus signs that are not escaped or quoted. */
function* pieces(text: string): Generator<readonly [part: string, end: string]> {
  let [from, quoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const it = text[at]!;
    if (it === "\\") at += 1;
    else if (it === '"') quoted = !quoted;
    else if (!quoted && /[,;+]/.test(it)) {
      yield [text.slice(from, at), it];
      from = at + 1;
    }
  }
  yield [text.slice(from), ""];
}

/** `\,` and `\2C` become a comma; spaces at the ends are part of a value only when escaped. */
function unescaped(value: string): string | undefined {
  const bare = value.replace(/((?:^|[^\\])(?:\\\\)*(?:\\ )?) +$/, "$1");
  if (bare.startsWith("#")) return bare;
  const quoted = /^"(.*)"$/s.exec(bare);
  const bytes: Buffer[] = [];
  for (const [one] of (quoted ? quoted[1]! : bare).matchAll(/\\[0-9a-fA-F]{2}|\\.|[^\\]+|\\$/gs)) {
    if (one === "\\") return undefined;
    if (/^\\[0-9a-fA-F]{2}$/.test(one)) bytes.push(Buffer.from(one.slice(1), "hex"));
    else bytes.push(Buffer.from(one.startsWith("\\") ? one.slice(1) : one, "utf8"));
  }
  return Buffer.concat(bytes).toString("utf8");
}

function plain(value: string): string {
  return value.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
}
