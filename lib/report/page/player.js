// @ts-check
/// <reference lib="dom" />
import { curvePanel } from "./curve_panel.js";
import { calm, h, swatch } from "./dom.js";
import { createHalf, farthest, scaleColour } from "./half.js";
import { fixed } from "./numbers.js";
import { verdictLine } from "./verdict.js";
import { START, steer, unpackHeat, unpackMotion } from "./view.js";

/** @import { ReportData, ShownCase } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */
/** @import { Row } from "./rule.js" */

const KINDS = {
  "highest normal": "Normal clip of high score of",
  "lowest anomaly": "Anomalous clip of low score of",
  "typical normal": "Typical normal clip of",
  "typical anomaly": "Typical anomalous clip of",
  "dropped": "Your clip, scored as",
  "other": "Test clip, scored as",
};

/** Player of a clip beside the nearest normal clip, with their distance maps and the score over time. Both are drawn frame by frame,
 * each at its own frame rate.
 *
 * @param {ReportData} data @param {readonly Row[]} rows @param {Alpha} alpha */
export function createPlayer(data, rows, alpha) {
  const own = createHalf(
    "This clip",
    `Two people in three dimensions${data.explains ? ", joints coloured by what they add to the score" : ""}`,
  );
  const near = createHalf("Nearest normal clip", "The nearest normal clip in three dimensions");
  const camera = { ...START };
  const still = { frames: 1, fps: 1 };
  let fraction = 0, most = 1, playing = false, speed = 1, last = 0, asked = 0;
  /** The clips' recordings. */
  let recorded = [still, still];
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
  const title = h("h3", { id: "player-title" }), verdict = verdictLine(data, alpha);
  const curve = curvePanel(data, rows, alpha, seek), far = h("span");
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
    verdict.element,
    h("div.halves", own.element, near.element),
    h("div.controls", play, slider, clock, rates, reset),
    ...curve.elements,
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
  new ResizeObserver(() => {
    curve.fit();
    draw();
  }).observe(element);

  /** Seconds from the first frame of the clip to its last. */
  const duration = () => (recorded[0].frames - 1) / recorded[0].fps;

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("button, select")) return;
    const { frames } = recorded[0], step = frames > 1 ? 1 / (frames - 1) : 0;
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
    fraction += Math.max(0, now - last) / 1000 * speed / (duration() || 1);
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
    const seconds = fraction * duration();
    slider.value = String(Math.round(fraction * 1000));
    const frame = frameAt(recorded[0], seconds), { frames, fps } = recorded[0];
    clock.textContent = `${fixed(seconds, 2)} s, frame ${frame + 1} of ${frames} at ${fpsText(fps)}`;
    slider.setAttribute("aria-valuetext", clock.textContent);
    for (const [i, half] of [own, near].entries()) {
      const { frames } = recorded[i];
      half.draw(frames > 1 ? frameAt(recorded[i], seconds) / (frames - 1) : 0, camera, most);
    }
    curve.move(fraction);
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
    near.show(beside ? `${beside.id}, ${fpsText(beside.fps)}` : "", skeleton, second);
    recorded = [clip, beside ?? still];
    title.textContent = `${KINDS[shown.kind]} ${shown.category}`;
    verdict.show(shown);
    fraction = 0;
    curve.show(shown, duration());
    setPlaying(!calm() && playing);
    draw();
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

/** The frame of a recording that is seen after some seconds: the last one is held.
 *
 * @param {{ frames: number, fps: number }} recording @param {number} seconds */
export function frameAt({ frames, fps }, seconds) {
  return Math.min(frames - 1, Math.floor(seconds * fps + 1e-6));
}

/** @param {number} fps */
function fpsText(fps) {
  return `${Number(fps.toFixed(2))} frames per second`;
}
