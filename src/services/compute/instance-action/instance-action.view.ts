import { atLeast, type Version } from "#platform/api/versions.ts";
import type { History } from "#platform/service/kit.ts";
import type { Server } from "../server/server.ts";
import { hostId } from "../server/server.view.ts";
import { micros } from "../words.ts";
import { type ActionEvent, actionOf, eventsOf, messageOf } from "./instance-action.ts";

interface Look {
  readonly version: Version;
  readonly mayEvents: boolean;
  readonly mayDetails: boolean;
}

export function brief(it: History, server: Server, v: Version) {
  return {
    action: actionOf(it),
    instance_uuid: server.id,
    request_id: it.requestId,
    user_id: it.userId,
    project_id: it.projectId,
    start_time: micros(it.startedAt),
    message: messageOf(it),
    ...(atLeast(v, "2.58") && { updated_at: micros(it.updatedAt) }),
  };
}

/** Steps are for administrators; from 2.51 on their owners see them too, without what is told of hosts. */
export function full(it: History, server: Server, look: Look) {
  const shows = look.mayEvents || atLeast(look.version, "2.51");
  return {
    ...brief(it, server, look.version),
    ...(shows && { events: eventsOf(it).map((one) => event(one, it, server, look)) }),
  };
}

function event(it: ActionEvent, of: History, server: Server, { version, mayEvents, mayDetails }: Look) {
  return {
    event: `${it.way === "do" ? "compute" : "undo"}_${actionOf(of)}_${it.step.replaceAll("-", "_")}`,
    start_time: micros(it.startedAt),
    finish_time: it.endedAt && micros(it.endedAt),
    result: it.result,
    ...((mayEvents || !atLeast(version, "2.51")) && { traceback: null }),
    ...(atLeast(version, "2.62") && {
      hostId: hostId(server.projectId, server.host),
      ...(mayEvents && { host: server.host }),
    }),
    ...(atLeast(version, "2.84") && mayDetails && { details: it.reason }),
  };
}
