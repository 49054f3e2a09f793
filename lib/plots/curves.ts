/** ROC curves and score histograms, one small panel per category. */
import { UsageError } from "../core/errors.ts";
import { splitScores } from "../metrics/cells.ts";
import { rocCurve } from "../metrics/curve.ts";
import { quantile } from "../metrics/statistics.ts";
import { captionOf, clipsOf, type NamedRuns, originOf, type PlottedRun } from "./caption.ts";
import type { Axis, Figure, Layout, Trace } from "./figure.ts";
import { axis, COLOURS, grid, layout, panelAxes, panelTitle, SERIES } from "./style.ts";

/** Title of an axis and its other properties. */
type Labelled = readonly [title: string, more: Axis];

/** Options for figures of small panels. */
export interface PanelOptions {
  /** Columns of a paper that the figure is for: for one, it has fewer panels side by side. 2 if absent. */
  readonly columns?: 1 | 2;
}

/** Options for `histogramFigure`. */
export interface HistogramOptions extends PanelOptions {
  /** Number of bars, at least 2; 24 if absent. */
  readonly bins?: number;
}

/** ROC curves, one panel per category, with one curve per run.
 * @param categories Categories to show; all categories of the first run if absent.
 * @throws {UsageError} If there is no run, or a run lacks a category.
 * @example
 * ```ts
 * import { evaluate, splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { histogramFigure, rocFigure } from "@lab/iadnet/plots";
 * import { assertEquals } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const split = splitDataset(dataset, "fold:2", 0);
 * const run = await evaluate({ dataset, split, detector: "iadnet:preset=tiny", seed: 0 });
 * assertEquals(rocFigure({ "IADNet": run }, ["hug"]).data.length, 2); // chance, and the curve
 * assertEquals(histogramFigure(run, ["hug"]).data.map(({ name }) => name), ["normal", "anomalous"]);
 * ```
 */
export function rocFigure(
  runs: NamedRuns,
  categories?: readonly string[],
  { columns = 2 }: PanelOptions = {},
): Figure {
  const names = Object.keys(runs);
  if (names.length === 0) throw new UsageError("Cannot plot ROC curves: expected at least one run, got none");
  const shown = categories ?? runs[names[0]].categories.map(({ category }) => category);
  const lines = inLines(names.map(() => "0.000")).length;
  const { panels, layoutOf } = multiples(shown.length, columns, 1 + lines);
  const found = shown.map((category) => names.map((name) => categoryOf(runs[name], category)));
  const data = found.flatMap((all, k): Trace[] => {
    const common = { type: "scatter", mode: "lines", xaxis: panels[k].x, yaxis: panels[k].y } as const;
    const curves = all.map(({ scores }, i): Trace => {
      const { normal, anomalous } = splitScores(scores), { fpr, tpr } = rocCurve(normal, anomalous);
      return {
        ...common,
        name: names[i],
        legendgroup: names[i],
        showlegend: k === 0 && names.length > 1,
        x: [...fpr],
        y: [...tpr],
        line: { color: SERIES[i % SERIES.length], width: 2 },
      };
    });
    const line = { color: COLOURS.grey, width: 1, dash: "dot" } as const;
    return [{ ...common, x: [0, 1], y: [0, 1], line, showlegend: false, hoverinfo: "skip" }, ...curves];
  });
  const titles = found.map((all, k) =>
    [shown[k], ...inLines(all.map(({ auroc }) => auroc.toFixed(3)))].join("<br>")
  );
  return {
    kind: "roc",
    caption: captionOf(
      "ROC curves by normal category, AUROC above each. The dotted line is chance.",
      originOf(Object.values(runs)),
      clipsOf(runs[names[0]]),
    ),
    data,
    layout: layoutOf(
      "ROC curves",
      titles,
      ["false alarms", { range: [0, 1] }],
      ["anomalies found", { range: [0, 1.02] }],
      true,
      { showlegend: names.length > 1 },
    ),
  };
}

/** Histograms of the scores of normal and anomalous test clips, one panel per category, as fractions of each class. The last bar
 * includes all scores more than three interquartile ranges above the upper quartile.
 * @param categories Categories to show; all if absent.
 * @throws {UsageError} If the run lacks a category. */
