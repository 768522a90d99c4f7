/** A small map with one marked place. */
import { cityMap, pageData, pin } from "anlan/console/citymap.js";

const element = document.getElementById("map");
if (element) {
  const map = cityMap(element, pageData("map-extent"));
  const spot = /** @type {[number, number]} */ ([Number(element.dataset.lon), Number(element.dataset.lat)]);
  pin().setLngLat(spot).addTo(map);
  map.once("load", () => map.easeTo({ center: spot, zoom: 11.5, duration: 0 }));
}
