// @ts-check

/** @import { Motion } from "./view.js" */

/** How fast the picture follows people who walk, for each frame. */
const FOLLOW = 0.05;

/** Frames of a stream as motions of one frame, in a picture that follows the people.
 *
 * @param {readonly number[]} parents */
export function liveMotion(parents) {
  /** @type {{ middle: number[], radius: number, floor: number } | undefined} */
  let seen;
  return {
    /** @param {readonly (number | null)[]} people [2, D, 3]; null is not known. @returns {Motion | undefined} */
    take(people) {
      const values = Float32Array.from(people, (value) => value ?? NaN), [low, high] = extent(values);
      if (Number.isFinite(low[0])) {
        const middle = low.map((value, k) => (value + high[k]) / 2);
        const radius = Math.hypot(...high.map((value, k) => value - low[k])) / 2 || 1;
        seen = seen === undefined ? { middle, radius, floor: low[1] } : {
          middle: seen.middle.map((value, k) => value + (middle[k] - value) * FOLLOW),
          radius: Math.max(radius, seen.radius + (radius - seen.radius) * FOLLOW),
          floor: Math.min(low[1], seen.floor + (low[1] - seen.floor) * FOLLOW),
        };
      }
      return seen && { kept: 1, size: parents.length, parents, values, ...seen };
    },
  };
}

/** Smallest and largest coordinates that are known.
 *
 * @param {Float32Array} values @returns {[number[], number[]]} */
function extent(values) {
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    low[i % 3] = Math.min(low[i % 3], value);
    high[i % 3] = Math.max(high[i % 3], value);
  });
  return [low, high];
}
