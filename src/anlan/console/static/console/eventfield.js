/** A field for the kind of event: words are typed, the code is sent. */
import { combobox } from "anlan/console/combobox.js";

const input = /** @type {HTMLInputElement} */ (document.getElementById("id_event_name"));
const code = /** @type {HTMLInputElement} */ (document.getElementById("id_event_code"));
combobox(input, (option) => (code.value = option.value));
input.addEventListener("input", () => (code.value = ""));

/** After 后退 the browser gives back the words, not the code: find the code of just these words. */
async function recover() {
  const words = input.value;
  if (!words || code.value) return;
  const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`);
  if (!answer.ok || input.value !== words) return;
  /** @type {{value: string, label: string}[]} */
  const options = (await answer.json()).options;
  code.value = options.find((option) => option.label === words)?.value ?? "";
}
addEventListener("pageshow", () => void recover().catch(() => {})); // offline the server says what is missing
