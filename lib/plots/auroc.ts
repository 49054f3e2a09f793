/** AUROC as bars, one row per category: detectors side by side, floors and the paper's values as markers. */
import { UsageError } from "../core/errors.ts";
import { captionOf, clipsOf, type NamedRuns, type Origin, originOf, type PlottedAuroc } from "./caption.ts";
import type { ErrorBars, Figure, Trace } from "./figure.ts";
import { axis, categoryAxis, COLOURS, dashedLine, layout, SERIES, SYMBOLS } from "./style.ts";

/** Label of the row with the mean. */
const MACRO = "macro mean";

/** The line at the AUROC of chance. */
const CHANCE = dashedLine({ x0: 0.5, x1: 0.5, y0: 0, y1: 1 }, "paper");

/** All AUROCs, with room for the marker and the whisker of 1. */
const AUROC_RANGE = { range: [0, 1.02] } as const;

/** Options for `aurocFigure`. */
export interface AurocOptions {
  /** Floors to show; the three with the highest macro mean if absent. */
  readonly floors?: readonly string[];
  /** AUROC of each category in the paper (`PAPER_AUROC`). Missing categories have no marker. */
  readonly paper?: Readonly<Record<string, number>>;
}

/** AUROC of each category with its 95 % interval: one row of bars per category, the macro mean last.
 * @param runs Runs by display name. The categories are those of the first run.
 * @throws {UsageError} If there is no run, or a run lacks a category of the first. */
export function aurocFigure(runs: NamedRuns, options: AurocOptions = {}): Figure {
  const names = Object.keys(runs);
  if (names.length === 0) throw new UsageError("Cannot plot AUROC: expected at least one run, got none");
  const first = runs[names[0]];
  const rows = [...first.categories.map(({ category }) => category), MACRO];
  const bars = names.map((name, i): Trace => {
    const { categories, macro } = runs[name];
    const cells = rows.map((row) => row === MACRO ? macro : categories.find((c) => c.category === row));
    const missing = cells.indexOf(undefined);
    if (missing >= 0) throw new UsageError(`Cannot plot AUROC: run ${name} lacks ${rows[missing]}`);
    const found = cells as PlottedAuroc[];
    return {
      type: "bar",
      orientation: "h",
      name,
      x: found.map(({ auroc }) => auroc),
      y: rows,
      marker: { color: SERIES[i % SERIES.length], opacity: 0.4 },
      error_x: intervals(found, SERIES[i % SERIES.length]),
    };
  });
  const strongest = Object.keys(first.floors).sort((a, b) => first.floors[b] - first.floors[a]).slice(0, 3);
  const { floors = strongest, paper } = options;
  const marks = floors.map((floor, i): Trace => ({
    type: "scatter",
    mode: "markers",
    name: `floor ${floor}`,
    x: [...first.categories.map((category) => category.floors[floor]), first.floors[floor]],
    y: rows,
    marker: { color: COLOURS.grey, symbol: SYMBOLS[i % SYMBOLS.length], size: 7 },
  }));
  const known = rows.filter((row) => paper?.[row] !== undefined);
  if (paper && known.length > 0) {
    marks.push({
      type: "scatter",
      mode: "markers",
      name: "paper (Table I)",
      x: known.map((row) => paper[row]),
      y: known,
      marker: { color: COLOURS.green, symbol: "diamond-open", size: 9 },
    });
  }
  // Less for many rows, so that Inter-X fits on a page.
  const rowHeight = rows.length > 20 ? 8 + 10 * names.length : 16 + 12 * names.length;
  return {
    kind: "auroc",
    caption: captionOf(
      "AUROC (anomaly positive) by normal category. Whiskers are DeLong 95 % intervals, for the macro mean bootstrap " +
        "intervals over test clips. The line is chance.",
      originOf(Object.values(runs)),
      clipsOf(first),
    ),
    data: [...bars, ...marks],
    layout: layout("AUROC by category", 150 + rows.length * rowHeight, {
      margin: { l: 60, r: 20, t: 100, b: 50 },
      barmode: "group",
      bargap: 0.3,
      xaxis: axis("AUROC", AUROC_RANGE),
      yaxis: categoryAxis("", rows, { autorange: "reversed", showgrid: false }),
      shapes: [CHANCE],
      showlegend: true,
    }),
  };
}

/** One detector of a comparison, such as a `ComparedDetector`. */
export interface PlottedDetector extends PlottedAuroc {
  /** Name of the detector. */
  readonly detector: string;
}

/** Mean AUROC of several detectors with their 95 % intervals, in the order given.
 * @param n What the means are taken over, such as `8 categories in 5 folds`. */
export function comparisonFigure(rows: readonly PlottedDetector[], origin: Origin, n: string): Figure {
  const names = rows.map(({ detector }) => detector);
  return {
    kind: "comparison",
    caption: captionOf("Macro mean of AUROC with bootstrap 95 % intervals. The line is chance.", origin, n),
    data: [{
      type: "scatter",
      mode: "markers",
      x: rows.map(({ auroc }) => auroc),
      y: names,
      error_x: intervals(rows, COLOURS.blue),
      marker: { color: COLOURS.blue, symbol: "circle-open", size: 8 },
      showlegend: false,
    }],
    layout: layout("Detectors compared", 120 + 26 * rows.length, {
      xaxis: axis("macro mean of AUROC", AUROC_RANGE),
      yaxis: categoryAxis("", names, { autorange: "reversed" }),
      shapes: [CHANCE],
    }),
  };
}

/** Error bars that reach to the ends of each interval. */
function intervals(rows: readonly PlottedAuroc[], color: string): ErrorBars {
  return {
    type: "data",
    symmetric: false,
    array: rows.map(({ auroc, ci }) => ci[1] - auroc),
    arrayminus: rows.map(({ auroc, ci }) => auroc - ci[0]),
    color,
    thickness: 2,
    width: 3,
  };
}
