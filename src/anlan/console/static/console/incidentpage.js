/** The page of an incident: its map, what the package draws, and the replay. */
import { cityMap, pageData, pin } from "anlan/console/citymap.js";
import { player } from "anlan/console/player.js";
import { ranked } from "anlan/console/replay.js";
import { addPackage, boxOf } from "anlan/console/zones.js";

const STEP_MS = 1200;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const get = (id) => /** @type {T} */ (document.getElementById(id));

const element = get("map");
const map = cityMap(element, pageData("map-extent"));
const spot = /** @type {[number, number]} */ ([Number(element.dataset.lon), Number(element.dataset.lat)]);
pin().setLngLat(spot).addTo(map);

const asked = document.getElementById(location.hash.slice(1));
if (asked instanceof HTMLDetailsElement) asked.open = true;

const slider = /** @type {HTMLInputElement} */ (get("replay"));
const now = get("replay-now");
const text = get("replay-text");
const play = get("replay-play");
const words = { now: now.textContent ?? "", play: play.textContent ?? "" };
/** @type {import("anlan/console/replay.js").Frame[]} */
let frames = [];
/** @type {any[]} */
let current = [];

const source = () => /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (map.getSource("package"));

function draw() {
  const at = Number(slider.value);
  const last = at >= frames.length;
  const frame = frames[at];
  source()?.setData({ type: "FeatureCollection", features: last ? current : ranked(frame.features) });
  now.textContent = last ? words.now : new Date(frame.time).toLocaleTimeString("zh-CN", { hour12: false });
  text.textContent = last ? "" : `${frame.actor}：${frame.sentence}`;
  for (const row of document.querySelectorAll("#timeline [data-at]")) {
    const later = !last && Date.parse(row.getAttribute("data-at") ?? "") > Date.parse(frame.time) + 999;
    row.classList.toggle("later", later);
  }
  slider.setAttribute("aria-valuetext", `${now.textContent} ${text.textContent}`);
}

async function loadFrames() {
  const answer = await fetch(element.dataset.replay ?? "");
  if (!answer.ok) return;
  const atEnd = Number(slider.value) >= frames.length;
  frames = (await answer.json()).frames;
  slider.max = String(frames.length);
  if (atEnd) slider.value = slider.max;
  document.body.setAttribute("data-replay", String(frames.length));
}

player(slider, play, { count: () => frames.length, draw, stepMs: STEP_MS });

map.once("load", async () => {
  const refresh = addPackage(map, element.dataset.package ?? "");
  current = await refresh();
  const box = boxOf(current);
  if (box) map.fitBounds(box, { padding: 40, maxZoom: 13, duration: 0 });
  else map.jumpTo({ center: spot, zoom: 11 });
  await loadFrames();
  const again = async () => {
    const fresh = await refresh();
    current = fresh;
    await loadFrames();
    draw();
  };
  for (const topic of ["package", "incident"]) document.body.addEventListener(`live:${topic}`, () => void again());
});
