import { readdir, readFile } from "node:fs/promises";
import { isIP, connect as plain } from "node:net";
import { join } from "node:path";
import { type ConnectionOptions, connect as encrypted } from "node:tls";
import { Client, type SearchRequest } from "ldapts";
import { throughEmptyPages } from "./pages.ts";
import type { Settings } from "./settings.ts";
import { within } from "./within.ts";

/** Milliseconds that one question to the server may take. */
const ANSWER = 10_000;

/** Opens a connection to one server, encrypted if it has to be, and bound as whoever the options name. */
export async function connect(url: string, settings: Settings): Promise<Client> {
  const { connectTimeout, tls, bind } = settings;
  const { hostname, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "") || "localhost";
  const secure = tls.start || protocol === "ldaps:" ? await security(host, tls) : undefined;
  const tlsOptions = protocol === "ldaps:" ? secure : undefined;
  const client = new Client({ url, connectTimeout, timeout: ANSWER, ...(tlsOptions && { tlsOptions }), ...unnoticed });
  following(client, settings.aliases);
  throughEmptyPages(client);
  try {
    await within(connectTimeout, "the server does not answer", async () => {
      if (tls.start) await client.startTLS({ ...secure });
      await client.bind(bind?.dn ?? "", bind?.password ?? "");
    });
  } catch (why) {
    void client.unbind().catch(() => {});
    throw why;
  }
  return client;
}

/** Connections that are kept keep no program from ending. */
const unnoticed = {
  createConnection: ((...to: Parameters<typeof plain>) => plain(...to).unref()) as typeof plain,
  createSecureConnection: ((...to: Parameters<typeof encrypted>) => encrypted(...to).unref()) as typeof encrypted,
};

async function security(host: string, { file, folder, verify }: Settings["tls"]): Promise<ConnectionOptions> {
  const files = file ? [file] : folder ? (await readdir(folder)).map((name) => join(folder, name)) : [];
  const ca = await Promise.all(files.map((one) => readFile(one, "utf8")));
  const name = isIP(host) === 0 ? { servername: host } : {};
  return { host, ...name, rejectUnauthorized: verify, ...(ca.length > 0 && { ca }) };
}

/** ldapts takes how aliases are to be followed among its options, and forgets to send it. */
function following(client: Client, aliases: Settings["aliases"]) {
  if (aliases === "never") return;
  type Send = (request: SearchRequest, ...rest: unknown[]) => Promise<unknown>;
  const inner = client as unknown as { _sendSearch: Send };
  const send = inner._sendSearch.bind(client);
  inner._sendSearch = (request, ...rest) => send(Object.assign(request, { derefAliases: aliases }), ...rest);
}
