// @ts-check
/// <reference lib="dom" />
import { frame } from "./charts.js";
import { s } from "./dom.js";
import { between, minus, ticks } from "./numbers.js";

/** Curve over time with a cursor. Alarms are a band of scores, or spans of time.
 *
 * @param {{ width: number, values: ArrayLike<number>, seconds: number, title: string, start?: number,
 *   band?: { low: number, high: number } | null, spans?: [from: number, to: number][] }} options Spans are in fractions of the clip.
 * @returns {{ svg: SVGElement, move: (fraction: number) => void, fractionAt: (x: number) => number }} */
export function curveChart({ width, values, seconds, title, start, band, spans = [] }) {
  const own = [...(start === undefined ? [] : [start]), ...Array.from(values)];
  let low = Math.min(...own, band?.low ?? Infinity), high = Math.max(...own, band?.high ?? -Infinity);
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
  for (const [from, to] of spans) {
    svg.append(
      s("rect.alarm-band", {
        x: sx(from),
        y: top,
        width: Math.max(2, sx(to) - sx(from)),
        height: bottom - top,
      }),
    );
  }
  curve("curve", own.map((v, i) => [i / (own.length - 1 || 1), v]));
  if (band) {
    const [from, to] = [sy(band.low), sy(band.high)];
    svg.append(s("rect.alarm-band", { x: sx(0), y: to, width: right - sx(0), height: from - to }));
    for (const y of new Set([from, to])) line("alarm", sx(0), y, right, y);
    label("alarm", right - 2, to - 5, "end", { class: "alarm" });
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

/** Spans of frames with an alarm, in fractions of the clip.
 *
 * @param {readonly boolean[]} loud Whether each frame raises the alarm. @returns {[from: number, to: number][]} */
export function alarmSpans(loud) {
  /** @type {[number, number][]} */
  const spans = [];
  const last = loud.length - 1 || 1;
  loud.forEach((isLoud, t) => {
    if (!isLoud) return;
    if (t > 0 && loud[t - 1]) spans[spans.length - 1][1] = t / last;
    else spans.push([t / last, t / last]);
  });
  return spans;
}
