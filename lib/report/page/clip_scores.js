// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { linkTo } from "./link.js";
import { pText, scoreText } from "./numbers.js";
import { alarmBadge } from "./verdict.js";

/** @import { ReportCategory, ReportData } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */
/** @import { Row } from "./rule.js" */

/** What every detector makes of the clip that is chosen.
 *
 * @param {ReportData} data @param {readonly Row[]} rows @param {Alpha} alpha */
export function clipScores(data, rows, alpha) {
  const title = h("h2", { id: "clip-title" }), about = h("p.muted"), table = h("div");
  const element = h("section.card", { "aria-labelledby": "clip-title" }, title, about, table);
  const smallest = new Map(data.categories.map(({ category, smallestP }) => [category, smallestP]));
  const played = new Set(data.clips.map(({ id }) => id));
  element.hidden = true;
  /** @type {{ clip: string, model: string | undefined } | undefined} */
  let current;
  function draw() {
    element.hidden = !current;
    if (!current) return;
    const { clip, model } = current, own = rows.filter(({ id }) => id === clip);
    const [first] = own, ranked = own.sort((a, b) => (b.p ?? -1) - (a.p ?? -1));
    title.textContent = clip;
    if (!first) {
      about.textContent = "This run has no such test clip.";
      return table.replaceChildren();
    }
    const group = first.group && `, group ${first.group}`;
    const motion = played.has(clip) ? "" : ". Its motion is not part of this file";
    about.textContent = `Category ${first.category || "unknown"}${group}${motion}.`;
    table.replaceChildren(h(
      "table.floors.rates",
      h("caption", "By the detector of each category, the highest p-value first"),
      h("tbody", ...ranked.map((row) => line(row, row.model === model))),
    ));
  }
  /** @param {Row} row @param {boolean} isOpen */
  function line({ id, model, score, p }, isOpen) {
    return h(
      isOpen ? "tr.own" : "tr",
      { "aria-current": isOpen ? "true" : null },
      h("th", { scope: "row" }, h("a", { href: linkTo({ clip: id, model }) }, model)),
      h("td.number", scoreText(score)),
      h("td.number", p === undefined ? "" : `p ${pText(p)}`),
      h("td", p === undefined ? "" : alarmBadge(p, smallest.get(model), alpha.value)),
    );
  }
  alpha.onChange(draw);
  return {
    element,
    /** @param {{ clip: string, model: string | undefined } | undefined} link */
    show(link) {
      current = link;
      draw();
    },
  };
}
