// @ts-check
/// <reference lib="dom" />
import { lineText } from "./category_detail.js";
import { alarmSpans, curveChart } from "./curve_chart.js";
import { h } from "./dom.js";
import { float32, float64, pText } from "./numbers.js";
import { alarmLine, raisesAlarm } from "./rule.js";

/** @import { ReportData, ShownCase } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */
/** @import { Row } from "./rule.js" */

/** Score over time of the clip that is played, with its alarms.
 *
 * @param {ReportData} data @param {readonly Row[]} rows @param {Alpha} alpha @param {(fraction: number) => void} onSeek */
export function curvePanel(data, rows, alpha, onSeek) {
  const chart = h("div.curve-box"), caption = h("p.muted.caption");
  /** @type {ReturnType<typeof curveChart> | undefined} */
  let curve;
  /** @type {ShownCase | undefined} */
  let current;
  let seconds = 1, width = 0, at = 0;
  for (const name of /** @type {const} */ (["pointerdown", "pointermove"])) {
    chart.addEventListener(name, (event) => {
      if (curve && event.buttons > 0) onSeek(curve.fractionAt(event.clientX));
    });
  }

  function draw() {
    const own = current?.curve;
    chart.replaceChildren();
    curve = undefined;
    chart.hidden = !own;
    caption.hidden = !own && data.explains;
    if (!data.explains) {
      caption.textContent =
        `${data.title} does not explain its scores, so no joints are highlighted and there is ` +
        "no score over time. The nearest normal clip is the training clip with the least distance of the joints.";
    }
    if (!current || !own || chart.clientWidth === 0) return;
    width = chart.clientWidth;
    const values = float32(own.values), { category, nearest } = current;
    if (own.kind === "running") {
      const band = alarmLine(rows.filter(({ model }) => model === category), alpha.value);
      const start = nearest?.score;
      curve = curveChart({
        ...{ width, values, seconds, title: "Score as the frames add to it", band },
        ...(start !== undefined && { start }),
      });
      caption.textContent =
        "From the score of the nearest normal clip to that of this clip, frame by frame. " +
        (band ? `${lineText(band)}.` : `No test clip raises the alarm at alpha ${alpha.value}.`);
    } else {
      const loud = Array.from(float64(own.p ?? ""), (p) => raisesAlarm(p, alpha.value));
      curve = curveChart({ width, values, seconds, title: "Score of each frame", spans: alarmSpans(loud) });
      caption.textContent = `Score of each frame: the mean over the windows that contain it. ${
        own.smallestP !== undefined && own.smallestP > alpha.value
          ? `No frame can raise the alarm at alpha ${alpha.value}: its smallest possible p is ${
            pText(own.smallestP)
          }.`
          : "Shaded: frames with a p-value up to alpha, the mean over the same windows."
      }`;
    }
    chart.append(curve.svg);
    curve.move(at);
  }
  alpha.onChange(draw);
  return {
    elements: [chart, caption],
    /** @param {ShownCase | undefined} shown @param {number} duration Seconds. */
    show(shown, duration) {
      current = shown;
      seconds = duration;
      draw();
    },
    /** @param {number} fraction */
    move(fraction) {
      at = fraction;
      curve?.move(fraction);
    },
    /** Draw it anew if its width has changed. */
    fit() {
      if (chart.clientWidth !== width) draw();
    },
  };
}
