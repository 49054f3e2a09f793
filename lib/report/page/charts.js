// @ts-check
/// <reference lib="dom" />
import { s } from "./dom.js";
import { fixed, histogram, rocCorners, scoreText, ticks } from "./numbers.js";

/** Frame of a chart: axes, grid and scales.
 *
 * @param {{ width: number, height: number, x: [number, number], y: [number, number], title: string, xLabel: string,
 *   yLabel?: string, xTicks?: number[], yTicks?: number[], xFormat?: (v: number) => string }} options */
function frame({ width, height, x, y, title, xLabel, yLabel, xTicks, yTicks, xFormat = String }) {
  const left = yLabel ? 54 : 8, right = 10, top = 10, bottom = 40;
  const sx = (/** @type {number} */ v) => left + (v - x[0]) / (x[1] - x[0] || 1) * (width - left - right);
  const sy = (/** @type {number} */ v) =>
    height - bottom - (v - y[0]) / (y[1] - y[0] || 1) * (height - top - bottom);
  const svg = s("svg", {
    viewBox: `0 0 ${width} ${height}`,
    class: "chart",
    role: "img",
    "aria-label": title,
  });
  for (const v of xTicks ?? []) {
    svg.append(
      s("line", { x1: sx(v), x2: sx(v), y1: top, y2: height - bottom, class: "grid" }),
      s("text", { x: sx(v), y: height - bottom + 15, "text-anchor": "middle" }, xFormat(v)),
    );
  }
  for (const v of yTicks ?? []) {
    svg.append(
      s("line", { x1: left, x2: width - right, y1: sy(v), y2: sy(v), class: "grid" }),
      s("text", { x: left - 7, y: sy(v) + 4, "text-anchor": "end" }, fixed(v, 1)),
    );
  }
  svg.append(
    s("line", { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, class: "axis" }),
    s(
      "text",
      { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle", class: "label" },
      xLabel,
    ),
  );
  if (yLabel) {
    const middle = (top + height - bottom) / 2;
    svg.append(
      s("text", {
        x: 10,
        y: middle,
        "text-anchor": "middle",
        class: "label",
        transform: `rotate(-90 10 ${middle})`,
      }, yLabel),
    );
  }
  return { svg, sx, sy, top, bottom: height - bottom, right: width - right };
}

/** ROC of one category.
 *
 * @param {number} width Pixels. @param {string} name @param {number} area @param {Float64Array} normals Ascending. @param {Float64Array} anomalies Ascending. */
export function rocChart(width, name, area, normals, anomalies) {
  const steps = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const { svg, sx, sy } = frame({
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
  const points = rocCorners(normals, anomalies).map(([a, b]) => `${sx(a).toFixed(1)},${sy(b).toFixed(1)}`);
  svg.append(
    s("line", { x1: sx(0), y1: sy(0), x2: sx(1), y2: sy(1), class: "chance" }),
    s("polygon", { points: [...points, `${sx(1)},${sy(0)}`].join(" "), class: "roc-area" }),
    s("polyline", { points: points.join(" "), class: "roc" }),
  );
  return svg;
}

/** Histograms of scores: of the normal clips above the axis, of the anomalous ones below it.
 *
 * @param {number} wide Pixels. @param {string} name @param {string} unit Empty if there is none. @param {Float64Array} normals Ascending. @param {Float64Array} anomalies Ascending.
 * @param {number | null | undefined} alarm */
export function scoreChart(wide, name, unit, normals, anomalies, alarm) {
  const all = Float64Array.from([...normals, ...anomalies]).sort();
  const high = all[Math.ceil((all.length - 1) * 0.98)], low = all[0], bins = 28;
  const a = histogram(normals, low, high, bins), b = histogram(anomalies, low, high, bins);
  const cut = high < all[all.length - 1];
  const { svg, sx, sy, top, bottom } = frame({
    width: wide,
    height: Math.min(wide, 340) + 10,
    x: [low, high],
    y: [-1, 1],
    title: `Scores of ${name}: ${normals.length} normal and ${anomalies.length} anomalous clips`,
    xLabel: `Score${unit && `, ${unit}`}${cut ? " (highest 2 % in the last bin)" : ""}`,
    xTicks: ticks(low, high, wide / 70),
    xFormat: (v) => String(v).replace("-", "\u2212"),
  });
  const width = (sx(high) - sx(low)) / bins;
  for (const [counts, sign, kind] of /** @type {const} */ ([[a, 1, "normal"], [b, -1, "anomalous"]])) {
    const most = Math.max(...counts);
    counts.forEach((share, i) => {
      if (share === 0) return;
      const size = share / most * 0.86, y = sign > 0 ? sy(size) : sy(0);
      svg.append(
        s("rect", {
          x: sx(low) + i * width + 0.5,
          y,
          width: width - 1,
          height: sy(0) - sy(size),
          class: kind,
        }),
      );
    });
  }
  svg.append(s("line", { x1: sx(low), x2: sx(high), y1: sy(0), y2: sy(0), class: "axis" }));
  if (typeof alarm === "number" && alarm > low && alarm < high) {
    svg.append(s("line", { x1: sx(alarm), x2: sx(alarm), y1: top, y2: bottom, class: "alarm" }));
  }
  return svg;
}

/** Curve over time with a cursor.
 *
 * @param {{ width: number, values: ArrayLike<number>, alarm: number | null, seconds: number, title: string, start?: number }} options
 * @returns {{ svg: SVGElement, move: (fraction: number) => void, fractionAt: (x: number) => number }} */
export function curveChart({ width, values, alarm, seconds, title, start }) {
  const own = start === undefined ? [...Array.from(values)] : [start, ...Array.from(values)];
  let low = Math.min(...own, alarm ?? Infinity), high = Math.max(...own, alarm ?? -Infinity);
  const room = (high - low || 1) * 0.12;
  low -= room;
  high += room;
  const { svg, sx, sy, top, bottom, right } = frame({
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
  for (const v of ticks(low, high, 5)) {
    svg.append(
      s("text", { x: 47, y: sy(v) + 4, "text-anchor": "end" }, String(v).replace("-", "\u2212")),
    );
  }
  const points = own.map((v, i) => `${sx(i / (own.length - 1 || 1)).toFixed(1)},${sy(v).toFixed(1)}`);
  svg.append(
    s("polygon", {
      points: [`${sx(0)},${bottom}`, ...points, `${sx(1)},${bottom}`].join(" "),
      class: "curve-area",
    }),
    s("polyline", { points: points.join(" "), class: "curve" }),
  );
  if (alarm !== null) {
    svg.append(
      s("line", { x1: sx(0), x2: right, y1: sy(alarm), y2: sy(alarm), class: "alarm" }),
      s(
        "text",
        { x: right - 2, y: sy(alarm) - 5, "text-anchor": "end", class: "name alarm" },
        `alarm, ${scoreText(alarm)}`,
      ),
    );
  }
  const cursor = s("line", { y1: top, y2: bottom, class: "cursor" }),
    dot = s("circle", { r: 4, class: "cursor-dot" });
  svg.append(cursor, dot);
  return {
    svg,
    move(fraction) {
      const at = fraction * (own.length - 1),
        left = Math.floor(at),
        right = Math.min(left + 1, own.length - 1);
      const value = own[left] + (own[right] - own[left]) * (at - left);
      cursor.setAttribute("x1", String(sx(fraction)));
      cursor.setAttribute("x2", String(sx(fraction)));
      dot.setAttribute("cx", String(sx(fraction)));
      dot.setAttribute("cy", String(sy(value)));
    },
    fractionAt(x) {
      const box = svg.getBoundingClientRect(), at = (x - box.left) / box.width * width;
      return Math.min(1, Math.max(0, (at - sx(0)) / (sx(1) - sx(0))));
    },
  };
}
