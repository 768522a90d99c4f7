/**
 * Fresh fragments must not disturb a person at work: a fragment in which somebody is typing is not
 * replaced, and what was unfolded stays unfolded.
 */

/** @param {Element} details */
function nameOf(details) {
  const words = details.querySelector("summary")?.textContent?.replace(/[\s\d]+/g, "") ?? "";
  return `${details.closest("[id]")?.id ?? ""}|${words}`;
}

/** Listen for swaps of htmx. */
export function startCalm() {
  document.addEventListener("htmx:before:swap", (event) => {
    const target = event.target;
    if (!(target instanceof HTMLElement) || !target.matches("[hx-trigger*='live:']")) return;
    const active = document.activeElement;
    if (active && target.contains(active) && active.matches("input, textarea, select")) {
      event.preventDefault();
      return;
    }
    const open = new Set([...target.querySelectorAll("details[open]")].map(nameOf));
    const tasks = /** @type {CustomEvent} */ (event).detail?.tasks ?? [];
    for (const { fragment } of tasks) {
      for (const details of fragment.querySelectorAll("details")) {
        if (open.has(nameOf(details))) details.setAttribute("open", "");
      }
    }
  });
}
