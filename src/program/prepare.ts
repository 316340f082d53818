import { enableCompileCache, flushCompileCache } from "node:module";
import { makeTemplate } from "#platform/store/template.ts";
import { caches } from "./installation.ts";

// The installation's last act: the database's initialised folder and the compiled program, so that the first start has only to
// copy the one and read the other.
enableCompileCache(caches.node);
await Promise.all([makeTemplate(caches.postgres), import("./up.ts")]);
flushCompileCache();
