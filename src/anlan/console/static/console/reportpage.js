/** Entering a report: suggestions, the place on the map, possible duplicates, the draft. */
import { cityMap, pageData, pin } from "anlan/console/citymap.js";
import { combobox } from "anlan/console/combobox.js";
import { coordinates } from "anlan/console/coordinates.js";
import { dropDraft, fill, loadDraft, saveDraft } from "anlan/console/draft.js";

const TELLING = ["text", "event_name", "place", "reporter_name", "reporter_phone", "injured", "deaths"];
const LOOK_MS = 500;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const get = (id) => /** @type {T} */ (document.getElementById(id));

const form = /** @type {HTMLFormElement} */ (get("report-form"));
const [lon, lat] = [/** @type {HTMLInputElement} */ (get("id_longitude")), /** @type {HTMLInputElement} */ (get("id_latitude"))];
const place = /** @type {HTMLInputElement} */ (get("id_place"));
const code = /** @type {HTMLInputElement} */ (get("id_event_code"));

const map = cityMap(get("map"), pageData("map-extent"));
const marker = pin(true);
let looking = 0;

/** Ask for possible duplicates once place, time and kind are there. */
function look() {
  window.clearTimeout(looking);
  looking = window.setTimeout(() => void lookNow(), LOOK_MS);
}

async function lookNow() {
  const box = get("duplicates");
  if (!lon.value || !lat.value || !code.value) return;
  const address = new URL(box.dataset.url ?? "", location.href);
  const entries = new FormData(form);
  for (const name of ["longitude", "latitude", "event_code", "occurred_at", "reporter_phone"]) {
    address.searchParams.set(name, String(entries.get(name) ?? ""));
  }
  const answer = await fetch(address).catch(() => null);
  if (answer?.ok && !answer.redirected) box.innerHTML = await answer.text();
}

/** @param {number} longitude @param {number} latitude @param {boolean} [fly] */
function setPlace(longitude, latitude, fly = false) {
  lon.value = longitude.toFixed(5);
  lat.value = latitude.toFixed(5);
  marker.setLngLat([longitude, latitude]).addTo(map);
  if (fly) map.easeTo({ center: [longitude, latitude], zoom: Math.max(map.getZoom(), 12), duration: 300 });
  changed();
}

function changed() {
  saveDraft(form, TELLING);
  look();
}

map.on("click", (event) => setPlace(event.lngLat.lng, event.lngLat.lat));
marker.on("dragend", () => setPlace(marker.getLngLat().lng, marker.getLngLat().lat));

combobox(place, (option) => {
  if (option.lon !== undefined && option.lat !== undefined) setPlace(option.lon, option.lat, true);
});
place.addEventListener("change", () => {
  const found = coordinates(place.value);
  if (!found) return;
  place.value = ""; // the name of a place is not its coordinates
  setPlace(found[0], found[1], true);
});
combobox(get("id_event_name"), (option) => {
  code.value = option.value;
  code.dispatchEvent(new Event("change", { bubbles: true }));
  changed();
});
get("id_event_name").addEventListener("input", () => (code.value = ""));
for (const field of [lon, lat]) {
  field.addEventListener("change", () => {
    if (lon.value && lat.value) setPlace(Number(lon.value), Number(lat.value), true);
  });
}
form.addEventListener("input", changed);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  saveDraft(form, TELLING);
  const button = /** @type {HTMLButtonElement | null} */ (form.querySelector("button.go"));
  button?.setAttribute("disabled", "");
  try {
    // Asked first, so that a lost line costs nothing: the form stays as it is.
    const alive = await fetch("/health/", { cache: "no-store" });
    if (!alive.ok) throw new Error(String(alive.status));
    sessionStorage.setItem("anlan-sent", form.dataset.draft ?? "");
    form.submit();
  } catch {
    get("draft-offline").hidden = false;
    button?.removeAttribute("disabled");
  }
});

get("draft-drop").addEventListener("click", () => {
  dropDraft(form);
  location.reload();
});

/** Put a stored draft back, unless the server has just answered this form with its errors. */
async function restore() {
  const answered = document.querySelector(".notice.error[role=alert]:not([hidden])") !== null;
  const draft = answered ? null : loadDraft(form);
  if (draft) {
    fill(form, draft);
    if (code.value) {
      const answer = await fetch(`/reports/hazard-fields/?event_code=${encodeURIComponent(code.value)}`).catch(() => null);
      if (answer?.ok && !answer.redirected) {
        get("hazard").outerHTML = await answer.text();
        fill(form, draft);
      }
    }
    get("draft-restored").hidden = false;
  }
  if (lon.value && lat.value) setPlace(Number(lon.value), Number(lat.value), true);
}

await restore();
document.body.setAttribute("data-entry", "ready");
