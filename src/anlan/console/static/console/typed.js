/**
 * What a browser cannot read in a field (letters among digits, half a date) it sends as nothing, and
 * nothing means "not known" here. So it is not sent: the field says so.
 */

/** Watch every form of the page. */
export function startTyped() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const wrong = [...form.elements].find((field) => field instanceof HTMLInputElement && field.validity.badInput);
    if (!(wrong instanceof HTMLInputElement)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (let up = wrong.parentElement; up; up = up.parentElement) if (up instanceof HTMLDetailsElement) up.open = true;
    wrong.setCustomValidity(document.body.dataset.unread ?? "?");
    wrong.addEventListener("input", () => wrong.setCustomValidity(""), { once: true });
    wrong.reportValidity();
  }, { capture: true });
}
