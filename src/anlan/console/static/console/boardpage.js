/** The task board: a changed task fetches its own card; many at once fetch the board anew. */

/** Write into each heading how many cards its column holds. */
function recount() {
  for (const column of document.querySelectorAll(".column")) {
    const count = column.querySelector(".count");
    if (count) count.textContent = String(column.querySelectorAll(".card").length);
  }
}

/**
 * Put a fresh card where it belongs; false when the board does not hold it.
 * @param {string} id
 */
async function refreshCard(id) {
  const old = document.getElementById(`task-${id}`);
  if (!old) return false;
  if (old.contains(document.activeElement) && document.activeElement?.matches("input")) return true;
  const answer = await fetch(`/tasks/${Number(id)}/card/${location.search}`);
  if (!answer.ok || answer.redirected) return false;
  const box = document.createElement("template");
  box.innerHTML = await answer.text();
  const card = /** @type {HTMLElement | null} */ (box.content.firstElementChild);
  if (!card) return false;
  const before = old.dataset.column;
  if (before === card.dataset.column) old.replaceWith(card);
  else {
    old.remove();
    document.querySelector(`.column[data-column="${card.dataset.column}"] .stack`)?.prepend(card);
  }
  recount();
  return true;
}

document.body.addEventListener("live:task", async (event) => {
  const change = /** @type {CustomEvent} */ (event).detail;
  const one = change?.type === "command.task" && (await refreshCard(String(change.id)));
  if (!one) document.body.dispatchEvent(new CustomEvent("live:board"));
});
