/** The page that takes a plan: from a finding to its line, and which line one is on. */

/** Where a line of a text begins and ends. @param {string} text @param {number} line 1-based @returns {[number, number]} */
export function lineSpan(text, line) {
  const lines = text.split("\n");
  const before = lines.slice(0, Math.max(line - 1, 0));
  const start = before.reduce((sum, each) => sum + each.length + 1, 0);
  return [Math.min(start, text.length), Math.min(start + (lines[line - 1] ?? "").length, text.length)];
}

/** Listen on the page. */
export function startPlanPage() {
  const field = document.getElementById("id_text");
  const shown = document.getElementById("line-now");
  if (!(field instanceof HTMLTextAreaElement)) return;
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-goto]") : null;
    if (!(link instanceof HTMLElement)) return;
    event.preventDefault();
    const line = Number(link.dataset.goto);
    const [start, end] = lineSpan(field.value, line);
    field.focus();
    field.setSelectionRange(start, end);
    const height = Number.parseFloat(getComputedStyle(field).lineHeight) || 20;
    field.scrollTop = Math.max(0, (line - 4) * height);
    field.scrollLeft = 0;
    field.scrollIntoView({ block: "center" });
  });
  document.addEventListener("selectionchange", () => {
    if (document.activeElement !== field || !shown) return;
    const line = field.value.slice(0, field.selectionStart).split("\n").length;
    shown.textContent = `${shown.dataset.line} ${line}`;
  });
}
