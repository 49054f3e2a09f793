// @ts-check
/// <reference lib="dom" />
import { curveChart } from "./charts.js";
import { calm, h } from "./dom.js";
import { closest, drawMap, farthest, scaleColour } from "./map.js";
import { fixed, float32, nats } from "./numbers.js";
import { createView, poseAt, START, steer, unpackHeat, unpackMotion } from "./view.js";

/** @typedef {import("../types.ts").ReportData} ReportData */
/** @typedef {import("../types.ts").ShownCase} ShownCase */

const KINDS = {
  "false alarm": "Worst false alarm",
  "miss": "Worst miss",
  "typical normal": "Typical normal clip",
  "typical anomaly": "Typical anomalous clip",
  "dropped": "Your clip, scored",
};

/** One of the two halves: a view and the distance map beneath it.
 *
 * @param {string} title @param {string} label What the view shows, for those who do not see it. */
function half(title, label) {
  const canvas = h("canvas", {
    class: "view",
    tabindex: "0",
    role: "img",
    "aria-label": `${label}. Arrow keys turn it, plus and minus zoom, 0 resets, space plays`,
  });
  const map = h("canvas", {
    class: "map",
    role: "img",
    "aria-label": `Distance map of ${title.toLowerCase()}`,
    width: "1",
    height: "1",
  });
  const name = h("span", { class: "clip" }), readout = h("span"), touch = h("span");
  const element = h(
    "div",
    { class: "half" },
    h("h4", {}, title, " ", name),
    canvas,
    h(
      "div",
      { class: "maps muted" },
      map,
      h(
        "p",
        {},
        h("b", {}, "Distance map"),
        h("span", { class: "axes" }, "Rows person 1, columns person 2"),
        readout,
        touch,
      ),
    ),
  );
  return { element, view: createView(canvas), map, name, readout, touch };
}

/** The player: a clip, the nearest normal clip beside it, their distance maps and the score over time, all in step.
 *
 * @param {ReportData} data */
