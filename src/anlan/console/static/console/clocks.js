/** The clock of the bar, and countdowns to a due time: `<time data-due="ISO">`. */

/** @param {number} n */
const two = (n) => String(n).padStart(2, "0");

/**
 * Say how long is left. Late times count up with a minus sign; from two days on only days count.
 * @param {number} ms
 * @param {string} [dayWord]
 */
export function left(ms, dayWord = "天") {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const days = Math.floor(seconds / 86400);
  if (days >= 2) return `${ms < 0 ? "−" : ""}${days} ${dayWord}`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const text = hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
  return ms < 0 ? `−${text}` : text;
}

const SOON_MS = 5 * 60 * 1000;

/**
 * Give the state of a countdown: on time, soon due, late.
 * @param {number} ms
 */
export function state(ms) {
  if (ms < 0) return "late";
  return ms < SOON_MS ? "soon" : "running";
}

/** Set by the server's time, so that a desk with a wrong clock still counts right. */
let offset = 0;

function tick() {
  const now = Date.now() + offset;
  const clock = document.getElementById("clock");
  if (clock) {
    const parts = new Intl.DateTimeFormat("zh-CN", {
      timeZone: "Asia/Shanghai", hour12: false,
      month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    }).formatToParts(now);
    /** @param {string} type */
    const part = (type) => parts.find((p) => p.type === type)?.value ?? "";
    clock.textContent = `${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}`;
  }
  for (const face of document.querySelectorAll("[data-due]")) {
    if (!(face instanceof HTMLElement)) continue;
    const ms = Date.parse(face.dataset.due ?? "") - now;
    face.textContent = left(ms, document.body.dataset.days);
    face.dataset.state = state(ms);
  }
}

/** Start both. */
export function startClocks() {
  const clock = document.getElementById("clock");
  const served = Date.parse(clock?.getAttribute("datetime") ?? "");
  if (!Number.isNaN(served)) offset = served - Date.now();
  if (Math.abs(offset) < 2000) offset = 0;
  tick();
  setInterval(tick, 1000);
}
