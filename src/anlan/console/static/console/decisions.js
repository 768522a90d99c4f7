/** A part of a package is decided where it stands: map, scroll and what is unfolded stay. */

/**
 * Take the decided part and what the page says about it from the answered page.
 * @param {Document} answered
 * @param {string} id
 */
function take(answered, id) {
  const part = answered.getElementById(id);
  if (!part) return false;
  document.getElementById(id)?.replaceWith(part);
  for (const other of ["packagestate", "notices", "partnav"]) {
    const fresh = answered.getElementById(other);
    if (fresh) document.getElementById(other)?.replaceWith(fresh);
  }
  return true;
}

/**
 * Send a decision. An answer without the part (a lost line, the door) is left to the browser.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function send(form, button) {
  const content = new FormData(form, button);
  const buttons = form.querySelectorAll("button");
  for (const other of buttons) other.disabled = true;
  const answer = await fetch(form.action, { method: "POST", body: content }).catch(() => null);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page && take(page, form.closest(".part")?.id ?? "")) return;
  for (const other of buttons) other.disabled = false;
  form.dataset.plain = "";
  form.requestSubmit(button);
}

/** Listen to the forms of all parts, also of those that come later. */
export function startDecisions() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches(".decide:not([data-plain])")) return;
    event.preventDefault();
    void send(form, event.submitter);
  });
}
