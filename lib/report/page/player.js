// @ts-check
/// <reference lib="dom" />
import { curveChart } from "./charts.js";
import { calm, h, swatch } from "./dom.js";
import { createHalf, farthest, scaleColour } from "./half.js";
import { fixed, float32, pText, scoreText } from "./numbers.js";
import { START, steer, unpackHeat, unpackMotion } from "./view.js";

/** @import { ReportData, ShownCase } from "../types.ts" */

const KINDS = {
  "highest normal": "Normal clip of high score",
  "lowest anomaly": "Anomalous clip of low score",
  "typical normal": "Typical normal clip",
  "typical anomaly": "Typical anomalous clip",
  "dropped": "Your clip, scored",
};

/** Player of a clip beside the nearest normal clip, with their distance maps and the score over time.
 *
 * @param {ReportData} data */
export function createPlayer(data) {
  const own = createHalf(
    "This clip",
    `Two people in three dimensions${data.explains ? ", joints coloured by what they add to the score" : ""}`,
  );
  const near = createHalf("Nearest normal clip", "The nearest normal clip in three dimensions");
  const camera = { ...START };
  let fraction = 0, seconds = 1, frames = 1, most = 1, width = 0;
  let playing = false, speed = 1, last = 0, asked = 0;
  /** @type {ShownCase | undefined} */
  let current;
  /** @type {ReturnType<typeof curveChart> | undefined} */
  let curve;
  const play = h("button.play", { onclick: () => setPlaying(!playing) }, "Play");
  const slider = h("input", {
    type: "range",
    min: "0",
    max: "1000",
    value: "0",
    step: "1",
    "aria-label": "Time",
    oninput: () => seek(Number(slider.value) / 1000),
  });
  const clock = h("output.clock");
  const rates = h(
    "select",
    { "aria-label": "Speed", onchange: () => speed = Number(rates.value) },
    ...[0.25, 0.5, 1, 2].map((rate) => h("option", { value: rate, selected: rate === 1 }, `${rate}\u00d7`)),
  );
  const reset = h("button.quiet", {
    onclick: () => {
      Object.assign(camera, START);
      draw();
    },
  }, "Reset view");
  const title = h("h3", { id: "player-title" }), verdict = h("p.verdict");
  const chart = h("div.curve-box"), caption = h("p.muted.caption"), far = h("span");
  const key = h("canvas.scale", {
    width: "64",
    height: "1",
    role: "img",
    "aria-label": "Colours of distances",
  });
  const element = h(
    "section.player",
    { "aria-labelledby": "player-title", onkeydown: onKey },
    title,
    verdict,
    h("div.halves", own.element, near.element),
    h("div.controls", play, slider, clock, rates, reset),
    chart,
    caption,
    h(
      "p.legend.muted",
      swatch("one", "Person 1"),
      swatch("two", "Person 2"),
      data.explains ? swatch("hot", "Joint raises the score") : null,
      h("span", "Distance 0 m", key, far),
    ),
  );
  const ink = key.getContext("2d");
  for (let i = 0; ink && i < 64; i++) {
    ink.fillStyle = `rgb(${scaleColour(1 - i / 63).join()})`;
    ink.fillRect(i, 0, 1, 1);
  }
  for (const { view } of [own, near]) steer(view.canvas, camera, draw);
  for (const name of /** @type {const} */ (["pointerdown", "pointermove"])) {
    chart.addEventListener(name, (event) => {
      if (curve && event.buttons > 0) seek(curve.fractionAt(event.clientX));
    });
  }
  new ResizeObserver(() => {
    if (chart.clientWidth !== width) drawCurve();
    draw();
  }).observe(element);

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("button, select")) return;
    const step = frames > 1 ? 1 / (frames - 1) : 0;
    if (event.key === " ") setPlaying(!playing);
    else if (event.key === ",") seek(fraction - step);
    else if (event.key === ".") seek(fraction + step);
    else return;
    event.preventDefault();
  }

  /** @param {number} to */
  function seek(to) {
    fraction = Math.min(1, Math.max(0, to));
    draw();
  }

  /** @param {boolean} to */
  function setPlaying(to) {
    playing = to;
    play.textContent = playing ? "Pause" : "Play";
    if (playing && fraction >= 1) fraction = 0;
    last = performance.now();
    cancelAnimationFrame(asked);
    if (playing) asked = requestAnimationFrame(tick);
  }

  /** @param {number} now */
  function tick(now) {
    fraction += Math.max(0, now - last) / 1000 * speed / (seconds || 1);
    last = now;
    if (fraction >= 1) {
      if (calm()) {
        fraction = 1;
        setPlaying(false);
      } else fraction %= 1;
    }
    draw();
    if (playing) asked = requestAnimationFrame(tick);
  }

  function draw() {
    slider.value = String(Math.round(fraction * 1000));
    const frame = Math.round(fraction * (frames - 1)) + 1;
    clock.textContent = `${fixed(fraction * seconds, 2)} s, frame ${frame} of ${frames}`;
    slider.setAttribute("aria-valuetext", clock.textContent);
    for (const half of [own, near]) half.draw(fraction, camera, most);
    curve?.move(fraction);
  }

  /** @param {ShownCase} shown */
  function open(shown) {
    const clip = data.clips[shown.clip], beside = shown.nearest && data.clips[shown.nearest.clip];
    const skeleton = data.skeletons[clip.skeleton];
    const motions = [clip, beside].map((one) => one && unpackMotion(one, skeleton.parents));
    const radius = Math.max(...motions.map((motion) => motion?.radius ?? 0)); // both at one scale
    const [first, second] = motions.map((motion) => motion && { ...motion, radius });
    most = Math.max(...motions.map((motion) => motion ? farthest(motion) : 0));
    far.textContent = `${fixed(most, 1)} m`;
    const heat = shown.explanation && unpackHeat(shown.explanation);
    own.show(clip.id, skeleton, first, heat);
    near.show(beside?.id ?? "", skeleton, second);
    frames = clip.frames;
    seconds = (clip.frames - 1) / clip.fps;
    title.textContent = `${KINDS[shown.kind]} ${shown.kind === "dropped" ? "as" : "of"} ${shown.category}`;
    describe(shown);
    fraction = 0;
    current = shown;
    drawCurve();
    setPlaying(!calm() && playing);
    draw();
  }

  /** @param {ShownCase} shown */
  function describe(shown) {
    const { kind, category, score, p, smallestP, alarm, nearest } = shown,
      own = data.clips[shown.clip].category;
    const what = own === category ? "A normal clip. " : `Its category is ${own}. `;
    verdict.replaceChildren(
      kind === "dropped" ? "" : what,
      "Score ",
      h("b", scoreText(score)),
      nearest ? `, nearest normal clip ${scoreText(nearest.score)}` : "",
    );
    if (p === undefined) return;
    const silent = smallestP !== undefined && smallestP > data.alpha;
    const badge = alarm
      ? h("span.badge.alarm", "Alarm")
      : h("span.badge", silent ? `No alarm is possible at alpha ${data.alpha}` : "No alarm");
    const smallest = smallestP === undefined ? "" : ` (smallest possible ${pText(smallestP)})`;
    verdict.append(", p ", h("b", pText(p)), `${smallest} `, badge);
  }

  function drawCurve() {
    if (!current) return;
    const { curve: values, nearest } = current;
    chart.replaceChildren();
    curve = undefined;
    chart.hidden = !values;
    caption.hidden = !values && data.explains;
    if (!data.explains) {
      caption.textContent =
        `${data.title} does not explain its scores, so no joints are highlighted and there is ` +
        "no score over time. The nearest normal clip is the training clip with the least distance of the joints.";
    }
    if (!values || chart.clientWidth === 0) return;
    width = chart.clientWidth;
    const running = values.kind === "running", start = running ? nearest?.score : undefined;
    curve = curveChart({
      width,
      values: float32(values.values),
      alarm: values.alarm,
      seconds,
      title: running ? "Score as the frames add to it" : "Score of each frame",
      ...(start !== undefined && { start }),
    });
    chart.append(curve.svg);
    const line = values.alarm === null
      ? "There is no alarm line: too few normal clips were held out for this rate."
      : `${fixed(data.alpha * 100, 0)} % of held-out normal ${
        running ? "clips" : "windows"
      } score above the dashed line. ` +
        "Near it the alarm can differ, since it compares by the model of each calibration fold.";
    caption.textContent = running
      ? `From the score of the nearest normal clip to that of this clip, frame by frame. ${line}`
      : `Score of each frame: the mean over the windows that contain it. ${line}`;
  }

  return {
    element,
    open,
    redraw() {
      for (const { view } of [own, near]) view.recolour();
      draw();
    },
  };
}
