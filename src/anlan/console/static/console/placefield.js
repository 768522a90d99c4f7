/** A place that is chosen by name, by coordinates or on the map: one rule for every form that asks for one. */
import { pin } from "anlan/console/citymap.js";
import { combobox } from "anlan/console/combobox.js";
import { coordinates } from "anlan/console/coordinates.js";

/** @template {HTMLElement} T @param {string} id @returns {T} */
const get = (id) => /** @type {T} */ (document.getElementById(id));

/**
 * Join the fields `id_place`, `id_longitude` and `id_latitude` with a map.
 * @param {import("maplibre-gl").Map} map
 * @param {() => void} changed told after every change
 * @returns {(longitude: number, latitude: number, fly?: boolean) => void} sets the place
 */
export function placeField(map, changed) {
  const [lon, lat] = [/** @type {HTMLInputElement} */ (get("id_longitude")), /** @type {HTMLInputElement} */ (get("id_latitude"))];
  const place = /** @type {HTMLInputElement} */ (get("id_place"));
  const marker = pin(true);

  /** @param {number} longitude @param {number} latitude @param {boolean} [fly] */
  function set(longitude, latitude, fly = false) {
    lon.value = longitude.toFixed(5);
    lat.value = latitude.toFixed(5);
    marker.setLngLat([longitude, latitude]).addTo(map);
    if (fly) map.easeTo({ center: [longitude, latitude], zoom: Math.max(map.getZoom(), 12), duration: 300 });
    changed();
  }

  map.on("click", (event) => set(event.lngLat.lng, event.lngLat.lat));
  marker.on("dragend", () => set(marker.getLngLat().lng, marker.getLngLat().lat));
  combobox(place, (option) => {
    if (option.lon !== undefined && option.lat !== undefined) set(option.lon, option.lat, true);
  });
  place.addEventListener("change", () => {
    const found = coordinates(place.value);
    if (!found) return;
    place.value = ""; // the name of a place is not its coordinates
    set(found[0], found[1], true);
  });
  for (const field of [lon, lat]) {
    field.addEventListener("change", () => {
      if (lon.value && lat.value) set(Number(lon.value), Number(lat.value), true);
    });
  }
  return set;
}
