import type { Loose } from "#platform/service/loose.ts";

/** Who administers the cloud that is tested, and where it is. */
export interface Admin {
  /** Identity's versioned root: http://127.0.0.1:5000/identity/v3 */
  readonly authUrl: string;
  readonly user: string;
  readonly password: string;
  readonly project: string;
  readonly domain: string;
  readonly region: string;
}
/** A running cloud as its administrator sees it. */
export interface Api {
  readonly admin: Admin;
  /** Service types in the catalogue. */
  readonly types: ReadonlySet<string>;
  readonly projectId: string;
  call(type: string, method: string, path: string, body?: object | Buffer): Promise<Answer>;
  /** Insists on success. */
  must(type: string, method: string, path: string, body?: object | Buffer): Promise<Answer["body"]>;
}
export interface Answer {
  readonly status: number;
  readonly body: Loose;
}

/** The administrator by what an openrc exports. */
export function adminOf(env: Readonly<Record<string, string | undefined>>): Admin {
  const need = (name: string) => env[name] ?? lacking(name);
  return {
    authUrl: need("OS_AUTH_URL"),
    user: need("OS_USERNAME"),
    password: need("OS_PASSWORD"),
    project: need("OS_PROJECT_NAME"),
    domain: env.OS_USER_DOMAIN_NAME ?? "Default",
    region: env.OS_REGION_NAME ?? "RegionOne",
  };
}

function lacking(name: string): never {
  throw new Error(`${name} is not set: load the administrator's openrc first`);
}

export async function openApi(admin: Admin): Promise<Api> {
  const { token, catalog, projectId } = await login(admin);
  const urls = new Map(catalog.map((it) => [it.type, it.endpoints.find((e) => e.interface === "public")?.url ?? ""]));
  urls.set("identity", admin.authUrl); // with the version, which the catalogue leaves open
  const call: Api["call"] = async (type, method, path, body) => {
    const bytes = Buffer.isBuffer(body);
    const headers = {
      "x-auth-token": token,
      ...(body && { "content-type": bytes ? "application/octet-stream" : "application/json" }),
    };
    const payload = bytes ? new Uint8Array(body) : body && JSON.stringify(body);
    const root = urls.get(type) ?? lackingService(type);
    const answer = await fetch(`${root.replace(/\/$/, "")}${path}`, { method, headers, body: payload });
    return { status: answer.status, body: parsed(await answer.text()) };
  };
  const must: Api["must"] = async (type, method, path, body) => {
    const { status, body: said } = await call(type, method, path, body);
    if (status >= 300) throw new Error(`${method} ${type}${path} was answered ${status}: ${JSON.stringify(said)}`);
    return said;
  };
  return { admin, types: new Set(urls.keys()), projectId, call, must };
}

function lackingService(type: string): never {
  throw new Error(`the catalogue has no ${type}`);
}

interface Login {
  readonly token: string;
  readonly projectId: string;
  readonly catalog: readonly { type: string; endpoints: { interface: string; url: string }[] }[];
}

async function login({ authUrl, user: name, password, project, domain }: Admin): Promise<Login> {
  const user = { name, password, domain: { name: domain } };
  const scope = { project: { name: project, domain: { name: domain } } };
  const answer = await fetch(`${authUrl}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth: { identity: { methods: ["password"], password: { user } }, scope } }),
  });
  const { token, error } = (await answer.json()) as {
    token: { catalog: Login["catalog"]; project: { id: string } };
    error?: { message: string };
  };
  if (answer.status !== 201) throw new Error(`${authUrl} does not let ${name} in: ${answer.status} ${error?.message}`);
  return { token: answer.headers.get("x-subject-token")!, projectId: token.project.id, catalog: token.catalog };
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
