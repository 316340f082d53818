export { envelope, response } from "./assertion.ts";
export { metadata } from "./metadata.ts";
