/** The page of a warning: its area on the map. */
import { cityMap, pageData } from "anlan/console/citymap.js";
import { addPackage, boxOf } from "anlan/console/zones.js";

const element = document.getElementById("map");
if (element) {
  const map = cityMap(element, pageData("map-extent"));
  map.once("load", async () => {
    const box = boxOf(await addPackage(map, element.dataset.package ?? "")());
    if (box) map.fitBounds(box, { padding: 30, maxZoom: 13, duration: 0 });
  });
}
