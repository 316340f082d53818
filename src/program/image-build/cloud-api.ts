/** A cloud, and who asks it. */
export interface Login {
  readonly authUrl: string;
  readonly user: string;
  readonly userDomain: string;
  readonly password: string;
  readonly project: string;
  readonly domain: string;
}
export interface Session {
  readonly token: string;
  /** The project's id. */
  readonly project: string;
  /** Where the image service is. */
  readonly image: string;
}
type Endpoint = { interface: string; url: string };
type Token = { project: { id: string }; catalog: { type: string; endpoints: Endpoint[] }[] };

/** An answer that is no success. */
export class Refused extends Error {
  readonly status: number;

  constructor(what: string, status: number, text: string) {
    super(`${what} was answered ${status}: ${text.slice(0, 500).trim()}`);
    this.status = status;
  }
}

export async function logIn({ authUrl, user, userDomain, password, project, domain }: Login): Promise<Session> {
  const identity = {
    methods: ["password"],
    password: { user: { name: user, password, domain: { name: userDomain } } },
  };
  const scope = { project: { name: project, domain: { name: domain } } };
  const answer = await reach(`${authUrl}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth: { identity, scope } }),
  });
  if (!answer.ok) throw new Refused(`the login of ${user} at ${authUrl}`, answer.status, await answer.text());
  const { token } = (await answer.json()) as { token: Token };
  const endpoints = token.catalog.find(({ type }) => type === "image")?.endpoints ?? [];
  const endpoint = endpoints.find((it) => it.interface === "public");
  if (!endpoint) throw new Error("the cloud's catalogue has no image service");
  const image = endpoint.url.replace(/\/$/, "");
  return { token: answer.headers.get("x-subject-token")!, project: token.project.id, image };
}

/** Asks the image service; `init` is a request's, or for POST what to send as JSON. */
export async function ask(
  { token, image }: Session,
  method: string,
  path: string,
  init: object = {},
): Promise<unknown> {
  const { headers, body, ...more } = (method === "POST" ? json(init) : init) as RequestInit;
  const answer = await reach(image + path, { ...more, method, body, headers: { ...headers, "x-auth-token": token } });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(`${method} ${path}`, answer.status, text);
  return text ? JSON.parse(text) : undefined;
}

function json(body: object): RequestInit {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch((why: Error) => {
    const { code, message } = (why.cause ?? why) as { code?: string; message: string };
    if (code === "ECONNREFUSED")
      throw new Error(`there is no cloud at ${new URL(url).origin}: start it (crunch up), or build with --no-register`);
    throw new Error(`${new URL(url).origin} did not answer: ${message}`);
  });
}
