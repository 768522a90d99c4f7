/** A field for the kind of event: words are typed, the code is sent. */
import { combobox } from "anlan/console/combobox.js";

const input = /** @type {HTMLInputElement} */ (document.getElementById("id_event_name"));
const code = /** @type {HTMLInputElement} */ (document.getElementById("id_event_code"));
combobox(input, (option) => (code.value = option.value));
input.addEventListener("input", () => (code.value = ""));
