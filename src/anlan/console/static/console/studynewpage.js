/** Asking for a study: the place on the map. */
import { cityMap, pageData } from "anlan/console/citymap.js";
import { placeField } from "anlan/console/placefield.js";

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

const map = cityMap(/** @type {HTMLElement} */ (document.getElementById("map")), pageData("map-extent"));
const [lon, lat] = [field("id_longitude"), field("id_latitude")];
const here = document.getElementById("here");
/** Offer to begin with what the register knows at the chosen place. */
function offerHere() {
  const link = here?.querySelector("a");
  if (!here || !link || !lon.value || !lat.value) return;
  const asked = new URL(link.href, location.href);
  for (const [key, value] of [["longitude", lon.value], ["latitude", lat.value], ["place", field("id_place").value]]) asked.searchParams.set(key, value);
  link.href = asked.pathname + asked.search;
  here.hidden = false;
}
const set = placeField(map, offerHere);
if (lon.value && lat.value) set(Number(lon.value), Number(lat.value), true);
document.body.setAttribute("data-entry", "ready");
