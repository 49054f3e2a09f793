// @ts-check
/// <reference lib="dom" />
import { alarmSpans, curveChart } from "./curve_chart.js";
import { h } from "./dom.js";
import { alarmLog, liveModels } from "./live_models.js";
import { liveMotion } from "./live_motion.js";
import { fixed } from "./numbers.js";
import { raisesAlarm } from "./rule.js";
import { createView, START, steer } from "./view.js";

/** @import { LiveFrame, ReportData, ShownStream } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */

/** Scores that are drawn, seconds. */
const SHOWN_SECONDS = 10;

/** The stream that the server reads: skeletons, scores and alarms of its frames as they come.
 *
 * @param {ReportData} data @param {ShownStream} stream @param {Alpha} alpha */
export function liveSection(data, stream, alpha) {
  const { models, fps, windowFrames } = stream, skeleton = data.skeletons[stream.skeleton];
  const most = Math.max(2, Math.round(SHOWN_SECONDS * fps)), camera = { ...START };
  const keys = "Arrow keys turn it, plus and minus zoom, 0 resets";
  const canvas = h("canvas.view", {
    tabindex: "0",
    role: "img",
    "aria-label": `Two people of the stream in three dimensions. ${keys}`,
  });
  const view = createView(canvas), motion = liveMotion(skeleton.parents), chart = h("div.curve-box");
  const status = h("p.live-status", "Waiting for the first frame \u2026");
  const which = h(
    "select",
    { id: "live-model", onchange: () => ask() },
    ...models.map(({ category }, i) => h("option", { value: i }, category)),
  );
  const table = liveModels(models, alpha), log = alarmLog(models, alpha);
  const element = h(
    "section.card.live",
    { "aria-labelledby": "live-title" },
    h("h2", { id: "live-title" }, "Live"),
    status,
    h(
      "div.two",
      h(
        "div",
        canvas,
        h("div.controls", h("label", { for: "live-model" }, "Score by the detector of"), which),
        chart,
      ),
      h("div", table.element, h("h3", "Alarms of the stream"), log.element),
    ),
  );
  steer(canvas, camera, () => ask());

  /** Scores and p-values by each model of the frames since the last gap.
   * @type {NonNullable<LiveFrame["scores"]>[]} */
  let past = [];
  let asked = 0;
  function ask() {
    if (asked === 0) asked = requestAnimationFrame(draw);
  }

  function draw() {
    asked = 0;
    view.draw(0, camera);
    table.show(past.at(-1));
    chart.replaceChildren();
    const own = Number(which.value), shown = past.map((scores) => scores[own]);
    if (shown.length < 2 || chart.clientWidth === 0) return;
    const { svg, move } = curveChart({
      width: chart.clientWidth,
      values: shown.map(({ score }) => score),
      seconds: (shown.length - 1) / fps,
      title: `Score of the last frames by the detector of ${models[own].category}, alarms shaded`,
      spans: alarmSpans(shown.map(({ p }) => raisesAlarm(p, alpha.value))),
    });
    move(1);
    chart.append(svg);
  }

  /** @param {LiveFrame} frame */
  function take({ frame, people, missing, scores }) {
    const at = `Frame ${frame}, ${fixed(frame / fps, 2)} s`;
    status.textContent = missing
      ? `${at}: ${missing}`
      : scores
      ? at
      : `${at}: no score yet, a window has ${windowFrames} frames`;
    if (missing) past = [];
    if (scores) past.push(scores);
    if (past.length > most) past.shift();
    log.take(frame, scores);
    if (people) view.show(motion.take(people));
    ask();
  }

  alpha.onChange(ask);
  new ResizeObserver(ask).observe(element);
  const source = new EventSource("live");
  source.addEventListener("frame", ({ data }) => take(JSON.parse(data)));
  source.addEventListener("end", ({ data }) => {
    source.close();
    status.textContent = `${status.textContent}. ${JSON.parse(data)}.`;
  });
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) {
      status.textContent = "The server does not answer; trying again \u2026";
    }
  });
  return {
    element,
    redraw() {
      view.recolour();
      ask();
    },
  };
}
