/**
 * ROC curves and score histograms, one small panel a category.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import { rocCurve } from "../metrics/curve.ts";
import { sidesOf } from "../metrics/macro.ts";
import { quantile } from "../metrics/quantile.ts";
import { captionOf } from "./caption.ts";
import type { Figure, Trace } from "./figure.ts";
import type { Axis } from "./layout.ts";
import { grid, type Panel, panelTitle } from "./grid.ts";
import { clipsOf, type NamedRuns, originOf, type PlottedRun } from "./run.ts";
import { axis, COLOURS, layout, SERIES } from "./style.ts";

/** How many panels stand in a row, and the height of one with its title, pixels: 40 categories fit a page. */
function arrangement(count: number): { columns: number; panel: number; rows: number } {
  const [columns, panel] = count > 12 ? [6, 150] : [4, 190];
  return { columns, panel, rows: Math.ceil(count / columns) };
}

/** ROC curves, one panel a category, the runs over each other.
 *
 * @param categories Categories to show; all of the first run if absent.
 * @throws {UsageError} If there is no run, or a run lacks a category.
 * @example
 * ```ts
 * import { evaluate, rocFigure, splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const split = splitDataset(dataset, "fold:2", 0);
 * const run = await evaluate({ dataset, split, detector: "iadnet:preset=tiny", seed: 0 });
 * assertEquals(rocFigure({ "IADNet": run }, ["hug"]).data.length, 2); // chance, and the curve
 * ```
 */
export function rocFigure(runs: NamedRuns, categories?: readonly string[]): Figure {
  const names = Object.keys(runs);
  if (names.length === 0) throw new UsageError("Cannot plot ROC curves: there is no run");
  const shown = categories ?? runs[names[0]].categories.map(({ category }) => category);
  const panels = panelsOf(shown.length);
  const titles: string[] = [];
  const data = shown.flatMap((category, k): Trace[] => {
    const { x, y } = panels[k];
    const areas: string[] = [];
    const curves = names.map((name, i): Trace => {
      const found = categoryOf(runs[name], category), { normal, anomalous } = sidesOf(found.scores);
      const { fpr, tpr } = rocCurve(normal, anomalous);
      areas.push(found.auroc.toFixed(3));
      return {
        type: "scatter",
        mode: "lines",
        name,
        legendgroup: name,
        showlegend: k === 0 && names.length > 1,
        x: [...fpr],
        y: [...tpr],
        xaxis: x,
        yaxis: y,
        line: { color: SERIES[i % SERIES.length], width: 2 },
      };
    });
    titles.push(`${category}<br>${areas.join(", ")}`);
    const chance: Trace = {
      type: "scatter",
      mode: "lines",
      x: [0, 1],
      y: [0, 1],
      xaxis: x,
      yaxis: y,
      line: { color: COLOURS.grey, width: 1, dash: "dot" },
      showlegend: false,
      hoverinfo: "skip",
    };
    return [chance, ...curves];
  });
  return {
    kind: "roc",
    caption: captionOf(
      "ROC curves by normal category, AUROC above each. The dotted line is chance.",
      originOf(Object.values(runs)),
      clipsOf(runs[names[0]]),
    ),
    data,
    layout: {
      ...multiples("ROC curves", panels, titles, {
        x: ["false alarms", { range: [0, 1] }],
        y: ["anomalies found", { range: [0, 1.02] }],
      }),
      showlegend: names.length > 1,
    },
  };
}

/** Histograms of scores: normal and anomalous test clips, one panel a category, as shares of each side. Scores above the
 * upper quartile by more than three interquartile ranges are counted in the last bar.
 *
 * @param categories Categories to show; all if absent. @param bins Bars, at least 2.
 * @throws {UsageError} If the run lacks a category.
 * @example
 * ```ts
 * import { evaluate, histogramFigure, splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const split = splitDataset(dataset, "fold:2", 0);
 * const run = await evaluate({ dataset, split, detector: "iadnet:preset=tiny", seed: 0 });
 * assertEquals(histogramFigure(run).data.map(({ name }) => name).slice(0, 2), ["normal", "anomalous"]);
 * ```
 */
