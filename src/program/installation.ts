import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../node_modules/.cache/crunch", import.meta.url));

/** What the installation leaves beside the packages, so that no start, not even the first, has to make it. */
export const caches = { postgres: join(root, "postgres"), node: join(root, "node") };
