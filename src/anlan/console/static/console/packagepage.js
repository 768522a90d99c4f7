/** The page of a package: its map beside its parts. */
import { cityMap, pageData, pin } from "anlan/console/citymap.js";
import { startDecisions } from "anlan/console/decisions.js";
import { addPackage, boxOf } from "anlan/console/zones.js";

startDecisions();

const element = document.getElementById("map");
if (element) {
  const map = cityMap(element, pageData("map-extent"));
  const spot = /** @type {[number, number]} */ ([Number(element.dataset.lon), Number(element.dataset.lat)]);
  pin().setLngLat(spot).addTo(map);
  map.once("load", async () => {
    const features = await addPackage(map, element.dataset.package ?? "")();
    const box = boxOf(features);
    if (box) map.fitBounds(box, { padding: 40, maxZoom: 13.5, duration: 0 });
    else map.jumpTo({ center: spot, zoom: 11 });
    document.body.setAttribute("data-zones", String(features.length));
  });
}
