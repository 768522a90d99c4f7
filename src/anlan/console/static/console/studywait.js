/** While a study is computed: once the progress is gone, its result is there. */
const study = /** @type {HTMLElement} */ (document.getElementById("study"));
new MutationObserver(() => {
  if (!study.querySelector("[data-waiting]")) location.reload();
}).observe(study, { childList: true, subtree: true });
