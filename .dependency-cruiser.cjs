const svc = "^src/services/([^/]+)/";
const tests = "\\.(test|testkit)\\.ts$";
const role = (r) => `^src/services/([^/]+)/([^/]+)/[^/]+\\.(${r})\\.ts$`;
const own = (r) => `^src/services/$1/.*\\.(${r})\\.ts$`;
const no = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });
module.exports = {
  forbidden: [
    no("no-cycles", {}, { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } }, "One direction, always."),
    no("platform-knows-no-service", { path: "^src/platform/" }, { path: "^src/(services|drivers|dashboard)/" }),
    no(
      "platform-layers",
      { path: "^src/platform/(store|time|id|log)/" },
      { path: "^src/platform/(saga|service|http|event|loop)/", pathNot: "loose\\.ts$" },
    ),
    no(
      "neighbours-by-index-only",
      { path: svc, pathNot: tests },
      { path: "^src/services/", pathNot: ["^src/services/$1/", "^src/services/[^/]+/index\\.ts$"] },
    ),
    no(
      "neighbours-as-types-only",
      { path: svc, pathNot: tests },
      { path: "^src/services/[^/]+/index\\.ts$", pathNot: "^src/services/$1/", dependencyTypesNot: ["type-only"] },
    ),
    no(
      "drivers-see-the-driver-file-only",
      { path: "^src/drivers/([^/]+)/" },
      { path: "^src/services/", pathNot: "^src/services/$1/driver(\\.laws)?\\.ts$" },
    ),
    no(
      "drivers-are-alone",
      { path: "^src/drivers/([^/]+/[^/]+)/" },
      { path: "^src/drivers/", pathNot: "^src/drivers/$1/" },
    ),
    no(
      "only-cloud-picks-drivers",
      { path: "^src/", pathNot: `^src/(cloud\\.ts|drivers/)|${tests}` },
      { path: "^src/drivers/" },
    ),
    no(
      "domain-is-pure",
      { path: "^src/services/([^/]+)/([^/]+)/[^/.]+\\.ts$" },
      { path: own("api|schema|rules|view|store|saga|loop") },
    ),
    no("view-and-schema-read-nothing", { path: role("view|schema|rules") }, { path: own("api|store|saga|loop") }),
    no("store-only-stores", { path: role("store") }, { path: own("api|schema|rules|view|saga|loop") }),
    no("work-knows-no-http", { path: role("saga|loop") }, { path: own("api|schema|rules|view") }),
    no(
      "sql-in-stores-only",
      { path: "^src/", pathNot: "^src/(platform/|services/[^/]+/(migrations/|.*\\.store\\.ts$))" },
      { path: "^node_modules/kysely" },
    ),
    no(
      "no-sockets-outside",
      { path: "^src/(services|dashboard)/", pathNot: tests },
      { path: "^(node:)?(http|https|net|tls|dgram|child_process|fs|fs/promises)$" },
    ),
    no("tests-are-leaves", { path: "^src/", pathNot: `${tests}|\\.laws\\.ts$` }, { path: `(^test/|${tests})` }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { extensions: [".ts"], conditionNames: ["import", "require", "node", "default"] },
  },
};
