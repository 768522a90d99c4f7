/** What a package draws: areas of danger, units, hospitals, shelters, closures. */
import { Popup } from "maplibre-gl";
import { FONT, palette, scale, sized } from "anlan/console/citymap.js";
import { escaped } from "anlan/console/maplayers.js";

const AREAS = new Set(["zone", "envelope", "weather", "signal"]);
const RANKS = ["#b3261e", "#ef6c00", "#fbc02d"];
const SIGNALS = { red: "#d32f2f", orange: "#ef6c00", yellow: "#fbc02d", blue: "#1976d2" };
const KINDS = {
  facility: ["点", "#4d5b69"], unit: ["队", "#1d4e89"], hospital: ["医", "#1b6e3c"], shelter: ["避", "#00696b"], closure: ["禁", "#8c1d18"],
};

/**
 * Draw the collection; answers the function that draws it anew.
 * @param {import("maplibre-gl").Map} map
 * @param {string} url
 */
export function addPackage(map, url) {
  const ramp = /** @type {any} */ (["match", ["get", "rank"], 0, RANKS[0], 1, RANKS[1], RANKS[2]]);
  const signal = /** @type {any} */ (["match", ["get", "colour"], ...Object.entries(SIGNALS).flat(), "#4d5b69"]);
  const glyphs = /** @type {any} */ (["match", ["get", "kind"], ...Object.entries(KINDS).flatMap(([kind, [glyph]]) => [kind, glyph]), "·"]);
  const colours = /** @type {any} */ (["match", ["get", "kind"], ...Object.entries(KINDS).flatMap(([kind, [, colour]]) => [kind, colour]), "#4d5b69"]);
  const order = /** @type {any} */ (["match", ["get", "kind"], ...Object.keys(KINDS).flatMap((kind, at) => [kind, at]), 0]);
  const points = /** @type {any} */ (["==", ["geometry-type"], "Point"]);
  const named = /** @type {any} */ (["all", points, ["!=", ["get", "kind"], "closure"]]); // a closure is a sentence: on click
  /** @param {string} kind */
  const of = (kind) => /** @type {any} */ (["==", ["get", "kind"], kind]);
  map.addSource("package", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({ id: "signals", type: "fill", source: "package", filter: of("signal"), paint: { "fill-color": signal, "fill-opacity": 0.28 } });
  map.addLayer({ id: "signal-lines", type: "line", source: "package", filter: of("signal"), paint: { "line-color": signal, "line-width": 1.4 } });
  map.addLayer({ id: "weather", type: "line", source: "package", filter: of("weather"), paint: { "line-color": "#175c8f", "line-width": 3 } });
  map.addLayer({ id: "isolines", type: "line", source: "package", filter: of("isoline"), paint: { "line-color": palette().field, "line-width": 1.8, "line-opacity": 0.85 } });
  map.addLayer({
    id: "isoline-names", type: "symbol", source: "package", filter: of("isoline"),
    layout: { "symbol-placement": "line-center", "text-field": ["get", "label"], "text-font": FONT, "text-size": 12 * scale() },
    paint: { "text-color": palette().field, "text-halo-color": palette().halo, "text-halo-width": 1.8 },
  });
  map.addLayer({ id: "zones", type: "fill", source: "package", filter: of("zone"), paint: { "fill-color": ramp, "fill-opacity": 0.35 } });
  map.addLayer({ id: "zone-lines", type: "line", source: "package", filter: of("zone"), paint: { "line-color": ramp, "line-width": 2 } });
  map.addLayer({ id: "envelopes", type: "line", source: "package", filter: of("envelope"), paint: { "line-color": ramp, "line-width": 1.6, "line-dasharray": [3, 2] } });
  map.addLayer({ id: "warning", type: "line", source: "package", filter: of("warning"), paint: { "line-color": palette().text, "line-width": 2, "line-dasharray": [1, 1.5] } });
  map.addLayer({
    id: "package-points", type: "circle", source: "package", filter: points,
    layout: { "circle-sort-key": order },
    paint: {
      "circle-radius": sized(7, 2.5, 9.5, 7, 11, 9), "circle-color": colours,
      "circle-stroke-color": "#fff", "circle-stroke-width": sized(7, 0.5, 11, 1.5),
    },
  });
  map.addLayer({
    id: "package-glyphs", type: "symbol", source: "package", filter: points, minzoom: 9.5,
    layout: { "text-field": glyphs, "text-font": FONT, "text-size": sized(9.5, 9, 11, 11), "text-allow-overlap": true }, paint: { "text-color": "#fff" },
  });
  map.addLayer({
    id: "package-names", type: "symbol", source: "package", filter: named, minzoom: 11,
    layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12 * scale(), "text-offset": [0, 1.1], "text-anchor": "top" },
    paint: { "text-color": palette().text, "text-halo-color": palette().halo, "text-halo-width": 1.6 },
  });
  for (const id of ["signals", "zones", "package-points"]) {
    map.on("click", id, (event) => {
      const p = event.features?.[0]?.properties;
      if (p) new Popup().setLngLat(event.lngLat).setHTML(`<h3>${escaped(p.label)}</h3>${p.note ? `<div>${escaped(p.note)}</div>` : ""}`).addTo(map);
    });
  }
  return async () => {
    const answer = await fetch(url);
    if (!answer.ok) return [];
    const data = await answer.json();
    /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (map.getSource("package"))?.setData(data);
    return data.features;
  };
}

/**
 * Give the box around the areas: west, south, east, north; null without areas.
 * @param {{geometry: any, properties: any}[]} features
 * @returns {[number, number, number, number] | null}
 */
export function boxOf(features) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  /** @param {any} part */
  function walk(part) {
    if (typeof part[0] === "number") {
      [west, east] = [Math.min(west, part[0]), Math.max(east, part[0])];
      [south, north] = [Math.min(south, part[1]), Math.max(north, part[1])];
    } else part.forEach(walk);
  }
  for (const f of features) if (AREAS.has(f.properties.kind)) walk(f.geometry.coordinates);
  return west < east ? [west, south, east, north] : null;
}
