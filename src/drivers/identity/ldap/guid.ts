/** Active Directory's ids of entries are bytes, shown as UUIDs with their first three parts turned round. */
export const isGuid = (attribute: string) => attribute.toLowerCase() === "objectguid";

export function guidText(bytes: Buffer): string {
  const hex = turned(bytes).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function guidBytes(text: string): Buffer {
  return turned(Buffer.from(text.replaceAll("-", ""), "hex"));
}

function turned(it: Buffer): Buffer {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return it.length === order.length ? Buffer.from(order.map((at) => it[at]!)) : it;
}
