/**
 * One stream a page. The server names what changed (a topic); fragments that show it listen for
 * `live:<topic>` on the body and fetch themselves anew. Three missed beats: 连接中断.
 */

const BEAT_MS = 5000;
const MISSED_BEATS = 3;
const TOPICS = ["incident", "task", "package", "report", "warning", "outbox", "clock"];
const LONGEST_WAIT_MS = 5000;

/**
 * Tell how the line stands.
 * @param {number} lastHeard
 * @param {number} now
 */
export function lineState(lastHeard, now) {
  if (lastHeard === 0) return "waiting";
  return now - lastHeard > BEAT_MS * MISSED_BEATS ? "lost" : "live";
}

/**
 * Give the pause before attempt `n`: half a second, doubling, five seconds at most.
 * @param {number} n
 */
export function pause(n) {
  return Math.min(500 * 2 ** n, LONGEST_WAIT_MS);
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
  let lastHeard = 0;
  let lastId = "";
  let attempts = 0;
  const started = Date.now();

  /** @param {string} topic @param {unknown} detail */
  const tell = (topic, detail) => document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail }));

  function heard() {
    lastHeard = Date.now();
    attempts = 0;
    show("live");
  }

  async function connect() {
    try {
      // A ticket lives for a minute: each attempt asks for a new one.
      const answer = await fetch(address ?? "", { cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const { url } = await answer.json();
      const source = new EventSource(lastId ? `${url}&last=${lastId}` : url);
      source.addEventListener("open", heard);
      source.addEventListener("beat", heard);
      source.addEventListener("gap", () => TOPICS.forEach((topic) => tell(topic, null)));
      for (const topic of TOPICS) {
        source.addEventListener(topic, (event) => {
          heard();
          lastId = event.lastEventId || lastId;
          tell(topic, JSON.parse(event.data));
        });
      }
      source.addEventListener("error", () => {
        source.close();
        again();
      });
    } catch {
      again();
    }
  }

  function again() {
    window.setTimeout(() => void connect(), pause(attempts++));
  }

  setInterval(() => show(lineState(lastHeard || (Date.now() - started > BEAT_MS * MISSED_BEATS ? started : 0), Date.now())), 1000);
  void connect();
}
