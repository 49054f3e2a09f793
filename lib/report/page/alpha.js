// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { pText } from "./numbers.js";
import { silentCategories } from "./rule.js";

/** The rate of false alarms that the reader chooses, and the control that changes it.
 * @typedef {{ element: HTMLElement, readonly value: number, onChange: (listener: () => void) => void }} Alpha */

/** Create the control of alpha.
 *
 * @param {number} start @param {readonly { category: string, smallestP?: number }[]} categories Detectors, to say which of them cannot
 * raise an alarm. @returns {Alpha} */
export function createAlpha(start, categories) {
  /** @type {(() => void)[]} */
  const listeners = [];
  let value = start;
  /** @type {HTMLInputElement} */
  const number = h("input", {
    type: "number",
    id: "alpha",
    min: "0",
    max: "1",
    step: "any",
    value: String(start),
    inputmode: "decimal",
    "aria-describedby": "alpha-about",
    oninput: () => set(Number(number.value), false),
    onchange: () => number.value = String(value),
  });
  /** @type {HTMLInputElement} */
  const range = h("input", {
    type: "range",
    min: "0.005",
    max: "0.5",
    step: "0.005",
    value: String(start),
    "aria-label": "Alpha, in steps of 0.005",
    oninput: () => set(Number(range.value), true),
  });
  const about = h("p.muted", { id: "alpha-about", role: "status" });
  const element = h(
    "section.card.alpha",
    { "aria-label": "Alarm rule" },
    h("label", { for: "alpha" }, "Alarm at p up to alpha"),
    number,
    range,
    about,
  );

  /** @param {number} next @param {boolean} byRange */
  function set(next, byRange) {
    const isGood = next > 0 && next < 1;
    number.setAttribute("aria-invalid", String(!isGood));
    if (!isGood) {
      about.textContent = `Alpha must be between 0 and 1; it is still ${value}.`;
      return;
    }
    value = next;
    if (byRange) number.value = String(next);
    else range.value = String(next);
    describe();
    for (const listener of listeners) listener();
  }

  function describe() {
    const silent = silentCategories(categories, value);
    about.textContent = silent.length > 0
      ? `No alarm is possible at alpha ${value} for ${
        silent.map(([name, p]) => `${name} (smallest possible p ${pText(p)})`).join(", ")
      }: train with more clips.`
      : "The expected rate of false alarms. All alarms on this page follow it.";
    about.classList.toggle("bad", silent.length > 0);
  }
  describe();
  return {
    element,
    get value() {
      return value;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
