import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { services } from "#cloud";

const root = new URL("../../src/services/", import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"));
const read = (file: string) => readFileSync(new URL(file, root), "utf8");

/** Laws 5, 7: lives end, needs make no ring, and nobody waits for what nobody tells. */
describe("the house", () => {
  test("has no ring of needs", () => {
    const needs = new Map(services.map((s) => [s.type, neighbours(s.type)]));
    const visit = (type: string, path: readonly string[]): void => {
      assert.ok(!path.includes(type), `a ring of needs: ${[...path, type].join(" → ")}`);
      for (const next of needs.get(type) ?? []) visit(next, [...path, type]);
    };
    for (const type of needs.keys()) visit(type, []);
  });

  test("tells every event that is listened or waited for", () => {
    const told = new Set(services.flatMap((s) => s.tells));
    for (const listener of services.flatMap((s) => s.listeners ?? []))
      assert.ok(told.has(listener.on), `${listener.name} listens for ${listener.on}`);
    for (const file of files)
      for (const [, event] of read(file).matchAll(/again\([^,()]+,\s*"([^"]+)"/g))
        assert.ok(told.has(event!), `${file} waits for ${event}`);
  });

  test("emits only events that its service says it tells", () => {
    for (const { type, tells } of services)
      for (const file of files.filter((f) => f.startsWith(`${type}/`)))
        for (const [, event] of read(file).matchAll(/\.emit\(\s*"([^"]+)"/g))
          assert.ok(tells.includes(event!), `${file} emits ${event}`);
  });

  test("leads out of every state of every life, and back from every busy word", () => {
    for (const { type, lives } of services)
      for (const { verbs } of lives ?? []) {
        const states = new Set(Object.values(verbs).flatMap((v) => [...v.from, v.to]));
        const left = new Set(Object.values(verbs).flatMap((v) => v.from));
        for (const state of states)
          assert.ok(left.has(state) || /deleted|gone/.test(state), `${type}: nothing leads out of ${state}`);
        for (const [verb, { busy }] of Object.entries(verbs)) assert.ok(busy, `${type}: ${verb} has no busy word`);
      }
  });

  test("has every saga, step and loop under one name", () => {
    const sagas = services.flatMap((s) => s.sagas);
    assert.equal(new Set(sagas.map((s) => s.name)).size, sagas.length);
    for (const { name, steps } of sagas)
      assert.equal(new Set(steps.map((s) => s.name)).size, steps.length, `${name} has two steps of one name`);
    const loops = services.flatMap((s) => s.loops.map((l) => l.name));
    assert.equal(new Set(loops).size, loops.length);
  });
});

function neighbours(type: string): string[] {
  const imports = files
    .filter((f) => f.startsWith(`${type}/`))
    .flatMap((f) => [...read(f).matchAll(/#services\/([\w-]+)\/index\.ts/g)]);
  return [...new Set(imports.map(([, to]) => to!))].filter((to) => to !== type);
}
