/** The page of a study: areas on the map, how they grow, and the same moment in every chart. */
import { Popup } from "maplibre-gl";
import { cityMap, FONT, nothing, pageData, palette, pin } from "anlan/console/citymap.js";
import { escaped } from "anlan/console/maplayers.js";
import { player } from "anlan/console/player.js";
import { featuresAt } from "anlan/console/studyframes.js";
import { boxOf } from "anlan/console/zones.js";

const STEP_MS = 700;
/** As in the bulletin; told apart without red and green, and each area carries its number besides. */
const RANKS = ["#c62828", "#ef6c00", "#f9a825", "#1565c0", "#6a1b9a", "#00695c"];
const STATES = { danger: "#b3261e", watch: "#ef6c00", fact: "#1d4e89" };
/** Layers that each switch shows. @type {Record<string, string[]>} */
const SWITCHES = { zones: ["zones", "zone-lines", "zone-numbers"], envelopes: ["envelopes"], probabilities: ["probabilities", "probability-names"], hits: ["hits", "hit-names"] };

/** @template {HTMLElement} T @param {string} id @returns {T} */
const get = (id) => /** @type {T} */ (document.getElementById(id));

const element = get("map");
const map = cityMap(element, pageData("map-extent"));
const spot = /** @type {[number, number]} */ ([Number(element.dataset.lon), Number(element.dataset.lat)]);
pin().setLngLat(spot).addTo(map);

const slider = /** @type {HTMLInputElement} */ (get("time"));
const [now, play] = [get("now"), get("play")];
const whole = now.textContent ?? "";
/** @type {import("anlan/console/studyframes.js").Study | null} */
let study = null;

/** @param {string} kind */
const of = (kind) => /** @type {any} */ (["==", ["get", "kind"], kind]);

function addLayers() {
  const ramp = /** @type {any} */ (["match", ["get", "rank"], ...RANKS.slice(0, -1).flatMap((colour, rank) => [rank, colour]), RANKS.at(-1)]);
  const states = /** @type {any} */ (["match", ["get", "state"], ...Object.entries(STATES).flat(), STATES.fact]);
  const gravestLast = /** @type {any} */ (["-", 0, ["get", "rank"]]);
  const words = { "text-color": palette().text, "text-halo-color": palette().halo, "text-halo-width": 1.6 };
  map.addSource("study", { type: "geojson", data: nothing() });
  map.addLayer({ id: "zones", type: "fill", source: "study", filter: of("zone"), layout: { "fill-sort-key": gravestLast }, paint: { "fill-color": ramp, "fill-opacity": 0.38 } });
  map.addLayer({ id: "zone-lines", type: "line", source: "study", filter: of("zone"), paint: { "line-color": ramp, "line-width": 2 } });
  map.addLayer({ id: "envelopes", type: "line", source: "study", filter: of("envelope"), paint: { "line-color": ramp, "line-width": 1.6, "line-dasharray": [3, 2] } });
  map.addLayer({
    id: "probabilities", type: "line", source: "study", filter: of("probability"), layout: { visibility: "none" },
    paint: { "line-color": ramp, "line-width": ["step", ["get", "share"], 1.2, 0.5, 2.5, 0.9, 4], "line-opacity": 0.9 },
  });
  map.addLayer({ id: "probability-names", type: "symbol", source: "study", filter: of("probability"), layout: { visibility: "none", "symbol-placement": "line", "text-field": ["get", "label"], "text-font": FONT, "text-size": 12 }, paint: words });
  map.addLayer({ id: "hits", type: "circle", source: "study", filter: of("hit"), layout: { visibility: "none" }, paint: { "circle-radius": 5, "circle-color": ["case", ["get", "sure"], "#4d5b69", "#ffffff"], "circle-stroke-color": ["case", ["get", "sure"], "#ffffff", "#4d5b69"], "circle-stroke-width": ["case", ["get", "sure"], 1.2, 2] } });
  map.addLayer({ id: "hit-names", type: "symbol", source: "study", filter: of("hit"), minzoom: 12, layout: { visibility: "none", "text-field": ["get", "label"], "text-font": FONT, "text-size": 11, "text-offset": [0, 0.9], "text-anchor": "top" }, paint: words });
  map.addLayer({ id: "marks", type: "circle", source: "study", filter: of("mark"), paint: { "circle-radius": 7, "circle-color": states, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } });
  map.addLayer({ id: "mark-names", type: "symbol", source: "study", filter: of("mark"), layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-offset": [0, 0.9], "text-anchor": "top" }, paint: words });
  map.addLayer({ id: "zone-numbers", type: "symbol", source: "study", filter: of("number"), layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 14, "symbol-sort-key": ["get", "rank"] }, paint: words });
  for (const id of ["zones", "marks", "hits"]) {
    map.on("click", id, (event) => {
      const p = event.features?.[0]?.properties;
      if (p) new Popup().setLngLat(event.lngLat).setHTML(`<h3>${escaped(p.label)}</h3>${p.note ? `<div>${escaped(p.note)}</div>` : ""}`).addTo(map);
    });
  }
}

function draw() {
  if (!study) return;
  const index = Number(slider.value);
  const frame = study.frames[index];
  /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (map.getSource("study"))?.setData({ type: "FeatureCollection", features: /** @type {any} */ (featuresAt(study, index)) });
  now.textContent = frame ? frame.words : whole;
  slider.setAttribute("aria-valuetext", now.textContent ?? "");
  for (const chart of document.querySelectorAll("figure.chart")) {
    const [from, to] = [Number(chart.getAttribute("data-from")), Number(chart.getAttribute("data-to"))];
    const inside = frame !== undefined && frame.minutes >= from && frame.minutes <= to;
    chart.classList.toggle("timed", inside);
    const cursor = chart.querySelector(".cursor");
    const grid = chart.querySelector(".grid");
    if (!inside || !cursor || !grid) continue;
    const [left, right] = [Number(grid.getAttribute("x1")), Number(grid.getAttribute("x2"))];
    const x = String(left + ((frame.minutes - from) / (to - from)) * (right - left));
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
  }
}

player(slider, play, { count: () => study?.frames.length ?? 0, draw, stepMs: STEP_MS });
for (const box of document.querySelectorAll(".layerswitch input")) {
  box.addEventListener("change", () => {
    const { value, checked } = /** @type {HTMLInputElement} */ (box);
    for (const id of SWITCHES[value]) map.setLayoutProperty(id, "visibility", checked ? "visible" : "none");
  });
}

map.once("load", async () => {
  const answer = await fetch(element.dataset.study ?? "");
  if (!answer.ok) return;
  study = await answer.json();
  if (!study) return;
  addLayers();
  slider.max = String(study.frames.length);
  slider.value = slider.max;
  get("timebar").hidden = study.frames.length < 2;
  const box = boxOf(featuresAt(study, study.frames.length));
  if (box) map.fitBounds(box, { padding: 40, maxZoom: 16, duration: 0 });
  else map.jumpTo({ center: spot, zoom: 10 });
  draw();
  document.body.setAttribute("data-study", String(study.frames.length));
});
