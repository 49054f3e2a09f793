// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { between, fixed } from "./numbers.js";
import { createView } from "./view.js";

/** @import { ShownSkeleton } from "../types.ts" */
/** @import { Camera, Heat, Motion } from "./view.js" */

/** Half of the player: a view, and the distance map beneath it.
 *
 * @param {string} title @param {string} label Description of the view for screen readers. */
export function createHalf(title, label) {
  const keys = "Arrow keys turn it, plus and minus zoom, 0 resets, space plays";
  const canvas = h("canvas.view", { tabindex: "0", role: "img", "aria-label": `${label}. ${keys}` });
  const about = `Distance map of ${title.toLowerCase()}`;
  const map = h("canvas.map", { role: "img", "aria-label": about, width: "1", height: "1" });
  const name = h("span.clip"), pelvises = h("span"), joints = h("span");
  const axes = h("span.axes", "Rows person 1, columns person 2");
  const text = h("p", h("b", "Distance map"), axes, pelvises, joints);
  const element = h("div.half", h("h4", title, " ", name), canvas, h("div.maps.muted", map, text));
  const view = createView(canvas);
  /** @type {ShownSkeleton} */
  let skeleton;
  return {
    element,
    view,
    /** Show a clip; nothing if there is no motion.
     *
     * @param {string} id @param {ShownSkeleton} of @param {Motion | undefined} motion @param {Heat} [heat] */
    show(id, of, motion, heat) {
      name.textContent = id;
      skeleton = of;
      view.show(motion, heat);
      element.hidden = !motion;
    },
    /** @param {number} fraction Of the clip, from 0 to 1. @param {Camera} camera
     * @param {number} most Distance of the map's darkest colour, metres. */
    draw(fraction, camera, most) {
      const pose = view.draw(fraction, camera);
      if (!pose) return;
      drawMap(map, pose, most);
      const [i, j, apart] = closest(pose),
        [a, b] = [i, j].map((k) => skeleton.joints[k].replaceAll("_", " "));
      pelvises.textContent = `Pelvises ${fixed(pelvisDistance(pose, skeleton), 2)} m apart`;
      joints.textContent = `Nearest ${a} and ${b}, ${fixed(apart, 2)} m`;
    },
  };
}

/** Distance between the two people's pelvises, metres.
 *
 * @param {Float32Array} pose @param {ShownSkeleton} skeleton */
function pelvisDistance(pose, { pelvis, joints }) {
  const apart = [0, 1, 2].map((k) =>
    pelvis.reduce((sum, i) => sum + pose[3 * i + k] - pose[3 * (i + joints.length) + k], 0) / pelvis.length
  );
  return Math.hypot(...apart);
}

/** Dark blue to yellow with even steps of lightness, safe for every kind of colour vision (after cividis). */
const SCALE = [[0, 34, 78], [49, 68, 107], [102, 105, 112], [149, 143, 120], [203, 186, 105], [254, 232, 56]];

/** Colour of a value from 0 to 1, as [red, green, blue]. @param {number} value */
export function scaleColour(value) {
  const { left, right, rest } = between(Math.min(1, Math.max(0, value)), SCALE.length);
  return SCALE[left].map((low, k) => Math.round(low + (SCALE[right][k] - low) * rest));
}

/** Greatest distance in a clip between a joint of one person and one of the other, metres.
 *
 * @param {Motion} motion */
export function farthest({ kept, size, values }) {
  let most = 0;
  for (let t = 0; t < kept; t++) {
    const at = t * size * 6;
    for (let i = 0; i < size; i++) {
      for (let j = size; j < 2 * size; j++) most = Math.max(most, distance(values, at, i, j));
    }
  }
  return most || 1;
}

/** @param {Float32Array} values @param {number} at @param {number} i @param {number} j */
function distance(values, at, i, j) {
  const a = at + 3 * i, b = at + 3 * j;
  return Math.hypot(values[a] - values[b], values[a + 1] - values[b + 1], values[a + 2] - values[b + 2]);
}

/** The pair of joints, one of each person, that are nearest to each other, and their distance in metres.
 *
 * @param {Float32Array} pose [2, D, 3] @returns {[number, number, number]} */
function closest(pose) {
  const size = pose.length / 6;
  /** @type {[number, number, number]} */
  let best = [0, 0, Infinity];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const apart = distance(pose, 0, i, size + j);
      if (apart < best[2]) best = [i, j, apart];
    }
  }
  return best;
}

/** Draw the distance map of a pose (equation 2): rows are joints of person 1, columns joints of person 2; bright = near.
 *
 * @param {HTMLCanvasElement} canvas @param {Float32Array} pose [2, D, 3] @param {number} most Distance of the darkest colour. */
function drawMap(canvas, pose, most) {
  const size = pose.length / 6;
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      image.data.set([...scaleColour(1 - distance(pose, 0, i, size + j) / most), 255], 4 * (i * size + j));
    }
  }
  context.putImageData(image, 0, 0);
}
