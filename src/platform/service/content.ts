import { isUtf8 } from "node:buffer";

/** A file's content in a form that JSON keeps whole: text, or bytes that are none (user data that is compressed, say). */
export type Content = string | { readonly base64: string };

/** What was given in base64, as text where it is text. */
export function contentOf(base64: string): Content {
  const bytes = Buffer.from(base64, "base64");
  return isUtf8(bytes) ? bytes.toString("utf8") : { base64: bytes.toString("base64") };
}

export function bytesOf(content: Content): Buffer {
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content.base64, "base64");
}

/** Whether it is a file's content, where a folder could stand as well. */
export function isContent(it: object | string): it is Content {
  return typeof it === "string" || ("base64" in it && typeof it.base64 === "string");
}
