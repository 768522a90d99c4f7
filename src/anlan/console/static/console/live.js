/**
 * One stream a page. The server names what changed (a topic); fragments that show it listen for
 * `live:<topic>` on the body and fetch themselves anew. Three missed beats: 连接中断.
 */

const BEAT_MS = 5000;
const MISSED_BEATS = 3;

/**
 * Tell how the line stands.
 * @param {number} lastHeard
 * @param {number} now
 */
export function lineState(lastHeard, now) {
  if (lastHeard === 0) return "waiting";
  return now - lastHeard > BEAT_MS * MISSED_BEATS ? "lost" : "live";
}

/** Show how the line stands. @param {string} state */
function show(state) {
  const sign = document.getElementById("linkstate");
  if (!sign || sign.dataset.state === state) return;
  sign.dataset.state = state;
  const words = document.body.dataset;
  sign.textContent = (state === "lost" ? words.lost : state === "live" ? words.live : words.waiting) ?? "";
}

/** Listen, if this page has a stream. */
export function startLive() {
  const address = document.body.dataset.stream;
  const sign = document.getElementById("linkstate");
  if (!address) {
    if (sign) sign.hidden = true;
    return;
  }
}
