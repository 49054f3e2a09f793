// @ts-check
/// <reference lib="dom" />
import { s } from "./dom.js";
import { fixed, minus, rocCorners } from "./numbers.js";

/** Frame of a chart: axes, grid and scales, and what draws in it.
 *
 * @param {{ width: number, height: number, x: [number, number], y: [number, number], title: string, xLabel: string,
 *   yLabel?: string, xTicks?: number[], yTicks?: number[], xFormat?: (v: number) => string }} options */
export function frame(
  { width, height, x, y, title, xLabel, yLabel, xTicks = [], yTicks = [], xFormat = minus },
) {
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
