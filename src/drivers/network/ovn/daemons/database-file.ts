import { access, rename, rm } from "node:fs/promises";
import { run } from "#agent/netns.ts";

/** Makes the database if there is none, and brings it to the installed schema if it has an older one. */
export async function prepareDatabase(file: string, schema: string): Promise<void> {
  if (!(await exists(file))) return create(file, schema);
  const needed = (await run(["ovsdb-tool", "needs-conversion", file, schema])).trim();
  if (needed === "yes") await run(["ovsdb-tool", "convert", file, schema]);
}

/** Made beside and renamed, so that what is there is whole. */
async function create(file: string, schema: string) {
  await rm(`${file}.new`, { force: true });
  await run(["ovsdb-tool", "create", `${file}.new`, schema]);
  await rename(`${file}.new`, file);
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
