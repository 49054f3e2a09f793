// @ts-check
/// <reference lib="dom" />
import { s } from "./dom.js";
import { between, fixed, histogram, rocCorners, scoreText, ticks } from "./numbers.js";

/** Frame of a chart: axes, grid and scales, and what draws in it.
 *
 * @param {{ width: number, height: number, x: [number, number], y: [number, number], title: string, xLabel: string,
 *   yLabel?: string, xTicks?: number[], yTicks?: number[], xFormat?: (v: number) => string }} options */
function frame({ width, height, x, y, title, xLabel, yLabel, xTicks = [], yTicks = [], xFormat = minus }) {
  const left = yLabel ? 54 : 8, right = width - 10, top = 10, bottom = height - 40;
  const sx = (/** @type {number} */ v) => left + (v - x[0]) / (x[1] - x[0] || 1) * (right - left);
  const sy = (/** @type {number} */ v) => bottom - (v - y[0]) / (y[1] - y[0] || 1) * (bottom - top);
  const svg = s("svg.chart", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  /** @param {string} name @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
  const line = (name, x1, y1, x2, y2) => svg.append(s(`line.${name}`, { x1, y1, x2, y2 }));
  /** @param {string} text @param {number} x @param {number} y @param {string} anchor */
  const label = (text, x, y, anchor = "middle", more = {}) =>
    svg.append(s("text", { x, y, "text-anchor": anchor, ...more }, text));
  /** @param {string} name @param {[number, number][]} values */
  const curve = (name, values) => {
    const points = values.map(([a, b]) => `${sx(a).toFixed(1)},${sy(b).toFixed(1)}`);
    const area = [`${sx(0)},${bottom}`, ...points, `${sx(1)},${bottom}`];
    svg.append(
      s(`polygon.${name}-area`, { points: area.join(" ") }),
      s(`polyline.${name}`, { points: points.join(" ") }),
    );
  };
  for (const v of xTicks) {
    line("grid", sx(v), top, sx(v), bottom);
    label(xFormat(v), sx(v), bottom + 15);
  }
  for (const v of yTicks) {
    line("grid", left, sy(v), right, sy(v));
    label(fixed(v, 1), left - 7, sy(v) + 4, "end");
  }
  line("axis", left, bottom, right, bottom);
  label(xLabel, (left + right) / 2, height - 6);
  const middle = (top + bottom) / 2;
  if (yLabel) label(yLabel, 10, middle, "middle", { transform: `rotate(-90 10 ${middle})` });
  return { svg, sx, sy, top, bottom, right, line, label, curve };
}

/** A number with a true minus sign. @param {number} value */
function minus(value) {
  return String(value).replace("-", "\u2212");
}

/** ROC of one category.
 *
 * @param {number} width Pixels. @param {string} name @param {number} area @param {Float64Array} normals Ascending.
 * @param {Float64Array} anomalies Ascending. */
export function rocChart(width, name, area, normals, anomalies) {
  const steps = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const { svg, sx, sy, line, curve } = frame({
    width,
    height: Math.min(width, 340) + 10,
    x: [0, 1],
    y: [0, 1],
    title: `ROC of ${name}, area ${fixed(area, 3)}`,
    xLabel: "False alarms",
    yLabel: "Anomalies found",
    xTicks: steps,
    yTicks: steps,
    xFormat: (v) => fixed(v, 1),
  });
  line("chance", sx(0), sy(0), sx(1), sy(1));
  curve("roc", rocCorners(normals, anomalies));
  return svg;
}

/** Histograms of scores: of the normal clips above the axis, of the anomalous ones below it.
 *
 * @param {number} width Pixels. @param {string} name @param {string} unit Empty if there is none.
 * @param {Float64Array} normals Ascending. @param {Float64Array} anomalies Ascending. @param {number | null | undefined} alarm */
export function scoreChart(width, name, unit, normals, anomalies, alarm) {
  const all = Float64Array.from([...normals, ...anomalies]).sort();
  const high = all[Math.ceil((all.length - 1) * 0.98)], low = all[0], bins = 28;
  const cut = high < all[all.length - 1];
  const { svg, sx, sy, top, bottom, line } = frame({
    width,
    height: Math.min(width, 340) + 10,
    x: [low, high],
    y: [-1, 1],
    title: `Scores of ${name}: ${normals.length} normal and ${anomalies.length} anomalous clips`,
    xLabel: `Score${unit && `, ${unit}`}${cut ? " (highest 2 % in the last bin)" : ""}`,
    xTicks: ticks(low, high, width / 70),
  });
  const wide = (sx(high) - sx(low)) / bins;
  for (const [values, kind] of /** @type {const} */ ([[normals, "normal"], [anomalies, "anomalous"]])) {
    const shares = histogram(values, low, high, bins), most = Math.max(...shares);
    shares.forEach((share, i) => {
      if (share === 0) return;
      const end = sy(share / most * 0.86), y = kind === "normal" ? end : sy(0);
      svg.append(s(`rect.${kind}`, { x: sx(low) + i * wide + 0.5, y, width: wide - 1, height: sy(0) - end }));
    });
  }
  line("axis", sx(low), sy(0), sx(high), sy(0));
  if (typeof alarm === "number" && alarm > low && alarm < high) {
    line("alarm", sx(alarm), top, sx(alarm), bottom);
  }
  return svg;
}

/** Curve over time with a cursor.
 *
 * @param {{ width: number, values: ArrayLike<number>, alarm: number | null, seconds: number, title: string, start?: number }} options
 * @returns {{ svg: SVGElement, move: (fraction: number) => void, fractionAt: (x: number) => number }} */
export function curveChart({ width, values, alarm, seconds, title, start }) {
  const own = [...(start === undefined ? [] : [start]), ...Array.from(values)];
  let low = Math.min(...own, alarm ?? Infinity), high = Math.max(...own, alarm ?? -Infinity);
  const room = (high - low || 1) * 0.12;
  low -= room;
  high += room;
  const { svg, sx, sy, top, bottom, right, line, label, curve } = frame({
    width,
    height: 170,
    x: [0, 1],
    y: [low, high],
    title,
    xLabel: "Seconds",
    yLabel: "Nats",
    xTicks: ticks(0, seconds, Math.min(8, width / 70)).map((v) => v / (seconds || 1)),
    xFormat: (v) => String(Number((v * seconds).toFixed(2))),
  });
  for (const v of ticks(low, high, 5)) label(minus(v), 47, sy(v) + 4, "end");
  curve("curve", own.map((v, i) => [i / (own.length - 1 || 1), v]));
  if (alarm !== null) {
    line("alarm", sx(0), sy(alarm), right, sy(alarm));
    label(`alarm, ${scoreText(alarm)}`, right - 2, sy(alarm) - 5, "end", { class: "alarm" });
  }
  const cursor = s("line.cursor", { y1: top, y2: bottom }), dot = s("circle.cursor-dot", { r: 4 });
  svg.append(cursor, dot);
  return {
    svg,
    move(fraction) {
      const { left, right, rest } = between(fraction, own.length);
      for (const name of ["x1", "x2"]) cursor.setAttribute(name, String(sx(fraction)));
      dot.setAttribute("cx", String(sx(fraction)));
      dot.setAttribute("cy", String(sy(own[left] + (own[right] - own[left]) * rest)));
    },
    fractionAt(x) {
      const box = svg.getBoundingClientRect(), at = (x - box.left) / box.width * width;
      return Math.min(1, Math.max(0, (at - sx(0)) / (sx(1) - sx(0))));
    },
  };
}
