/** The page 一张图. */
import { cityMap, pageData } from "anlan/console/citymap.js";

const element = document.getElementById("map");
if (element) cityMap(element, pageData("map-extent"));
