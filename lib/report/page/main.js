// @ts-check
/// <reference lib="dom" />
import { caseList, categoryBars, categoryDetail } from "./categories.js";
import { calm, h, themeButton } from "./dom.js";
import { createPlayer } from "./player.js";
import { summary } from "./summary.js";
import { uploader } from "./upload.js";

/** @typedef {import("../types.ts").ReportData} ReportData */

/** @type {ReportData} */
const data = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("data")).textContent ?? "");
const app = /** @type {HTMLElement} */ (document.getElementById("app"));
document.title = `IADNet: ${data.name}`;

const player = createPlayer(data), detail = categoryDetail();
const cases = caseList(data, (shown, chosen) => {
  player.open(shown);
  if (chosen) bringIntoSight(player.element);
});
const bars = categoryBars(data, (category) => choose(category, true));
const clipsTitle = h("h2"),
  clips = h(
    "section",
    { class: "card clips" },
    clipsTitle,
    h("div", { class: "stage" }, cases.element, player.element),
  );

/** @param {import("../types.ts").ShownCase} shown */
function showScored(shown) {
  clips.hidden = false;
  cases.mark(undefined);
  player.open(shown);
  bringIntoSight(player.element);
}

/** @param {import("../types.ts").ReportCategory} category @param {boolean} go Whether to bring it into sight. */
function choose(category, go) {
  bars.mark(category.category);
  detail.show(category);
  const count = cases.show(category.category), all = category.normals + category.anomalies;
  clipsTitle.textContent = `Clips of ${category.category}: ${count} of ${all} test clips shown`;
  clips.hidden = count === 0;
  if (!go) return;
  bringIntoSight(detail.element);
}

/** @param {HTMLElement} element */
function bringIntoSight(element) {
  const { top } = element.getBoundingClientRect();
  if (top >= 0 && top <= innerHeight * 0.6) return;
  element.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
}

app.append(
  summary(data, themeButton(() => player.redraw())),
  h(
    "main",
    {},
    data.live ? uploader(data, showScored) : null,
    h("div", { class: "two" }, bars.element, detail.element),
    clips,
  ),
  h(
    "footer",
    { class: "muted" },
    h(
      "p",
      {},
      `Made by @lab/iadnet ${data.version}. Data SHA-256 ${data.data.hash.slice(0, 16)}. ` +
        `Of ${data.ids.length} test clips this file holds ${
          new Set(data.cases.map(({ clip }) => clip)).size
        }.`,
    ),
    h(
      "p",
      {},
      "Keys: in a view, arrows turn, + and \u2212 zoom, 0 resets; space plays, comma and full stop step by frames.",
    ),
  ),
);
choose(data.categories[0], false);
