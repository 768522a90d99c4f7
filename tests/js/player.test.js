import assert from "node:assert/strict";
import { test } from "node:test";
import { player } from "../../src/anlan/console/static/console/player.js";

/** What the player uses of an element. */
class Piece extends EventTarget {
  value = "0";
  pressed = "";
  setAttribute(_name, value) { this.pressed = value; }
}

/** A clock turned by hand; at most one interval runs. */
function handClock() {
  let step = null;
  globalThis.window = { setInterval: (run) => { step = run; return 1; }, clearInterval: () => { step = null; } };
  return (times) => { for (let i = 0; i < times; i++) step?.(); };
}

test("it plays from the place of the slider to the last frame, and then from the first", () => {
  const tick = handClock();
  const [slider, play] = [new Piece(), new Piece()];
  const drawn = [];
  player(slider, play, { count: () => 3, draw: () => drawn.push(slider.value), stepMs: 100 });
  slider.value = "1";
  slider.dispatchEvent(new Event("input"));
  play.dispatchEvent(new Event("click"));
  assert.equal(play.pressed, "true");
  tick(5);
  assert.deepEqual(drawn, ["1", "1", "2", "3"]);
  assert.equal(play.pressed, "false");
  play.dispatchEvent(new Event("click"));
  tick(1);
  play.dispatchEvent(new Event("click"));
  tick(5);
  assert.deepEqual(drawn.slice(4), ["0", "1"]);
});
