import assert from "node:assert/strict";
import { test } from "node:test";
import { featuresAt, topOf } from "../../src/anlan/console/static/console/studyframes.js";

const area = { type: "Polygon", coordinates: [[[117, 36], [117.2, 36.4], [117.3, 36.1], [117, 36]]] };

test("the number of an area stands at its northernmost point", () => {
  assert.deepEqual(topOf(area), [117.2, 36.4]);
  assert.equal(topOf({ type: "Polygon", coordinates: [] }), null);
});

test("every area carries its number, and what may be hit is told from what is hit", () => {
  const study = {
    zones: [{ key: "a", label: "甲", area, envelope: null }, { key: "b", label: "乙", area, envelope: null }],
    frames: [], probabilities: [], marks: [], place: [117, 36],
    hits: [{ name: "校", kind: "school", lon: 117, lat: 36, minutes: null, sure: false }],
  };
  const found = featuresAt(study, 0).map((one) => one.properties);
  assert.deepEqual(found.filter((p) => p.kind === "number").map((p) => p.label), ["1", "2"]);
  assert.equal(found.find((p) => p.kind === "hit").sure, false);
});
