// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { scoreText } from "./numbers.js";

/** @typedef {import("../types.ts").ReportData} ReportData */
/** @typedef {import("../types.ts").ShownCase} ShownCase */
/** @typedef {import("../types.ts").Scored} Scored */

/** Drop zone and button for a clip's file, which is scored at once and shown in the player.
 *
 * @param {ReportData} data The scored clips are added to its clips. @param {(shown: ShownCase) => void} onScored */
export function uploader(data, onScored) {
  const which = h(
    "select",
    { id: "which" },
    h("option", { value: "" }, "every category"),
    ...data.categories.map(({ category }) => h("option", { value: category }, category)),
  );
  const picker = h("input", {
    type: "file",
    id: "file",
    onchange: () => {
      const file = picker.files?.[0];
      if (file) send(file);
      picker.value = "";
    },
  });
  const status = h("p", { class: "status", role: "status" }), table = h("div", { class: "scored" });
  const element = h(
    "section",
    {
      class: "card drop",
      "aria-labelledby": "drop-title",
      ondragover: hover,
      ondragleave: leave,
      ondrop: drop,
    },
    h("h2", { id: "drop-title" }, "Score your own clip"),
    h(
      "p",
      { class: "muted" },
      "Drop a file here: SBU text, NTU .skeleton, CSV, Parquet, .npy, .npz or zip.",
    ),
    h(
      "div",
      { class: "controls" },
      h("label", { class: "file" }, "Choose a file", picker),
      h("label", { class: "muted" }, "Score with ", which),
    ),
    status,
    table,
  );

  /** @param {DragEvent} event */
  function hover(event) {
    event.preventDefault();
    element.classList.add("over");
  }

  function leave() {
    element.classList.remove("over");
  }

  /** @param {DragEvent} event */
  function drop(event) {
    event.preventDefault();
    leave();
    const file = event.dataTransfer?.files[0];
    if (file) send(file);
  }

  /** @param {string} text @param {boolean} bad */
  function say(text, bad) {
    status.textContent = text;
    status.classList.toggle("bad", bad);
  }

  /** @param {File} file */
  async function send(file) {
    table.replaceChildren();
    say(`Scoring ${file.name} \u2026`, false);
    const query = new URLSearchParams({ name: file.name, category: which.value });
    try {
      const response = await fetch(`score?${query}`, { method: "POST", body: file });
      const answer = await response.json();
      if (!response.ok) return say(answer.error, true);
      show(answer, file.name);
    } catch {
      say(`Cannot score ${file.name}: the server does not answer, or the file is too large`, true);
    }
  }

  /** @param {Scored} scored @param {string} name */
  function show({ clips, cases, skeletons, left }, name) {
    const first = data.clips.length;
    /** @type {PlayedClip[]} */ (data.clips).push(...clips);
    Object.assign(data.skeletons, skeletons);
    const moved = cases.map((shown) => ({
      ...shown,
      clip: shown.clip + first,
      ...(shown.nearest && { nearest: { ...shown.nearest, clip: shown.nearest.clip + first } }),
    }));
    say(
      `${name}: ${cases.length} ${cases.length === 1 ? "score" : "scores"}${left ? `. ${left}` : ""}`,
      false,
    );
    const buttons = moved.map((shown) => {
      return h(
        "button",
        { type: "button", class: "case", onclick: (event) => choose(event.currentTarget, shown) },
        h("span", { class: "id" }, shown.category, h("small", {}, data.clips[shown.clip].id)),
        h(
          "span",
          { class: "number" },
          scoreText(shown.score),
          h("small", {}, shown.alarm ? "alarm" : "\u00a0"),
        ),
      );
    });
    table.replaceChildren(...buttons);
    if (moved.length > 0) choose(buttons[0], moved[0]);
  }

  /** @param {HTMLElement} button @param {ShownCase} shown */
  function choose(button, shown) {
    for (const other of table.children) other.setAttribute("aria-pressed", String(other === button));
    onScored(shown);
  }

  return element;
}

/** @typedef {import("../types.ts").PlayedClip} PlayedClip */
