/** The page of one record: where it is. */
import { LngLatBounds, Marker } from "maplibre-gl";
import { cityMap, pageData } from "anlan/console/citymap.js";

/** All positions of a geometry. @param {any} coordinates @returns {[number, number][]} */
export function positions(coordinates) {
  return typeof coordinates[0] === "number" ? [[coordinates[0], coordinates[1]]] : coordinates.flatMap(positions);
}

const element = document.getElementById("map");
const shape = element && pageData("record-shape");
if (element && shape) {
  const points = positions(shape.coordinates);
  const bounds = points.reduce((box, point) => box.extend(point), new LngLatBounds(points[0], points[0]));
  const map = cityMap(element, pageData("map-extent"));
  map.once("load", () => {
    if (shape.type === "Point") {
      new Marker({ color: "#c62828" }).setLngLat(points[0]).addTo(map);
      map.jumpTo({ center: points[0], zoom: 12 });
      return;
    }
    map.addSource("record", { type: "geojson", data: { type: "Feature", geometry: shape, properties: {} } });
    map.addLayer({ id: "record", type: "line", source: "record", paint: { "line-color": "#c62828", "line-width": 3 } });
    map.fitBounds(bounds, { padding: 40, maxZoom: 14, animate: false });
  });
}
