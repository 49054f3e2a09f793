// @ts-check
/// <reference lib="dom" />
import { frame } from "./charts.js";
import { s } from "./dom.js";
import { fixed, histogram, minus, ticks } from "./numbers.js";
import { alarmLine, raisesAlarm } from "./rule.js";
import { sides } from "./rows.js";

/** @import { Row } from "./rule.js" */

/** Histograms of scores: of the normal clips above the axis, of the anomalous ones below it. What raises the alarm is filled.
 *
 * @param {number} width Pixels. @param {string} name @param {string} unit Empty if there is none. @param {readonly Row[]} rows
 * @param {number} alpha */
export function scoreChart(width, name, unit, rows, alpha) {
  const [normals, anomalies] = sides(rows), isCalibrated = rows.some(({ p }) => p !== undefined);
  const all = Float64Array.from(rows, ({ score }) => score).sort();
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
  const wide = (sx(high) - sx(low)) / bins, loud = rows.filter(({ p }) => raisesAlarm(p, alpha));
  for (const [i, kind] of /** @type {const} */ (["normal", "anomalous"]).entries()) {
    const values = [normals, anomalies][i], filled = isCalibrated ? sides(loud)[i] : values;
    const shares = histogram(values, low, high, bins), most = Math.max(...shares);
    const parts = histogram(filled, low, high, bins).map((share) => share * filled.length / values.length);
    shares.forEach((share, bin) => {
      for (const [part, more] of [[share, ".quiet"], [parts[bin], ""]]) {
        if (!(Number(part) > 0)) continue;
        const end = sy((kind === "normal" ? 1 : -1) * Number(part) / most * 0.86);
        const [y, height] = [Math.min(end, sy(0)), Math.abs(end - sy(0))];
        svg.append(s(`rect.${kind}${more}`, { x: sx(low) + bin * wide + 0.5, y, width: wide - 1, height }));
      }
    });
  }
  line("axis", sx(low), sy(0), sx(high), sy(0));
  const alarm = alarmLine(rows, alpha);
  if (alarm) {
    const [from, to] = [alarm.low, alarm.high].map((score) => sx(Math.min(high, Math.max(low, score))));
    svg.append(s("rect.alarm-band", { x: from, y: top, width: to - from, height: bottom - top }));
    for (const x of new Set([from, to])) line("alarm", x, top, x, bottom);
  }
  return svg;
}

/** Smallest alpha of the chart of alarms. */
const LEAST = 0.002;

/** Fraction of the normal and of the anomalous clips that raise the alarm at every alpha, and the alpha that is chosen.
 *
 * @param {number} width Pixels. @param {string} name @param {readonly Row[]} rows Calibrated. @param {number} alpha */
export function alarmChart(width, name, rows, alpha) {
  const steps = [0, 0.2, 0.4, 0.6, 0.8, 1], at = (/** @type {number} */ p) => Math.log10(Math.max(p, LEAST));
  const { svg, sx, sy, top, bottom, line, label } = frame({
    width,
    height: 220,
    x: [at(LEAST), 0],
    y: [0, 1],
    title: `Fraction of the clips with an alarm by the detector of ${name}, by alpha`,
    xLabel: "Alpha",
    yLabel: "Clips with an alarm",
    xTicks: (width < 420 ? [0.01, 0.1, 1] : [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]).map(at),
    yTicks: steps,
    xFormat: (v) => minus(Number((10 ** v).toPrecision(2))),
  });
  for (const [anomalous, kind] of /** @type {const} */ ([[false, "normal"], [true, "anomalous"]])) {
    const p = Float64Array.from(
      rows.flatMap((row) => row.anomalous === anomalous && row.p !== undefined ? [row.p] : []),
    ).sort();
    let points = `${sx(at(LEAST))},${sy(0)}`;
    p.forEach((value, i) => {
      const x = sx(at(value)).toFixed(1);
      points += ` ${x},${sy(i / p.length).toFixed(1)} ${x},${sy((i + 1) / p.length).toFixed(1)}`;
    });
    svg.append(s(`polyline.rate.${kind}`, { points: `${points} ${sx(0)},${sy(1)}` }));
  }
  line("alarm", sx(at(alpha)), top, sx(at(alpha)), bottom);
  const isRight = at(alpha) > at(0.2);
  label(`alpha ${fixed(alpha, 3)}`, sx(at(alpha)) + (isRight ? -4 : 4), top - 1, isRight ? "end" : "start", {
    class: "alarm",
  });
  return svg;
}
