/** What every page does: shortcuts, the clock, countdowns, the live stream. */
import { startCalm } from "anlan/console/calm.js";
import { startClocks } from "anlan/console/clocks.js";
import { startKeys } from "anlan/console/keys.js";
import { startLive } from "anlan/console/live.js";
import { startTyped } from "anlan/console/typed.js";

startKeys();
startCalm();
startClocks();
startLive();
startTyped();

const button = document.getElementById("menubutton");
const menu = document.getElementById("menu");
button?.addEventListener("click", () => {
  const open = menu?.toggleAttribute("data-open") ?? false;
  button.setAttribute("aria-expanded", String(open));
});

// A report that was sent and answered by a page of ours has arrived: its draft may go.
const sent = sessionStorage.getItem("anlan-sent");
if (sent !== null && menu) {
  if (!document.getElementById("report-form")) localStorage.removeItem(`anlan-draft-${sent}`);
  sessionStorage.removeItem("anlan-sent");
}
document.body.setAttribute("data-shell", "ready");
