// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { scoreText } from "./numbers.js";
import { raisesAlarm } from "./rule.js";

/** @import { ReportData, ShownCase } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */

const GROUPS = /** @type {const} */ ([
  ["highest normal", "Highest normal scores", "Those with an alarm are false alarms"],
  ["lowest anomaly", "Lowest anomalous scores", "Those without an alarm are misses"],
  ["typical normal", "Typical normal", ""],
  ["typical anomaly", "Typical anomalous", ""],
]);

/** Button that opens a clip.
 *
 * @param {ShownCase} shown @param {Alpha} alpha @param {string} title @param {string} about @param {() => void} onclick */
export function caseButton({ score, p }, alpha, title, about, onclick) {
  const alarm = h("small"), mark = () => alarm.textContent = raisesAlarm(p, alpha.value) ? "alarm" : "\u00a0";
  mark();
  const element = h(
    "button.case",
    { "aria-pressed": "false", onclick },
    h("span.id", title, h("small", about)),
    h("span.number", scoreText(score), alarm),
  );
  return { element, mark };
}

/** List of the clips of one category.
 *
 * @param {ReportData} data @param {Alpha} alpha @param {(shown: ShownCase) => void} onChoose Called with the clip that the reader
 * chose. */
export function caseList(data, alpha, onChoose) {
  const element = h("nav.cases", { "aria-label": "Clips" });
  /** @type {Map<ShownCase, ReturnType<typeof caseButton>>} */
  let buttons = new Map();
  alpha.onChange(() => {
    for (const { mark } of buttons.values()) mark();
  });
  return {
    element,
    mark: (/** @type {ShownCase | undefined} */ shown) => {
      for (const [own, { element }] of buttons) element.setAttribute("aria-pressed", String(own === shown));
    },
    /** @param {string} category @returns {ShownCase | undefined} The first of them. */
    show(category) {
      const own = data.cases.filter((shown) => shown.category === category);
      buttons = new Map(own.map((shown) => {
        const { id, category } = data.clips[shown.clip];
        return [shown, caseButton(shown, alpha, id, category, () => onChoose(shown))];
      }));
      element.replaceChildren(...GROUPS.flatMap(([kind, title, about]) => {
        const cases = [...buttons].filter(([shown]) => shown.kind === kind).map(([, { element }]) => element);
        const note = about && own.some(({ p }) => p !== undefined) ? h("p.muted", about) : null;
        return cases.length > 0 ? [h("div", h("h3", title), note, ...cases)] : [];
      }));
      return own[0];
    },
  };
}
