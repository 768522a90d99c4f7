/**
 * Shortcuts. Links and buttons carry them in `data-keys` ("n", "g d"), so a page shows what it
 * understands and nothing is listed twice. In a form, Ctrl+Enter sends it and Esc leaves the field.
 */

const CHORD_MS = 1200;

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

/**
 * Give the key sequence after one more key. A chord starts with `g`.
 * @param {string} before
 * @param {string} key
 */
export function sequence(before, key) {
  return before === "g" ? `g ${key}` : key;
}

/** @param {string} keys */
function activate(keys) {
  const found = [...document.querySelectorAll("[data-keys]")].find(
    (element) => element instanceof HTMLElement && element.dataset.keys === keys,
  );
  if (!(found instanceof HTMLElement)) return false;
  if (found.matches("input, textarea, select")) found.focus();
  else found.click();
  return true;
}

/** Listen on the whole page. */
export function startKeys() {
  let before = "";
  let timer = 0;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target instanceof HTMLElement) {
      const form = target.closest("form");
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
      return;
    }
    if (event.key === "Escape" && isTyping(target)) {
      /** @type {HTMLElement} */ (target).blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
    const keys = sequence(before, event.key);
    window.clearTimeout(timer);
    before = event.key === "g" && before !== "g" ? "g" : "";
    timer = window.setTimeout(() => (before = ""), CHORD_MS);
    if (before !== "g" && activate(keys)) event.preventDefault();
  });
}
