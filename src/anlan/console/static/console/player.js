/** A slider with a play button: one frame after the other, until the last. */

/**
 * @param {HTMLInputElement} slider
 * @param {HTMLElement} play
 * @param {{count: () => number, draw: () => void, stepMs: number}} frames
 */
export function player(slider, play, { count, draw, stepMs }) {
  let timer = 0;

  function stop() {
    window.clearInterval(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
  }

  slider.addEventListener("input", draw);
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) >= count()) slider.value = "0";
    play.setAttribute("aria-pressed", "true");
    draw();
    timer = window.setInterval(() => {
      slider.value = String(Number(slider.value) + 1);
      draw();
      if (Number(slider.value) >= count()) stop();
    }, stepMs);
  });
}