export function histogramFigure(
  run: PlottedRun,
  categories?: readonly string[],
  { bins = 24, columns = 2 }: HistogramOptions = {},
): Figure {
  const shown = categories ?? run.categories.map(({ category }) => category);
  const { panels, layoutOf } = multiples(shown.length, columns, 1);
  const data = shown.flatMap((category, k): Trace[] => {
    const { scores } = categoryOf(run, category), classes = splitScores(scores);
    const edges = binEdges(scores.map(({ score }) => score), bins), width = edges[1] - edges[0];
    return (["normal", "anomalous"] as const).map((label): Trace => ({
      type: "bar",
      orientation: "v",
      name: label,
      legendgroup: label,
      showlegend: k === 0,
      x: edges.slice(0, -1).map((edge) => edge + width / 2),
      y: fractions(classes[label], edges),
      width,
      xaxis: panels[k].x,
      yaxis: panels[k].y,
      marker: { color: label === "normal" ? COLOURS.blue : COLOURS.vermillion },
      opacity: 0.6,
    }));
  });
  return {
    kind: "histogram",
    caption: captionOf(
      "Scores of test clips by normal category, as fractions of the normal and of the anomalous clips. " +
        "The last bar includes all higher scores.",
      originOf([run]),
      clipsOf(run),
    ),
    data,
    layout: layoutOf("Scores of test clips", shown, ["score (nats)", {}], ["fraction", {}], false, {
      barmode: "overlay",
      showlegend: true,
    }),
  };
}

function categoryOf(run: PlottedRun, category: string) {
  const found = run.categories.find((c) => c.category === category);
  if (!found) throw new UsageError(`Cannot plot category ${category}: the run has no such category`);
  return found;
}

/** AUROCs of several runs, two in a line. */
function inLines(texts: readonly string[]): string[] {
  return Array.from(
    { length: Math.ceil(texts.length / 2) },
    (_, k) => texts.slice(2 * k, 2 * k + 2).join(", ") + (2 * k + 2 < texts.length ? "," : ""),
  );
}

/** Panels of small multiples, so small that 40 categories fit on a page, and their layout: axis titles only at the left and at the
 * bottom.
 * @param width Columns of a paper. @param lines Lines of the title of a panel. */
function multiples(count: number, width: 1 | 2, lines: number) {
  const isNarrow = width === 1, isMany = count > 12;
  const columns = isMany ? (isNarrow ? 4 : 6) : isNarrow ? 3 : 4,
    height = (isMany || isNarrow ? 134 : 174) + 14 * (lines - 1);
  const rows = Math.ceil(count / columns), tall = rows * height;
  const panels = grid(count, columns, [
    (isNarrow ? 0.32 : 0.24) / columns,
    rows > 1 ? Math.min(0.5 / (rows - 1), (54 + 14 * lines) / tall) : 0,
  ]);
  const layoutOf = (
    title: string,
    titles: readonly string[],
    x: Labelled,
    y: Labelled,
    /** Whether all panels have the same axes: only those at the left and at the bottom have labels. */
    isShared: boolean,
    more: Partial<Layout>,
  ) =>
    layout(title, 120 + 14 * lines + tall, {
      annotations: panels.map((panel, k) => panelTitle(panel, titles[k])),
      legend: { orientation: "h", x: 0, y: 1 + (14 + 14 * lines) / tall, xanchor: "left", yanchor: "bottom" },
      margin: { l: 60, r: 20, t: 90 + 14 * lines, b: 50 },
      ...panelAxes(panels, ({ left, bottom }) => [
        axis(bottom ? x[0] : "", { ...x[1], ...(isShared && !bottom && { showticklabels: false }) }),
        axis(left ? y[0] : "", { ...y[1], ...(isShared && !left && { showticklabels: false }) }),
      ]),
      ...more,
    });
  return { panels, layoutOf };
}

/** Equal bins from the smallest score to the largest, but not beyond Tukey's outer fence. */
function binEdges(scores: readonly number[], bins: number): number[] {
  const sorted = [...scores].sort((a, b) => a - b), last = sorted.length - 1;
  const [lower, upper] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const low = sorted[0], fence = upper + 3 * (upper - lower);
  const high = Math.max(Math.min(sorted[last], fence), low + 1e-9);
  return Array.from({ length: bins + 1 }, (_, i) => low + (high - low) * i / bins);
}

/** Fraction of the values in each bin; the last bin includes values beyond the last edge. */
function fractions(values: readonly number[], edges: readonly number[]): number[] {
  const bins = edges.length - 1, width = edges[1] - edges[0], out = Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor((value - edges[0]) / width);
    out[Math.min(bins - 1, Math.max(0, bin))] += 1 / values.length;
  }
  return out;
}
