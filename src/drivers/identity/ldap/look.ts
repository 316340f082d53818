import type { Look } from "#services/identity/driver.ts";
import { connect } from "./connection.ts";
import type { LdapDirectory } from "./directory.ts";
import { explained } from "./refusal.ts";

const FIRST = 5;

/** Tries every server on its own, and counts what is found. */
export async function look(it: LdapDirectory): Promise<Look> {
  const servers = await Promise.all(
    it.settings.urls.map(async (url) => ({ url, trouble: await trouble(() => knock(it, url)) })),
  );
  return { servers, users: await counted(() => it.users([])), groups: await counted(() => it.groups([])) };
}

async function knock({ settings }: LdapDirectory, url: string) {
  const client = await connect(url, settings);
  await client.unbind();
}

async function trouble(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (why) {
    return explained(why as Error);
  }
}

async function counted(list: () => Promise<readonly { readonly name: string }[]>) {
  try {
    const found = await list();
    return { count: found.length, first: found.slice(0, FIRST).map(({ name }) => name), trouble: null };
  } catch (why) {
    return { count: 0, first: [], trouble: (why as Error).message };
  }
}
