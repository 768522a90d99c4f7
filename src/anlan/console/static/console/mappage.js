/** The page 一张图: record layers with their switches, what is happening, kept fresh. */
import { cityMap, pageData } from "anlan/console/citymap.js";
import { addOperations, addRecords, showRecords } from "anlan/console/maplayers.js";

/** @param {HTMLElement} element */
function start(element) {
  const map = cityMap(element, pageData("map-extent"));
  const words = element.dataset;
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[data-layer]"));
  /** @type {Set<string>} */
  const loaded = new Set();

  /** @param {HTMLInputElement} box */
  async function show(box) {
    const { layer: key = "", url = "", glyph = "", colour = "", label = "" } = box.dataset;
    if (!loaded.has(key)) {
      if (!box.checked) return;
      loaded.add(key);
      const features = await addRecords(map, { key, url, glyph, colour, label }, words);
      const count = document.querySelector(`[data-count="${key}"]`);
      if (count) count.textContent = String(features.length);
      if (features.some((/** @type {any} */ f) => f.properties.synthetic)) document.getElementById("synthetic-note")?.removeAttribute("hidden");
    }
    showRecords(map, key, box.checked);
  }

  map.once("load", async () => {
    const refresh = words.operations ? addOperations(map, words.operations, words) : null;
    const shown = [...boxes].map((box) => show(box));
    for (const box of boxes) box.addEventListener("change", () => void show(box));
    await Promise.all([...shown, refresh?.()]);
    for (const id of ["names", "operations", "operations-signs", "operations-names"]) if (map.getLayer(id)) map.moveLayer(id);
    for (const topic of ["incident", "report"]) document.body.addEventListener(`live:${topic}`, () => void refresh?.());
    map.once("idle", () => document.body.setAttribute("data-layers", "ready"));
    map.triggerRepaint();
  });
}

const element = document.getElementById("map");
if (element) start(element);
