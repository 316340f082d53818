import type { History, HistoryStep } from "#platform/service/kit.ts";

/** What the sagas of a server are called in the API. */
const names: Readonly<Record<string, string>> = {
  "compute.server.build": "create",
  "compute.server.start": "start",
  "compute.server.stop": "stop",
  "compute.server.reboot": "reboot",
  "compute.server.reboot-hard": "reboot",
  "compute.server.delete": "delete",
  "compute.volume-attachment.attach": "attach_volume",
  "compute.volume-attachment.detach": "detach_volume",
  "compute.interface-attachment.attach": "attach_interface",
  "compute.interface-attachment.detach": "detach_interface",
};

/** The API's word for a saga; of one that has none its verb. */
export function actionOf({ saga }: Pick<History, "saga">): string {
  return names[saga] ?? (saga.split(".").at(-1) ?? saga).replaceAll("-", "_");
}

/** "Error" as soon as it turns back; null while it runs well. */
export function messageOf({ state }: Pick<History, "state">): string | null {
  return state === "failed" || state === "undoing" ? "Error" : null;
}

/** A step as the API tells it: all its attempts in one. */
export interface ActionEvent {
  readonly step: string;
  readonly way: "do" | "undo";
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly result: "Success" | "Error" | null;
  readonly reason: string | null;
}

/** The latest first. */
export function eventsOf({ steps }: Pick<History, "steps">): ActionEvent[] {
  return [...Map.groupBy(steps, (it) => `${it.way} ${it.step}`).values()].map(eventOf).toReversed();
}

function eventOf(attempts: readonly HistoryStep[]): ActionEvent {
  const [first, last] = [attempts[0]!, attempts.at(-1)!];
  const over = last.outcome === "done" || last.outcome === "failed" || last.outcome === "called off";
  return {
    step: last.step,
    way: last.way,
    startedAt: first.startedAt,
    endedAt: over ? last.endedAt : null,
    result: over ? (last.outcome === "done" ? "Success" : "Error") : null,
    reason: last.reason,
  };
}
