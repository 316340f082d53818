import fc from "fast-check";

/** What one client does once. `at` and `of` choose among what there is then: the n-th thing, modulo how many there are. */
export interface Operation {
  readonly verb: Verb;
  readonly project: number;
  readonly at: number;
  readonly of: number;
  readonly size: number;
}
export type Verb = keyof typeof weights;

/** How often each is asked, relative to the others. More comes than goes, so that room and limits run out. */
const weights = {
  "create server": 70,
  "create server from volume": 8,
  "create server with volume": 8,
  "create server with port": 10,
  "create servers": 6,
  "delete server": 42,
  "stop server": 16,
  "start server": 16,
  "reboot server": 12,
  "reboot server hard": 8,
  "attach volume": 30,
  "detach volume": 18,
  "attach port": 12,
  "attach network": 12,
  "detach port": 14,
  "create volume": 40,
  "create volume from snapshot": 6,
  "create volume from volume": 4,
  "delete volume": 18,
  "extend volume": 12,
  "create snapshot": 18,
  "delete snapshot": 12,
  "create network": 6,
  "delete network": 4,
  "create subnet": 10,
  "delete subnet": 4,
  "create port": 30,
  "update port": 6,
  "delete port": 20,
  "connect subnet": 8,
  "disconnect subnet": 4,
  "create floating ip": 20,
  "move floating ip": 12,
  "delete floating ip": 10,
  "create group": 8,
  "delete group": 6,
  "create rule": 10,
  "delete rule": 6,
  "group port": 6,
  "list servers": 4,
  "show limits": 4,
  fault: 14,
  hang: 3,
  "move clock": 24,
  "leap clock": 1,
  kill: 3,
};

const number = fc.nat({ max: 999 });
const verb = fc.oneof(
  ...Object.entries(weights).map(([name, weight]) => ({ arbitrary: fc.constant(name as Verb), weight })),
);
const operation: fc.Arbitrary<Operation> = fc.record({ verb, project: number, at: number, of: number, size: number });

/** The same for the same seed. */
export function operationsOf(seed: number, count: number): Operation[] {
  return fc.sample(operation, { seed, numRuns: count });
}
