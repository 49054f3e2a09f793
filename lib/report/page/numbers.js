// @ts-check

/** Decode base64 text.
 * @param {string} text */
export function bytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {string} text */
export const int16 = (text) => new Int16Array(bytes(text).buffer);
/** @param {string} text */
export const uint32 = (text) => new Uint32Array(bytes(text).buffer);
/** @param {string} text */
export const float32 = (text) => new Float32Array(bytes(text).buffer);
/** @param {string} text */
export const float64 = (text) => new Float64Array(bytes(text).buffer);

/** Corners of the ROC: rates of false and of true alarms at every threshold, from (0, 0) to (1, 1).
 * @param {Float64Array} normals Ascending. @param {Float64Array} anomalies Ascending.
 * @returns {[number, number][]} */
export function rocCorners(normals, anomalies) {
  /** @type {[number, number][]} */
  const corners = [[0, 0]];
  let i = normals.length, j = anomalies.length;
  while (i > 0 || j > 0) {
    const threshold = Math.max(i > 0 ? normals[i - 1] : -Infinity, j > 0 ? anomalies[j - 1] : -Infinity);
    while (i > 0 && normals[i - 1] >= threshold) i--;
    while (j > 0 && anomalies[j - 1] >= threshold) j--;
    corners.push([1 - i / normals.length, 1 - j / anomalies.length]);
  }
  return corners;
}

/** Fractions of the values in equal bins from `low` to `high`; values outside are counted in the outermost bins.
 * @param {ArrayLike<number>} values @param {number} low @param {number} high @param {number} bins */
export function histogram(values, low, high, bins) {
  const counts = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((values[i] - low) / (high - low) * bins);
    counts[Math.min(bins - 1, Math.max(0, bin))] += 1 / values.length;
  }
  return counts;
}

/** Round numbers from `low` to `high`, about `count` of them.
 * @param {number} low @param {number} high @param {number} count @returns {number[]} */
export function ticks(low, high, count) {
  const rough = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(rough));
  const digit = rough / power, step = power * (digit < 1.5 ? 1 : digit < 3.2 ? 2 : digit < 7 ? 5 : 10);
  const from = Math.ceil(low / step), to = Math.floor(high / step + 1e-9);
  return Array.from(
    { length: Math.max(0, to - from + 1) },
    (_, i) => Number(((from + i) * step).toPrecision(12)),
  );
}

/** A scale of AUROCs in per cent: from a round number below all values and chance, to 1.
 * @param {number[]} values */
export function aurocScale(values) {
  const from = Math.floor(Math.min(0.5, ...values) * 10) / 10;
  return { from, at: (/** @type {number} */ value) => (value - from) / (1 - from) * 100 };
}

/** Frames before and after a fraction of a clip, and how far it is from the one to the other.
 * @param {number} fraction From 0 to 1. @param {number} frames */
export function between(fraction, frames) {
  const at = fraction * (frames - 1), left = Math.floor(at);
  return { left, right: Math.min(left + 1, frames - 1), rest: at - left };
}

/** Format a number, with a true minus sign. @param {number} value @param {number} digits */
export function fixed(value, digits) {
  return value.toFixed(digits).replace("-", "\u2212");
}

/** A number with a true minus sign. @param {number} value */
export function minus(value) {
  return String(value).replace("-", "\u2212");
}

/** Format a score, the larger the fewer digits. @param {number} value */
export function scoreText(value) {
  return fixed(value, Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2);
}

/** A p-value as text.
 * @param {number} p */
export function pText(p) {
  return p < 0.001 ? p.toExponential(1) : fixed(p, 3);
}

/** A difference with its sign.
 * @param {number} value */
export function signed(value) {
  return `${value > 0 ? "+" : ""}${fixed(value, 3)}`;
}
