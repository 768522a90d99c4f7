/** Layers of records and of what is happening, with the words beside every sign. */
import { Popup } from "maplibre-gl";
import { FONT, nothing, palette, scale, sized } from "anlan/console/citymap.js";

/** @typedef {import("maplibre-gl").Map} MapLibre */
/** @typedef {{key: string, tiles: string, open: string, halfLife: number, glyph: string, colour: string, label: string}} RecordLayer */

const GRADE_COLOURS = ["#d32f2f", "#ef6c00", "#fbc02d", "#1976d2"];

/**
 * Escape text for a popup.
 * @param {unknown} value
 */
export function escaped(value) {
  const box = document.createElement("span");
  box.textContent = String(value ?? "");
  return box.innerHTML;
}

/**
 * Add the layer of one record type, drawn from vector tiles: the server sends what lies in view.
 * @param {MapLibre} map
 * @param {RecordLayer} layer
 * @param {DOMStringMap} words
 */
export function addRecords(map, layer, words) {
  const id = `records-${layer.key}`;
  if (map.getSource(id)) return;
  map.addSource(id, { type: "vector", tiles: [location.origin + layer.tiles], minzoom: 5, maxzoom: 14 });
  const cutoff = Date.now() / 1000 - layer.halfLife;
  const known = ["to-number", ["get", "known_at"], 0];
  const faded = /** @type {any} */ (["case", ["<", known, cutoff], 0.4, 1]);
  const point = /** @type {any} */ (["==", ["geometry-type"], "Point"]);
  const source = { source: id, "source-layer": layer.key };
  map.addLayer({
    id: `${id}-lines`, type: "line", ...source, filter: ["!=", ["geometry-type"], "Point"],
    paint: { "line-color": layer.colour, "line-width": 2.5, "line-opacity": faded },
  });
  map.addLayer({
    id, type: "circle", ...source, filter: point,
    paint: {
      "circle-color": layer.colour, "circle-opacity": faded,
      "circle-radius": sized(8, 4, 10, 7, 13, 12),
      "circle-stroke-color": "#fff", "circle-stroke-width": sized(8, 0.8, 13, 1.6),
    },
  });
  map.addLayer({
    id: `${id}-glyphs`, type: "symbol", ...source, filter: point, minzoom: 9.6,
    layout: {
      "text-field": layer.glyph, "text-font": FONT, "text-allow-overlap": true, "text-ignore-placement": true,
      "text-size": sized(9.6, 8, 13, 14),
    },
    paint: { "text-color": "#fff", "text-opacity": faded },
  });
  map.addLayer({
    id: `${id}-names`, type: "symbol", ...source, filter: point, minzoom: 12.5,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12 * scale(), "text-offset": [0, 1.3], "text-anchor": "top" },
    paint: { "text-color": palette().text, "text-halo-color": palette().halo, "text-halo-width": 1.5 },
  });
  for (const part of [id, `${id}-lines`]) {
    map.on("click", part, (event) => {
      const found = event.features?.[0];
      if (!found) return;
      const p = found.properties;
      const at = Number(p.known_at);
      const notes = [p.synthetic && words.wordsSynthetic, !(at >= cutoff) && words.wordsStale].filter(Boolean);
      new Popup({ maxWidth: "18rem" }).setLngLat(event.lngLat).setHTML(
        `<h3><a href="${layer.open}${Number(found.id)}/">${escaped(p.name ?? layer.label)}</a></h3><div>${escaped(layer.label)}</div>` +
        (at ? `<div>${escaped(words.wordsAt)}：${escaped(minute(at))}</div>` : "") + notes.map((n) => `<div><b>${escaped(n)}</b></div>`).join(""),
      ).addTo(map);
    });
    pointer(map, part);
  }
}

/** Write a time of the tiles [s since 1970] as the pages do. @param {number} at */
function minute(at) {
  const local = new Date((at - new Date(at * 1000).getTimezoneOffset() * 60) * 1000);
  return local.toISOString().slice(0, 16).replace("T", " ");
}

/** Show or hide a record type. @param {MapLibre} map @param {string} key @param {boolean} on */
export function showRecords(map, key, on) {
  for (const part of ["", "-lines", "-glyphs", "-names"]) {
    const id = `records-${key}${part}`;
    if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", on ? "visible" : "none");
  }
}

/** @param {MapLibre} map @param {string} id */
function pointer(map, id) {
  map.on("mouseenter", id, () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", id, () => (map.getCanvas().style.cursor = ""));
}

/**
 * Add open incidents and undecided reports; refresh with the function it gives.
 * @param {MapLibre} map
 * @param {string} url
 * @param {DOMStringMap} words
 */
export function addOperations(map, url, words) {
  map.addSource("operations", { type: "geojson", data: nothing() });
  map.addLayer({
    id: "operations", type: "circle", source: "operations",
    paint: {
      "circle-radius": 13 * scale(), "circle-stroke-color": "#fff", "circle-stroke-width": 2.5,
      "circle-color": ["case", ["==", ["get", "kind"], "report"], "#8a4b00",
        ["match", ["to-number", ["get", "grade"], 0], 1, GRADE_COLOURS[0], 2, GRADE_COLOURS[1], 3, GRADE_COLOURS[2], 4, GRADE_COLOURS[3], "#b3261e"]],
    },
  });
  map.addLayer({
    id: "operations-signs", type: "symbol", source: "operations",
    layout: { "text-field": ["case", ["==", ["get", "kind"], "report"], "?", "!"], "text-font": FONT, "text-size": 17 * scale(), "text-allow-overlap": true },
    paint: { "text-color": ["case", ["in", ["to-number", ["get", "grade"], 0], ["literal", [2, 3]]], "#1a1205", "#fff"] },
  });
  map.addLayer({
    id: "operations-names", type: "symbol", source: "operations",
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13 * scale(), "text-offset": [0, 1.5], "text-anchor": "top", "text-max-width": 14 },
    paint: { "text-color": palette().text, "text-halo-color": palette().halo, "text-halo-width": 2 },
  });
  map.on("click", "operations", (event) => {
    const p = event.features?.[0]?.properties;
    if (!p) return;
    const what = p.kind === "report" ? words.wordsReport : words.wordsIncident;
    new Popup().setLngLat(event.lngLat).setHTML(
      `<h3>${escaped(p.name)}</h3><div>${escaped(what)} · ${escaped(p.type)}</div><div><a href="/${p.kind}s/${Number(p.id)}/">${escaped(words.wordsOpen)}</a></div>`,
    ).addTo(map);
  });
  pointer(map, "operations");
  const refresh = async () => {
    const answer = await fetch(url);
    const source = /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (map.getSource("operations"));
    if (answer.ok) source?.setData(await answer.json());
  };
  return refresh;
}
