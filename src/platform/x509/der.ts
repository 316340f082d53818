/** Pieces of ASN.1 in DER, as certificates are made of. */
export function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const long = value.length > 0xff ? [0x82, value.length >> 8, value.length & 0xff] : [0x81, value.length];
  return Buffer.concat([Buffer.from([tag, ...(value.length < 0x80 ? [value.length] : long)]), value]);
}

export function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

/** An object identifier, by the bytes of its value. */
export function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, "hex"));
}

export function text(it: string): Buffer {
  return tlv(0x0c, Buffer.from(it));
}
