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
  function show(box) {
    const { layer: key = "", tiles = "", open = "", halfLife = "0", glyph = "", colour = "", label = "" } = box.dataset;
    if (!loaded.has(key)) {
      if (!box.checked) return;
      loaded.add(key);
      addRecords(map, { key, tiles, open, halfLife: Number(halfLife), glyph, colour, label }, words);
      lift();
    }
    showRecords(map, key, box.checked);
  }

  /** What is happening stays above what is registered. */
  function lift() {
    for (const id of ["names", "operations", "operations-signs", "operations-names"]) if (map.getLayer(id)) map.moveLayer(id);
  }

  map.once("load", async () => {
    const refresh = words.operations ? addOperations(map, words.operations, words) : null;
    for (const box of boxes) {
      show(box);
      box.addEventListener("change", () => show(box));
    }
    await refresh?.();
    for (const topic of ["incident", "report"]) document.body.addEventListener(`live:${topic}`, () => void refresh?.());
    map.once("idle", () => document.body.setAttribute("data-layers", "ready"));
    map.triggerRepaint();
  });
}

const element = document.getElementById("map");
if (element) start(element);