export function createPlayer(data) {
  const own = half(
    "This clip",
    "Two people in three dimensions, joints coloured by what they add to the score",
  );
  const near = half("Nearest normal clip", "The nearest normal clip in three dimensions");
  const camera = { ...START };
  let part = 0, seconds = 1, frames = 1, playing = false, speed = 1, last = 0, most = 1, asked = 0, width = 0;
  /** @type {ShownCase | undefined} */
  let current;
  /** @type {import("../types.ts").ShownSkeleton} */
  let skeleton;
  /** @type {Float32Array[]} */
  let poses = [];
  /** @type {(import("./view.js").Motion | undefined)[]} */
  let motions = [];
  /** @type {ReturnType<typeof curveChart> | undefined} */
  let curve;
  const play = h("button", { type: "button", class: "play", onclick: () => setPlaying(!playing) }, "Play");
  const slider = h("input", {
    type: "range",
    min: "0",
    max: "1000",
    value: "0",
    step: "1",
    "aria-label": "Time",
    oninput: () => seek(Number(slider.value) / 1000),
  });
  const clock = h("output", { class: "clock" });
  const rates = h(
    "select",
    { "aria-label": "Speed", onchange: () => speed = Number(rates.value) },
    ...[0.25, 0.5, 1, 2].map((rate) => h("option", { value: rate, selected: rate === 1 }, `${rate}\u00d7`)),
  );
  const reset = h("button", {
    type: "button",
    class: "quiet",
    onclick: () => {
      Object.assign(camera, START);
      draw();
    },
  }, "Reset view");
  const title = h("h3", { tabindex: "-1", id: "player-title" }), verdict = h("p", { class: "verdict" });
  const chart = h("div", { class: "curve-box" }), caption = h("p", { class: "muted caption" });
  const key = h("canvas", {
    width: "64",
    height: "1",
    class: "scale",
    role: "img",
    "aria-label": "Colours of distances",
  });
  const far = h("span");
  const legend = h(
    "p",
    { class: "legend muted" },
    h("span", {}, h("i", { class: "swatch one" }), "Person 1"),
    h("span", {}, h("i", { class: "swatch two" }), "Person 2"),
    h("span", {}, h("i", { class: "swatch hot" }), "Joint raises the score"),
    h("span", {}, "Distance 0 m", key, far),
  );
  const element = h(
    "section",
    { class: "player", "aria-labelledby": "player-title", onkeydown: onKey },
    title,
    verdict,
    h("div", { class: "halves" }, own.element, near.element),
    h("div", { class: "controls" }, play, slider, clock, rates, reset),
    chart,
    caption,
    legend,
  );
  const ink = key.getContext("2d");
  for (let i = 0; ink && i < 64; i++) {
    ink.fillStyle = `rgb(${scaleColour(1 - i / 63).join()})`;
    ink.fillRect(i, 0, 1, 1);
  }
  for (const { view } of [own, near]) steer(view.canvas, camera, draw);
  chart.addEventListener("pointerdown", (event) => {
    if (curve) seek(curve.partAt(event.clientX));
  });
  chart.addEventListener("pointermove", (event) => {
    if (curve && event.buttons > 0) seek(curve.partAt(event.clientX));
  });
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
    else if (event.key === ",") seek(part - step);
    else if (event.key === ".") seek(part + step);
    else return;
    event.preventDefault();
  }

  /** @param {number} to */
  function seek(to) {
    part = Math.min(1, Math.max(0, to));
    draw();
  }

  /** @param {boolean} to */
  function setPlaying(to) {
    playing = to;
    play.textContent = playing ? "Pause" : "Play";
    if (playing && part >= 1) part = 0;
    last = performance.now();
    cancelAnimationFrame(asked);
    if (playing) asked = requestAnimationFrame(tick);
  }

  /** @param {number} now */
  function tick(now) {
    part += Math.max(0, now - last) / 1000 * speed / (seconds || 1);
    last = now;
    if (part >= 1) {
      if (calm()) {
        part = 1;
        setPlaying(false);
      } else part %= 1;
    }
    draw();
    if (playing) asked = requestAnimationFrame(tick);
  }

  function draw() {
    slider.value = String(Math.round(part * 1000));
    const frame = Math.round(part * (frames - 1)) + 1;
    clock.textContent = `${fixed(part * seconds, 2)} s, frame ${frame} of ${frames}`;
    slider.setAttribute("aria-valuetext", clock.textContent);
    for (const [k, { view, map, readout, touch }] of [own, near].entries()) {
      view.draw(part, camera);
      const motion = motions[k];
      if (!motion) continue;
      poseAt(motion, part, poses[k]);
      drawMap(map, poses[k], most);
      const [i, j, apart] = closest(poses[k]), names = skeleton.joints;
      readout.textContent = `Pelvises ${fixed(pelvisDistance(poses[k], skeleton), 2)} m apart`;
      touch.textContent = `Nearest ${spoken(names[i])} and ${spoken(names[j])}, ${fixed(apart, 2)} m`;
    }
    curve?.move(part);
  }

  /** @param {ShownCase} shown */
  function open(shown) {
    const clip = data.clips[shown.clip], { explanation } = shown;
    const beside = explanation && data.clips[explanation.nearest];
    skeleton = data.skeletons[clip.skeleton];
    motions = [clip, beside].map((one) => one && unpackMotion(one, skeleton.parents));
    const radius = Math.max(...motions.map((motion) => motion?.radius ?? 0));
    motions = motions.map((motion) => motion && { ...motion, radius });
    poses = motions.map((motion) => new Float32Array(motion ? motion.size * 6 : 0));
    most = Math.max(...motions.map((motion) => motion ? farthest(motion) : 0));
    far.textContent = `${fixed(most, 1)} m`;
    own.view.show(motions[0], explanation && unpackHeat(explanation, skeleton.parents.length));
    near.view.show(motions[1]);
    near.element.hidden = !beside;
    own.name.textContent = clip.id;
    near.name.textContent = beside ? beside.id : "";
    frames = clip.frames;
    seconds = (clip.frames - 1) / clip.fps;
    title.textContent = `${KINDS[shown.kind]} ${shown.kind === "dropped" ? "as" : "of"} ${shown.category}`;
    describe(shown);
    part = 0;
    current = shown;
    drawCurve();
    setPlaying(!calm() && playing);
    draw();
  }

  /** @param {ShownCase} shown */
  function describe(shown) {
    const clip = data.clips[shown.clip], { p, explanation } = shown;
    const what = shown.kind === "dropped"
      ? ""
      : clip.category === shown.category
      ? "A normal clip. "
      : `In truth ${clip.category}. `;
    verdict.replaceChildren(
      what,
      "Score ",
      h("b", {}, nats(shown.score)),
      explanation ? `, nearest normal clip ${nats(explanation.nearestScore)}` : "",
      ...(p === undefined ? [] : [
        ", p ",
        h("b", {}, p < 0.001 ? p.toExponential(1) : fixed(p, 3)),
        " ",
        h(
          "span",
          { class: p <= data.alpha ? "badge alarm" : "badge" },
          p <= data.alpha ? "Alarm" : "No alarm",
        ),
      ]),
    );
  }

  function drawCurve() {
    if (!current) return;
    const { curve: values, explanation } = current;
    chart.replaceChildren();
    curve = undefined;
    chart.hidden = caption.hidden = !values;
    if (!values || chart.clientWidth === 0) return;
    width = chart.clientWidth;
    const running = values.kind === "running", start = running ? explanation?.nearestScore : undefined;
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
      ? "No alarm line: too few held-out normal clips for this rate."
      : `${fixed(data.alpha * 100, 0)} % of held-out normal ${
        running ? "clips" : "windows"
      } score above the dashed line. Close to it the alarm can differ: it asks the model of each calibration fold.`;
    caption.textContent = running
      ? `From the nearest normal clip\u2019s score, frame by frame, to this clip\u2019s. ${line}`
      : `Score of each frame, the mean of the windows that it is in. ${line}`;
  }

  return {
    element,
    open,
    title,
    redraw() {
      for (const { view } of [own, near]) view.recolour();
      draw();
    },
  };
}

/** Distance between the two people's pelvises, metres.
 *
 * @param {Float32Array} pose @param {import("../types.ts").ShownSkeleton} skeleton */
function pelvisDistance(pose, { pelvis, joints }) {
  const apart = [0, 1, 2].map((k) =>
    pelvis.reduce((sum, i) => sum + pose[3 * i + k] - pose[3 * (i + joints.length) + k], 0) / pelvis.length
  );
  return Math.hypot(...apart);
}

/** A joint's name in words. @param {string} name */
function spoken(name) {
  return name.replaceAll("_", " ");
}
