/** A text field that offers what fits: `data-suggest` names the address, the list follows ARIA 1.2. */

/** @typedef {{value: string, label: string, note: string, lon?: number, lat?: number}} Option */

const WAIT_MS = 160;

/**
 * Make a field offer suggestions.
 * @param {HTMLInputElement} input
 * @param {(option: Option) => void} choose
 */
export function combobox(input, choose) {
  const list = /** @type {HTMLUListElement} */ (document.getElementById(input.getAttribute("aria-controls") ?? ""));
  /** @type {Option[]} */
  let options = [];
  let active = -1;
  let timer = 0;
  let asked = 0;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  function mark(index) {
    active = options.length ? (index + options.length) % options.length : -1;
    [...list.children].forEach((row, k) => row.setAttribute("aria-selected", String(k === active)));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {number} index */
  function take(index) {
    const option = options[index];
    if (!option) return;
    input.value = option.label;
    close();
    choose(option);
  }

  function draw() {
    list.replaceChildren(
      ...options.map((option, k) => {
        const row = document.createElement("li");
        row.id = `${list.id}-${k}`;
        row.setAttribute("role", "option");
        const note = document.createElement("small");
        note.textContent = option.note;
        row.append(option.label, note);
        row.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(k);
        });
        return row;
      }),
    );
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(0);
  }

  async function ask() {
    const query = input.value.trim();
    const turn = ++asked;
    if (!query) return close();
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(query)}`);
      if (!answer.ok || turn !== asked || document.activeElement !== input) return;
      options = (await answer.json()).options;
      draw();
    } catch {
      close(); // offline: typing goes on, the draft is kept
    }
  }

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if ((event.key === "Enter" && !event.ctrlKey) || event.key === "Tab") {
      if (event.key === "Enter") event.preventDefault();
      take(active);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", close);
}
