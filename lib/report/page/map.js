// @ts-check
/// <reference lib="dom" />
import { between } from "./numbers.js";

/** Dark blue to yellow with even steps of lightness, safe for every kind of colour vision (after cividis). */
const SCALE = [[0, 34, 78], [49, 68, 107], [102, 105, 112], [149, 143, 120], [203, 186, 105], [254, 232, 56]];

/** Colour of a value from 0 to 1, as [red, green, blue]. @param {number} value */
export function scaleColour(value) {
  const { left, right, rest } = between(Math.min(1, Math.max(0, value)), SCALE.length);
  return SCALE[left].map((low, k) => Math.round(low + (SCALE[right][k] - low) * rest));
}

/** Greatest distance in a clip between a joint of one person and one of the other, metres.
 *
 * @param {import("./view.js").Motion} motion */
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
export function closest(pose) {
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
export function drawMap(canvas, pose, most) {
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
