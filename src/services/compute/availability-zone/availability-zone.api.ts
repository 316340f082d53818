import type { Ctx } from "#platform/service/kit.ts";
import { listHosts } from "../host/host.store.ts";
import { type Compute, route } from "../kit.ts";
import { zoneRules as rule } from "./availability-zone.rules.ts";
import { detailed, listed } from "./availability-zone.view.ts";

export const availabilityZoneRoutes = [
  route({ on: "GET /os-availability-zone", rule: rule.list, of: ownProject, run: list }),
  route({ on: "GET /os-availability-zone/detail", rule: rule.detail, of: ownProject, run: detail }),
];

function ownProject({ actor }: Ctx<Compute>) {
  return { projectId: actor.projectId };
}

async function list({ db }: Ctx<Compute>) {
  return { availabilityZoneInfo: listed(await listHosts(db)) };
}

async function detail({ db, now }: Ctx<Compute>) {
  return { availabilityZoneInfo: detailed(await listHosts(db), now) };
}
