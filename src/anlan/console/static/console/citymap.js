/** The city map: its ground, districts and roads. Labels are drawn with the system's font. */
import { Map as MapLibre, Marker, NavigationControl, ScaleControl } from "maplibre-gl";

export const FONT = ["Noto Sans CJK SC", "Microsoft YaHei", "sans-serif"];

const DAY = { ground: "#e9eef2", land: "#f7f8f6", border: "#7a8ea1", road: "#c9b58a", water: "#9cc4e4", text: "#2b3a49", halo: "#ffffff", field: "#5b2a86" };
const NIGHT = { ground: "#0d151d", land: "#17222d", border: "#506a82", road: "#5d5540", water: "#234a69", text: "#d5e0ea", halo: "#0d151d", field: "#d7b3f2" };

/** How much larger than on a desk everything is: a wall, or a text size of one's own. */
export const scale = () => Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 15);

/**
 * Sizes by zoom, grown with the text.
 * @param {...number} stops zoom, size, zoom, size …
 */
export const sized = (...stops) => /** @type {any} */ (["interpolate", ["linear"], ["zoom"], ...stops.map((stop, at) => (at % 2 ? stop * scale() : stop))]);

/** Tell which colours the page shows now. */
export function isNight() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
}

/** Colours of the ground. */
export const palette = () => (isNight() ? NIGHT : DAY);

/** Read JSON that the page carries. @param {string} id */
export function pageData(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

/** An empty collection, for sources that fill later. */
export const nothing = () => ({ type: /** @type {const} */ ("FeatureCollection"), features: [] });

/**
 * Show the city in `element`, whose data attributes name the addresses of its layers.
 * @param {HTMLElement} element
 * @param {number[] | null} extent west, south, east, north
 */
export function cityMap(element, extent) {
  const colours = palette();
  const areas = /** @type {any} */ (["!=", ["geometry-type"], "Point"]);
  const { districts, ground } = element.dataset;
  const map = new MapLibre({
    container: element,
    bounds: extent ? [[extent[0], extent[1]], [extent[2], extent[3]]] : [[116.2, 36], [117.8, 37.6]],
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
    fadeDuration: 0, // a desk without a graphics card draws each step of a fade itself
    dragRotate: false,
    pitchWithRotate: false,
    style: {
      version: 8, // no `glyphs`: labels are drawn with the system's font
      sources: {
        districts: { type: "geojson", data: districts ?? nothing() },
        roads: { type: "geojson", data: ground ?? nothing() },
      },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": colours.ground } },
        { id: "districts", type: "fill", source: "districts", filter: areas, paint: { "fill-color": colours.land } },
        {
          id: "water", type: "line", source: "roads", filter: ["==", ["get", "kind"], "river"],
          paint: { "line-color": colours.water, "line-width": sized(8, 1.5, 14, 8) },
        },
        {
          id: "roads", type: "line", source: "roads", filter: ["!=", ["get", "kind"], "river"],
          paint: {
            "line-color": colours.road,
            "line-width": ["interpolate", ["linear"], ["zoom"],
              8, ["match", ["get", "kind"], ["motorway", "trunk"], 1.4, 0.6],
              14, ["match", ["get", "kind"], ["motorway", "trunk"], 5, 2.5]],
          },
        },
        { id: "borders", type: "line", source: "districts", filter: areas, paint: { "line-color": colours.border, "line-width": 1.2, "line-dasharray": [4, 2] } },
        {
          id: "names", type: "symbol", source: "districts", filter: ["==", ["geometry-type"], "Point"],
          layout: { "text-field": ["get", "name"], "text-size": 14 * scale(), "text-font": FONT },
          paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.6 },
        },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-left");
  map.addControl(new ScaleControl({ unit: "metric", maxWidth: 100 * scale() }), "bottom-left");
  map.once("idle", () => document.body.setAttribute("data-ready", "map"));
  fitPaper(map, element);
  return map;
}

/**
 * A pin of our own: that of the library sets style attributes, which the security policy forbids.
 * @param {boolean} [draggable]
 */
export function pin(draggable = false) {
  const element = document.createElement("div");
  element.className = "mappin";
  return new Marker({ element, draggable, anchor: "bottom" });
}

/**
 * Draw the map as wide as the paper when the page is printed, and as before afterwards.
 *
 * What is printed is a copy: the browser may throw the map's own picture away once it is on the screen,
 * and keeping it would cost every frame.
 * @param {MapLibre} map
 * @param {HTMLElement} element
 */
function fitPaper(map, element) {
  const paper = document.createElement("canvas");
  let before = 0;
  addEventListener("beforeprint", () => {
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (!width || !height) return;
    before = map.getZoom();
    element.style.width = "180mm";
    element.style.height = "90mm";
    map.resize();
    const share = Math.min(element.clientWidth / width, element.clientHeight / height);
    map.jumpTo({ zoom: before + Math.log2(share) });
    map.redraw();
    const drawn = map.getCanvas();
    [paper.width, paper.height, paper.className] = [drawn.width, drawn.height, drawn.className];
    [paper.style.width, paper.style.height] = ["180mm", "90mm"];
    paper.getContext("2d")?.drawImage(drawn, 0, 0);
    drawn.replaceWith(paper);
  });
  addEventListener("afterprint", () => {
    paper.replaceWith(map.getCanvas());
    element.style.width = "";
    element.style.height = "";
    map.resize();
    if (before) map.jumpTo({ zoom: before });
  });
}
