/** What every page does: shortcuts, the clock, countdowns, the live stream. */
import { startClocks } from "anlan/console/clocks.js";
import { startKeys } from "anlan/console/keys.js";
import { startLive } from "anlan/console/live.js";

startKeys();
startClocks();
startLive();

const button = document.getElementById("menubutton");
const menu = document.getElementById("menu");
button?.addEventListener("click", () => {
  const open = menu?.toggleAttribute("data-open") ?? false;
  button.setAttribute("aria-expanded", String(open));
});
document.body.setAttribute("data-shell", "ready");
