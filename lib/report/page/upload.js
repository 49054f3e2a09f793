// @ts-check
/// <reference lib="dom" />
import { caseButton } from "./cases.js";
import { h } from "./dom.js";

/** @import { Alpha } from "./alpha.js" */
/** @import { PlayedClip, ReportData, Scored, ShownCase } from "../types.ts" */

/** Drop zone and button for a clip's file, which is scored at once and shown in the player.
 *
 * @param {ReportData} data The scored clips are added to its clips. @param {Alpha} alpha
 * @param {(shown: ShownCase) => void} onScored */
export function uploader(data, alpha, onScored) {
  /** @type {ReturnType<typeof caseButton>[]} */
  let buttons = [];
  alpha.onChange(() => {
    for (const { mark } of buttons) mark();
  });
  const picker = h("input", {
    type: "file",
    id: "file",
    onchange: () => {
      send(picker.files?.[0]);
      picker.value = "";
    },
  });
  const names = data.categories.map(({ category }) => h("option", { value: category }, category));
  const which = h("select", { id: "which" }, h("option", { value: "" }, "every category"), ...names);
  const status = h("p.status", { role: "status" }), table = h("div.scored");
  const over = (/** @type {DragEvent} */ event, /** @type {boolean} */ isOver) => {
    event.preventDefault();
    element.classList.toggle("over", isOver);
  };
  const element = h(
    "section.card.drop",
    {
      "aria-labelledby": "drop-title",
      ondragover: (event) => over(event, true),
      ondragleave: (event) => over(event, false),
      ondrop: (event) => {
        over(event, false);
        send(event.dataTransfer?.files[0]);
      },
    },
    h("h2", { id: "drop-title" }, "Score your own clip"),
    h("p.muted", "Drop a file here: SBU text, NTU .skeleton, CSV, Parquet, .npy, .npz or zip."),
    h("div.controls", h("label.file", "Choose a file", picker), h("label.muted", "Score with ", which)),
    status,
    table,
  );

  /** @param {string} text @param {boolean} [bad] */
  function say(text, bad = false) {
    status.textContent = text;
    status.classList.toggle("bad", bad);
  }

  /** @param {File | undefined} file */
  async function send(file) {
    if (!file) return;
    table.replaceChildren();
    say(`Scoring ${file.name} \u2026`);
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
    say(`${name}: ${cases.length} ${cases.length === 1 ? "score" : "scores"}${left ? `. ${left}` : ""}`);
    buttons = cases.map((scored) => {
      const { nearest } = scored;
      const shown = {
        ...scored,
        clip: first + scored.clip,
        ...(nearest && { nearest: { ...nearest, clip: first + nearest.clip } }),
      };
      const button = caseButton(shown, alpha, shown.category, data.clips[shown.clip].id, () => {
        for (const { element } of buttons) {
          element.setAttribute("aria-pressed", String(element === button.element));
        }
        onScored(shown);
      });
      return button;
    });
    table.replaceChildren(...buttons.map(({ element }) => element));
    buttons[0]?.element.click();
  }

  return element;
}
