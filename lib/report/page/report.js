// @ts-check
/// <reference lib="dom" />
import { alarmSection } from "./alarms.js";
import { createAlpha } from "./alpha.js";
import { caseList } from "./cases.js";
import { categoryBars } from "./category_bars.js";
import { categoryDetail } from "./category_detail.js";
import { clipScores } from "./clip_scores.js";
import { clipTable } from "./clip_table.js";
import { calm, h, themeButton } from "./dom.js";
import { linkTo, parseLink } from "./link.js";
import { liveSection } from "./live.js";
import { matrixSection } from "./matrix.js";
import { createPlayer } from "./player.js";
import { unpackRows } from "./rows.js";
import { summary } from "./summary.js";
import { uploader } from "./upload.js";

/** @import { ReportCategory, ReportData, ShownCase } from "../types.ts" */

/** Show a run.
 *
 * @param {ReportData} data @param {HTMLElement} app Where. */
export function showReport(data, app) {
  document.title = `${data.title}: ${data.name}`;
  const rows = unpackRows(data), alpha = createAlpha(data.alpha, data.categories);
  alpha.element.hidden = rows.every(({ p }) => p === undefined);
  const player = createPlayer(data, rows, alpha), detail = categoryDetail(data, rows, alpha);
  const cases = caseList(data, alpha, (shown) => {
    play(shown);
    setLink({ clip: data.clips[shown.clip].id, model: shown.category });
    reveal(player.element);
  });
  const bars = categoryBars(data, (category) => {
    choose(category);
    setLink(undefined);
    reveal(detail.element);
  });
  const table = clipTable(data, rows, alpha), scores = clipScores(data, rows, alpha);
  const matrix = matrixSection(data, rows, (model) => {
    const category = data.categories.find((own) => own.category === model);
    if (category) choose(category);
    setLink(undefined);
    reveal(detail.element);
  });
  const clipsTitle = h("h2"),
    clips = h("section.card", clipsTitle, h("div.stage", cases.element, player.element));
  const live = data.stream && liveSection(data, data.stream, alpha);
  /** @type {ReportCategory | undefined} */
  let chosen;

  /** @param {ReportCategory} category */
  function choose(category) {
    chosen = category;
    bars.mark(category);
    detail.show(category);
    table.show(category.category);
    const first = cases.show(category.category), all = category.normals + category.anomalies;
    const count = data.cases.filter(({ category: own }) => own === category.category).length;
    clipsTitle.textContent = `Clips of ${category.category}: ${count} of ${all} test clips explained`;
    clips.hidden = !first;
    if (first) play(first);
  }

  /** @param {ShownCase} shown */
  function play(shown) {
    clips.hidden = false;
    cases.mark(shown);
    player.open(shown);
  }

  /** The clip of a link as something to play; undefined if its motion is not part of this file.
   *
   * @param {string} id @param {string} model @returns {ShownCase | undefined} */
  function caseOf(id, model) {
    const own = data.cases.find(({ clip, category }) => data.clips[clip].id === id && category === model);
    const row = rows.find((row) => row.id === id && row.model === model);
    const clip = data.clips.findIndex((clip) => clip.id === id);
    if (own || !row || clip < 0) return own;
    const { score, p } = row, smallestP = chosen?.smallestP;
    return { clip, category: model, kind: "other", score, p, smallestP };
  }

  /** Open the clip that the address names, if it names one. */
  function openLink() {
    const link = parseLink(location.hash);
    if (!link) return setLink(undefined);
    const known = rows.filter(({ id, model }) => id === link.clip && (link.model ?? model) === model);
    const own = known.find(({ anomalous }) => !anomalous) ?? known[0]; // its own category's detector, if none is named
    const category = data.categories.find((category) => category.category === own?.model);
    if (!own || !category) {
      scores.show(link);
      return reveal(scores.element);
    }
    if (category !== chosen) choose(category);
    const shown = caseOf(own.id, own.model);
    if (shown) play(shown);
    else clips.hidden = true;
    setLink({ clip: own.id, model: own.model });
    reveal(shown ? player.element : scores.element);
  }

  /** Mark the clip that is open, and keep it in the address.
   *
   * @param {{ clip: string, model: string } | undefined} link */
  function setLink(link) {
    table.mark(link);
    scores.show(link);
    const hash = link ? linkTo(link) : "";
    if (location.hash !== hash) history.replaceState(null, "", hash || location.pathname + location.search);
  }

  app.append(
    summary(
      data,
      themeButton(() => {
        player.redraw();
        live?.redraw();
      }),
    ),
    alpha.element,
    h(
      "main",
      live?.element ?? null,
      data.live
        ? uploader(data, alpha, (shown) => {
          play(shown);
          setLink(undefined);
          reveal(player.element);
        })
        : null,
      h("div.two", bars.element, detail.element),
      alarmSection(data, rows, alpha),
      matrix,
      table.element,
      clips,
      scores.element,
    ),
    footer(data),
  );
  choose(data.categories[0]);
  openLink();
  addEventListener("hashchange", openLink);
}

/** @param {ReportData} data */
function footer(data) {
  const ids = new Set(data.ids),
    played = new Set(data.clips.map(({ id }) => id).filter((id) => ids.has(id))).size;
  const about = `Made by @lab/iadnet ${data.version}. Data SHA-256 ${data.data.hash.slice(0, 16)}. ` +
    `This file contains the motion of ${played} of ${data.ids.length} test clips.`;
  const keys = "Keys: in a view, the arrows turn it, + and \u2212 zoom, 0 resets it. " +
    "Space plays; comma and full stop step by a frame.";
  return h("footer.muted", h("p", about), h("p", keys));
}

/** Scroll to an element that is not in sight.
 *
 * @param {HTMLElement} element */
function reveal(element) {
  const { top } = element.getBoundingClientRect();
  if (top >= 0 && top <= innerHeight * 0.6) return;
  element.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
}
