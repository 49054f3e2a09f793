// @ts-check
/// <reference lib="dom" />
import { alarmSection } from "./alarms.js";
import { caseList, categoryBars, categoryDetail } from "./categories.js";
import { calm, h, themeButton } from "./dom.js";
import { createPlayer } from "./player.js";
import { summary } from "./summary.js";
import { uploader } from "./upload.js";

/** @import { ReportCategory, ReportData, ShownCase } from "../types.ts" */

/** @type {ReportData} */
const data = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("data")).textContent ?? "");
const app = /** @type {HTMLElement} */ (document.getElementById("app"));
document.title = `${data.title}: ${data.name}`;

const player = createPlayer(data), detail = categoryDetail(data);
const cases = caseList(data, (shown, chosen) => {
  player.open(shown);
  if (chosen) reveal(player.element);
});
const bars = categoryBars(data, (category) => choose(category, true));
const clipsTitle = h("h2");
const clips = h("section.card", clipsTitle, h("div.stage", cases.element, player.element));

/** @param {ShownCase} shown */
function showScored(shown) {
  clips.hidden = false;
  cases.mark(undefined);
  player.open(shown);
  reveal(player.element);
}

/** @param {ReportCategory} category @param {boolean} go Whether to scroll to it. */
function choose(category, go) {
  bars.mark(category);
  detail.show(category);
  const count = cases.show(category.category), all = category.normals + category.anomalies;
  clipsTitle.textContent = `Clips of ${category.category}: ${count} of ${all} test clips shown`;
  clips.hidden = count === 0;
  if (go) reveal(detail.element);
}

/** @param {HTMLElement} element */
function reveal(element) {
  const { top } = element.getBoundingClientRect();
  if (top >= 0 && top <= innerHeight * 0.6) return;
  element.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
}

const shown = new Set(data.cases.map(({ clip }) => clip)).size;
const about = `Made by @lab/iadnet ${data.version}. Data SHA-256 ${data.data.hash.slice(0, 16)}. ` +
  `This file contains ${shown} of ${data.ids.length} test clips.`;
const keys = "Keys: in a view, the arrows turn it, + and \u2212 zoom, 0 resets it. " +
  "Space plays; comma and full stop step by a frame.";
app.append(
  summary(data, themeButton(() => player.redraw())),
  h(
    "main",
    data.live ? uploader(data, showScored) : null,
    h("div.two", bars.element, detail.element),
    alarmSection(data),
    clips,
  ),
  h("footer.muted", h("p", about), h("p", keys)),
);
choose(data.categories[0], false);
