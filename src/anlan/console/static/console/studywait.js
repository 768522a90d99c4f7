/** While a study is computed: show its first answer once it is there, and the whole when the progress is gone. */
const study = /** @type {HTMLElement} */ (document.getElementById("study"));
new MutationObserver(() => {
  const waiting = study.querySelector("[data-waiting]");
  if (!waiting || (waiting.hasAttribute("data-first") && !document.getElementById("map"))) location.reload();
}).observe(study, { childList: true, subtree: true });
