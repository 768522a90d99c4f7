import assert from "node:assert/strict";
import { test } from "node:test";

import { left, state } from "../../src/anlan/console/static/console/clocks.js";

test("time left is minutes and seconds, with hours when there are any", () => {
  assert.equal(left(61_000), "01:01");
  assert.equal(left(3_661_000), "1:01:01");
});

test("a late time counts up with a minus sign", () => {
  assert.equal(left(-65_000), "−01:05");
  assert.equal(state(-1), "late");
});

test("five minutes before the end is soon", () => {
  assert.equal(state(299_000), "soon");
  assert.equal(state(301_000), "running");
});
