const [quote, backslash, open, close, openList, closeList] = [34, 92, 123, 125, 91, 93];

/**
 * Cuts a byte stream of JSON texts, which follow one another without any mark between them, into texts. Only braces outside
 * of strings count, so the bytes are read once, and nothing is decoded before its end has come.
 */
export function jsonFrames(take: (text: string) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let depth = 0;
  let inString = false;
  let escaped = false;
  return (chunk) => {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) inString = true;
      else if (byte === open || byte === openList) depth++;
      else if ((byte === close || byte === closeList) && --depth === 0) {
        pieces.push(chunk.subarray(start, i + 1));
        take(Buffer.concat(pieces).toString("utf8"));
        pieces = [];
        start = i + 1;
      }
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  };
}
