/** A draft belongs to the device: it survives a lost line, an expired session and a closed window. */

const SKIP = new Set(["csrfmiddlewaretoken", "lane"]);
const KEEP_MS = 24 * 3600 * 1000;

/** @typedef {{at: number, values: Record<string, string>}} Draft */

/**
 * Give the values of a form worth keeping; null when nobody has typed yet.
 * @param {Iterable<[string, string]>} entries
 * @param {string[]} telling names of fields that make a draft worth keeping
 */
export function worthKeeping(entries, telling) {
  const values = Object.fromEntries([...entries].filter(([name]) => !SKIP.has(name)));
  return telling.some((name) => (values[name] ?? "").trim() !== "") ? values : null;
}

/**
 * Read a stored draft; null when there is none or it is too old.
 * @param {string | null} text
 * @param {number} now
 * @returns {Record<string, string> | null}
 */
export function readDraft(text, now) {
  if (!text) return null;
  try {
    const draft = /** @type {Draft} */ (JSON.parse(text));
    return now - draft.at < KEEP_MS ? draft.values : null;
  } catch {
    return null;
  }
}

/**
 * Keep the form's content under its key.
 * @param {HTMLFormElement} form
 * @param {string[]} telling
 */
export function saveDraft(form, telling) {
  const entries = /** @type {[string, string][]} */ ([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const values = worthKeeping(entries, telling);
  const key = `anlan-draft-${form.dataset.draft}`;
  if (values) localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
}

/** Read the draft of a form. @param {HTMLFormElement} form */
export function loadDraft(form) {
  return readDraft(localStorage.getItem(`anlan-draft-${form.dataset.draft}`), Date.now());
}

/** Forget it. @param {HTMLFormElement} form */
export function dropDraft(form) {
  localStorage.removeItem(`anlan-draft-${form.dataset.draft}`);
}

/**
 * Put values into the form's fields.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} values
 */
export function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
  }
}
