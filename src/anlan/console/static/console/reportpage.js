/** Entering a report: suggestions, the place on the map, possible duplicates, the draft. */
import { cityMap, pageData } from "anlan/console/citymap.js";
import { combobox } from "anlan/console/combobox.js";
import { dropDraft, fill, loadDraft, saveDraft } from "anlan/console/draft.js";
import { placeField } from "anlan/console/placefield.js";

const TELLING = ["text", "event_name", "place", "reporter_name", "reporter_phone", "injured", "deaths"];
const LOOK_MS = 500;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const get = (id) => /** @type {T} */ (document.getElementById(id));

const form = /** @type {HTMLFormElement} */ (get("report-form"));
const [lon, lat] = [/** @type {HTMLInputElement} */ (get("id_longitude")), /** @type {HTMLInputElement} */ (get("id_latitude"))];
const code = /** @type {HTMLInputElement} */ (get("id_event_code"));

const map = cityMap(get("map"), pageData("map-extent"));
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

function changed() {
  saveDraft(form, TELLING);
  look();
}

const setPlace = placeField(map, changed);
combobox(get("id_event_name"), (option) => {
  code.value = option.value;
  code.dispatchEvent(new Event("change", { bubbles: true }));
  changed();
});
get("id_event_name").addEventListener("input", () => (code.value = ""));
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
      const asked = new URLSearchParams({ event_code: code.value, "hazard-kind": draft["hazard-kind"] ?? "" });
      const answer = await fetch(`/reports/hazard-fields/?${asked}`).catch(() => null);
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
