import type { Target } from "./target.ts";
import type { Got, Rendered } from "./wire.ts";

/** How long an answer may take. */
export const patience = 2000;

type Shape = (body: Record<string, unknown>, status: number) => boolean;
const isText = (it: unknown) => typeof it === "string" && it !== "";

/** The one key that names the kind, as Nova and Cinder have it. */
const nova: Shape = (body, status) => {
  const [fault, ...more] = Object.values(body) as { code?: unknown; message?: unknown }[];
  return more.length === 0 && fault?.code === status && isText(fault.message);
};
const shapes: Readonly<Record<string, Shape>> = {
  compute: nova,
  "block-storage": nova,
  network: ({ NeutronError: it }) =>
    isText((it as { type?: string })?.type) && isText((it as { message?: string })?.message),
  identity: ({ error: it }, status) =>
    (it as { code?: number })?.code === status &&
    isText((it as { message?: string }).message) &&
    isText((it as { title?: string }).title),
  placement: ({ errors }, status) => {
    const [it] = (errors ?? []) as { status?: number; detail?: string; request_id?: string; title?: string }[];
    return it?.status === status && isText(it.detail) && isText(it.request_id) && isText(it.title);
  },
  artifact: ({ code, title, error: it }, status) =>
    code === status &&
    isText(title) &&
    isText((it as { message?: string })?.message) &&
    isText((it as { type?: string })?.type),
  image: ({ message, code, title }) => isText(message) && isText(code) && isText(title),
  "container-registry": ({ errors }) => {
    const [it] = (errors ?? []) as { code?: string; message?: string }[];
    return /^[A-Z_]+$/.test(it?.code ?? "") && isText(it?.message);
  },
};

/** Refusals of the client in the words of OAuth 2.0 (RFC 6749, 5.2). */
const oauth: Shape = ({ error, error_description }) => isText(error) && isText(error_description);

/** Where tokens are had for clients of other protocols, refusals are in their words, or in Identity's. */
const tokenRoutes: readonly (readonly [route: RegExp, shape: Shape])[] = [
  [/\/OS-OAUTH2\/token$/, oauth],
  [/\/registry\/token$/, shapes["container-registry"]!],
];

function shapeOf(type: string, path: string): Shape {
  const [route] = path.split("?");
  const [, own] = tokenRoutes.find(([its]) => its.test(route!)) ?? [];
  const usual = shapes[type]!;
  return own ? (body, status) => own(body, status) || usual(body, status) : usual;
}

/** What is wrong with an answer; undefined when nothing is. */
export function complaint({ service }: Target, asked: Rendered, got: Got): string | undefined {
  const { status, headers, text, ms } = got;
  if (status >= 500 && !honest(got)) return `status ${status}: ${text.slice(0, 300)}`;
  if (ms > patience) return `${Math.round(ms)} ms until an answer`;
  if (isParsers(got)) return undefined;
  if (!/^req-[0-9a-f-]{36}$/.test(String(headers["x-openstack-request-id"])))
    return `status ${status} without a request id`;
  if (status === 404 && !asked.path.startsWith(service.mounts[0]!)) return undefined;
  if (status < 400 || asked.method === "HEAD") return undefined;
  return misshapen(shapeOf(service.type, asked.path), got);
}

/** A refusal for want of something that the whole cloud has not got, as the real service says it. */
const honest = ({ status, text }: Got) =>
  (status === 501 && text.includes("not supported")) || (status === 503 && text.includes("NoNetworkAvailable"));

/** What never became a request: the HTTP parser's own refusals have no body. */
const isParsers = ({ status, headers, text }: Got) =>
  [400, 408, 431].includes(status) && text === "" && headers.connection === "close";

function misshapen(shape: Shape, { status, headers, text }: Got): string | undefined {
  const type = String(headers["content-type"]);
  if (type.startsWith("text/html"))
    return text.includes(`<title>${status} `) ? undefined : `an HTML error of another status: ${text.slice(0, 200)}`;
  if (!type.startsWith("application/json")) return `status ${status} in ${type}`;
  try {
    return shape(JSON.parse(text), status)
      ? undefined
      : `status ${status} in another service's shape: ${text.slice(0, 200)}`;
  } catch {
    return `status ${status} with a body that is not JSON: ${text.slice(0, 200)}`;
  }
}
