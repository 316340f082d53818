import type { ApiError } from "#platform/api/errors.ts";

const titles: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  416: "Requested Range Not Satisfiable",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** JSON for who accepts only that, else the HTML page that clients of the Image service know to read. */
export function errorBody({ status, message }: ApiError, _requestId: string, accept?: string) {
  const title = titles[status] ?? "Error";
  const code = `${status} ${title}`;
  if (wantsJson(accept)) return { message, code, title };
  return `<html>
 <head>
  <title>${code}</title>
 </head>
 <body>
  <h1>${code}</h1>
  ${escaped(message)}<br /><br />


 </body>
</html>`;
}

function wantsJson(accept = "*/*"): boolean {
  const json = weight(accept, "application/json");
  return json > 0 && json > weight(accept, "text/html");
}

/** How much a client would like a media type: 0 to 1. */
function weight(accept: string, type: string): number {
  const family = type.replace(/\/.*/, "/*");
  const wishes = accept.split(",").map((one) => {
    const [name = "", ...more] = one.split(";").map((part) => part.trim().toLowerCase());
    return { name, q: Number(more.find((part) => part.startsWith("q="))?.slice(2) ?? 1) };
  });
  for (const name of [type, family, "*/*"]) {
    const found = wishes.find((one) => one.name === name);
    if (found) return found.q;
  }
  return 0;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
