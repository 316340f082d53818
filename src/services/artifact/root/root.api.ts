import { open } from "#platform/api/rules.ts";
import { reply } from "#platform/service/kit.ts";
import { route } from "../kit.ts";

const rule = open("Tell the versions of the Artifact API.");

export const rootRoutes = ["/", "/versions"].map((path) =>
  route({ on: `GET ${path}`, below: "mount", rule, of: nobody, run: versions }),
);

function nobody() {
  return {};
}

const links = [{ rel: "describedby", type: "text/html", href: "http://docs.openstack.org/" }];
const one = (version: string, status: string) => ({
  version,
  status,
  links,
  "media-type": `application/vnd.openstack.artifacts-${version}`,
});

/** 300: the client is to choose, by its header. */
function versions() {
  return reply({ versions: [one("1.0", "STABLE"), one("1.1", "EXPERIMENTAL")] }, { status: 300 });
}
