import assert from "node:assert/strict";
import { test } from "node:test";

import { coordinates } from "../../src/anlan/console/static/console/coordinates.js";
import { readDraft, worthKeeping } from "../../src/anlan/console/static/console/draft.js";
import { sequence } from "../../src/anlan/console/static/console/keys.js";
import { lineState, pause } from "../../src/anlan/console/static/console/live.js";
import { lineSpan } from "../../src/anlan/console/static/console/planpage.js";
import { ranked } from "../../src/anlan/console/static/console/replay.js";

test("coordinates are read in either order", () => {
  assert.deepEqual(coordinates("117.53, 36.71"), [117.53, 36.71]);
  assert.deepEqual(coordinates("36.71 117.53"), [117.53, 36.71]);
});

test("a name with numbers is no pair of coordinates", () => {
  assert.equal(coordinates("明水街道 12 号 3 楼"), null);
  assert.equal(coordinates("117.53"), null);
});

test("an untouched form makes no draft, and tokens are never kept", () => {
  assert.equal(worthKeeping([["text", " "], ["occurred_at", "2026-03-01T10:00"]], ["text"]), null);
  const kept = worthKeeping([["text", "冒烟"], ["csrfmiddlewaretoken", "x"]], ["text"]);
  assert.deepEqual(kept, { text: "冒烟" });
});

test("a draft of yesterday is forgotten, a broken one too", () => {
  const text = JSON.stringify({ at: 0, values: { text: "冒烟" } });
  assert.deepEqual(readDraft(text, 1000), { text: "冒烟" });
  assert.equal(readDraft(text, 25 * 3600 * 1000), null);
  assert.equal(readDraft("{", 0), null);
});

test("a chord begins with g", () => {
  assert.equal(sequence("g", "d"), "g d");
  assert.equal(sequence("", "n"), "n");
});

test("three missed beats are a lost line", () => {
  assert.equal(lineState(0, 1), "waiting");
  assert.equal(lineState(1, 15_000), "live");
  assert.equal(lineState(1, 15_002), "lost");
});

test("attempts come slower, but at least every five seconds", () => {
  assert.deepEqual([0, 1, 2, 9].map(pause), [500, 1000, 2000, 5000]);
});

test("the areas of a frame are ranked, the worst first", () => {
  const zone = (/** @type {string} */ title) => ({ properties: { layer: "zone", title } });
  const frame = [zone("AEGL-3"), { properties: { layer: "units", title: "队" } }, zone("AEGL-2")];
  assert.deepEqual(ranked(frame).map((f) => f.properties.rank), [0, undefined, 1]);
});

test("a line of a plan is found by its number", () => {
  const text = "[plan]\nid = 1\n\n# 末行";
  const at = (/** @type {number} */ line) => text.slice(...lineSpan(text, line));
  assert.deepEqual([1, 2, 3, 4].map(at), ["[plan]", "id = 1", "", "# 末行"]);
  assert.equal(at(9), "");
});
