/** Asking for a study: the place on the map. */
import { cityMap, pageData } from "anlan/console/citymap.js";
import { placeField } from "anlan/console/placefield.js";

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

const map = cityMap(/** @type {HTMLElement} */ (document.getElementById("map")), pageData("map-extent"));
const set = placeField(map, () => {});
const [lon, lat] = [field("id_longitude"), field("id_latitude")];
if (lon.value && lat.value) set(Number(lon.value), Number(lat.value), true);
document.body.setAttribute("data-entry", "ready");