export function histogramFigure(run: PlottedRun, categories?: readonly string[], bins = 24): Figure {
  const shown = categories ?? run.categories.map(({ category }) => category);
  const panels = panelsOf(shown.length);
  const data = shown.flatMap((category, k): Trace[] => {
    const { scores } = categoryOf(run, category), sides = sidesOf(scores);
    const edges = binEdges(scores.map(({ score }) => score), bins), width = edges[1] - edges[0];
    return (["normal", "anomalous"] as const).map((side): Trace => ({
      type: "bar",
      orientation: "v",
      name: side,
      legendgroup: side,
      showlegend: k === 0,
      x: edges.slice(0, -1).map((edge) => edge + width / 2),
      y: shares(sides[side], edges),
      width,
      xaxis: panels[k].x,
      yaxis: panels[k].y,
      marker: { color: side === "normal" ? COLOURS.blue : COLOURS.vermillion },
      opacity: 0.6,
    }));
  });
  return {
    kind: "histogram",
    caption: captionOf(
      "Scores of test clips by normal category, as shares of the normal and of the anomalous clips. " +
        "The last bar holds all higher scores, too.",
      originOf([run]),
      clipsOf(run),
    ),
    data,
    layout: {
      ...multiples("Scores of test clips", panels, shown, { x: ["score (nats)", {}], y: ["share", {}] }),
      barmode: "overlay",
      showlegend: true,
    },
  };
}

function categoryOf(run: PlottedRun, category: string) {
  const found = run.categories.find((c) => c.category === category);
  if (!found) throw new UsageError(`Cannot plot category ${category}: the run does not have it`);
  return found;
}

function panelsOf(count: number): Panel[] {
  const { columns, panel, rows } = arrangement(count);
  return grid(count, columns, [0.24 / columns, rows > 1 ? Math.min(0.3, 70 / (rows * panel)) : 0]);
}

/** The layout of small multiples: axis titles only at the left and at the bottom. */
function multiples(
  title: string,
  panels: readonly Panel[],
  titles: readonly string[],
  axes: { readonly x: readonly [string, Axis]; readonly y: readonly [string, Axis] },
) {
  const { panel: each, rows } = arrangement(panels.length);
  return layout(title, 140 + each * rows, {
    annotations: panels.map((panel, k) => panelTitle(panel, titles[k])),
    legend: { orientation: "h", x: 0, y: 1 + 34 / (each * rows), xanchor: "left", yanchor: "bottom" },
    margin: { l: 60, r: 20, t: 110, b: 50 },
    ...Object.fromEntries(panels.flatMap((panel): [string, Axis][] => [
      [
        panel.xKey,
        axis(panel.bottom ? axes.x[0] : "", { ...axes.x[1], domain: panel.across, anchor: panel.y }),
      ],
      [panel.yKey, axis(panel.left ? axes.y[0] : "", { ...axes.y[1], domain: panel.up, anchor: panel.x })],
    ])),
  });
}

/** Equal bins from the least score to the greatest, but not beyond Tukey's far fence. */
function binEdges(scores: readonly number[], bins: number): number[] {
  const sorted = Float64Array.from(scores).sort(), low = sorted[0];
  const fence = quantile(sorted, 0.75) + 3 * (quantile(sorted, 0.75) - quantile(sorted, 0.25));
  const high = Math.max(Math.min(sorted[sorted.length - 1], fence), low + 1e-9);
  return Array.from({ length: bins + 1 }, (_, i) => low + (high - low) * i / bins);
}

/** Part of the values in each bin; those beyond the last edge are in the last bin. */
function shares(values: readonly number[], edges: readonly number[]): number[] {
  const bins = edges.length - 1, width = edges[1] - edges[0], out = Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor((value - edges[0]) / width);
    out[Math.min(bins - 1, Math.max(0, bin))] += 1 / values.length;
  }
  return out;
}
