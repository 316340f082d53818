/** A value in BER, as LDAP sends it: a tag with bytes, or with more values. */
export interface Value {
  readonly tag: number;
  readonly bytes: Buffer;
}

/** The first value of what has come, with what follows it; undefined: it has not come whole. */
export function first(from: Buffer): { readonly value: Value; readonly rest: Buffer } | undefined {
  const short = from[1];
  if (short === undefined) return undefined;
  const more = short < 0x80 ? 0 : short - 0x80;
  if (from.length < 2 + more) return undefined;
  const length = more === 0 ? short : from.readUIntBE(2, more);
  const start = 2 + more;
  if (from.length < start + length) return undefined;
  return { value: { tag: from[0]!, bytes: from.subarray(start, start + length) }, rest: from.subarray(start + length) };
}

export function inside({ bytes }: Value): Value[] {
  const found: Value[] = [];
  for (let it = first(bytes); it; it = first(it.rest)) found.push(it.value);
  return found;
}

export function written({ tag, bytes }: Value): Buffer {
  const { length } = bytes;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), bytes]);
  const head = Buffer.from([tag, 0x84, 0, 0, 0, 0]);
  head.writeUInt32BE(length, 2);
  return Buffer.concat([head, bytes]);
}

export const holding = (tag: number, values: readonly Value[]): Value => ({
  tag,
  bytes: Buffer.concat(values.map(written)),
});
export const text = (it: string): Value => ({ tag: 0x04, bytes: Buffer.from(it) });
export const number = (it: number, tag = 0x02): Value => {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(it, 1);
  const from = bytes.findIndex((one, at) => one !== 0 || at === 4);
  return { tag, bytes: bytes.subarray(bytes[from]! < 0x80 ? from : from - 1) };
};
export const numberOf = ({ bytes }: Value) => (bytes.length === 0 ? 0 : bytes.readUIntBE(0, bytes.length));
