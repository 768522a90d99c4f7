/** While a study is computed: when the progress is gone, its result is there. */
document.body.addEventListener("htmx:after:swap", () => {
  if (!document.querySelector("[data-waiting]")) location.reload();
});
