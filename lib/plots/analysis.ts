/** Table IV as a figure: displacement against the gain from DREM. */
import { UsageError } from "../core/errors.ts";
import { captionOf, count, type Origin } from "./caption.ts";
import type { Figure } from "./figure.ts";
import { axis, COLOURS, dashedLine, grid, layout, panelAxes, panelTitle } from "./style.ts";

/** One category of Table IV. */
export interface DisplacementRow {
  /** The category. */
  readonly category: string;
  /** Mean displacement of the category's clips, metres. */
  readonly dsp: number;
  /** AUROC with DREM. */
  readonly auroc: number;
  /** Gain: AUROC with DREM minus AUROC without. */
  readonly gain: number;
}

/** A correlation and its 95 % interval. */
export interface PlottedCorrelation {
  /** Name of the coefficient, such as `Pearson's r`. */
  readonly name: string;
  /** Value, in [-1, 1]. */
  readonly value: number;
  /** 95 % interval, [low, high]. */
  readonly ci: readonly [number, number];
}

/** Displacement of each category against the gain from DREM (left) and the AUROC with DREM (right).
 * @param correlations Correlation of displacement with the gain, and with the AUROC; absent where there are too few categories.
 * @param options `columns` of a paper that the figure is for: for one, the panels are one above the other. 2 if absent.
 * @throws {UsageError} If there is no category.
 * @example
 * ```ts
 * import { displacementFigure } from "@lab/iadnet/plots";
 * import { assertEquals } from "@std/assert";
 * const rows = [{ category: "hug", dsp: 1.2, auroc: 0.9, gain: 0.1 }, { category: "wave", dsp: 0.8, auroc: 0.8, gain: 0 }];
 * const r = { name: "r", value: 1, ci: [-1, 1] as const };
 * const figure = displacementFigure(rows, { gain: r, auroc: r }, { detector: "iadnet:preset=tiny", seeds: [0] });
 * assertEquals(figure.data[0].y, [0.1, 0]);
 * ```
 */
export function displacementFigure(
  rows: readonly DisplacementRow[],
  correlations: { readonly gain: PlottedCorrelation; readonly auroc: PlottedCorrelation } | undefined,
  origin: Origin,
  { columns = 2 }: { readonly columns?: 1 | 2 } = {},
): Figure {
  if (rows.length === 0) {
    throw new UsageError("Cannot plot displacements: expected at least one category, got none");
  }
  const correlationText = ({ name, value, ci }: PlottedCorrelation) =>
    `${name} ${value.toFixed(2)} (${ci[0].toFixed(2)} to ${ci[1].toFixed(2)})`;
  const dsp = rows.map((row) => row.dsp), low = Math.min(...dsp), high = Math.max(...dsp);
  const room = (high - low || 1) * 0.15;
  const panels = grid(2, columns, columns === 1 ? [0, 0.1] : [0.1, 0]);
  const shown = [["gain", "gain in AUROC from DREM"], ["auroc", "AUROC with DREM"]] as const;
  return {
    kind: "displacement",
    caption: captionOf(
      "Displacement dsp by category (mean over its clips of the largest change of a joint pair's distance), against the " +
        `gain from DREM and the AUROC with DREM (Table IV).${
          correlations ? " Correlations with 95 % intervals." : ""
        }`,
      origin,
      count(rows.length, "category").replace("categorys", "categories"),
    ),
    data: shown.map(([key], k) => ({
      type: "scatter",
      mode: "markers+text",
      x: dsp,
      y: rows.map((row) => row[key]),
      text: rows.map((row) => row.category),
      textposition: labelSides(rows.map((row) => [row.dsp, row[key]])),
      marker: { color: COLOURS.blue, size: 8 },
      showlegend: false,
      xaxis: panels[k].x,
      yaxis: panels[k].y,
    })),
    layout: layout("Displacement and DREM", columns === 1 ? 640 : 400, {
      ...panelAxes(panels, ({ bottom }, k) => [
        axis(bottom ? "dsp (m)" : "", { range: [low - room, high + room] }),
        axis(shown[k][1], { range: around(rows.map((row) => row[shown[k][0]])) }),
      ]),
      shapes: [{ ...dashedLine({ x0: low - room, x1: high + room, y0: 0, y1: 0 }), layer: "below" }],
      ...(correlations && {
        annotations: shown.map(([key], k) => panelTitle(panels[k], correlationText(correlations[key]))),
      }),
    }),
  };
}

/** Position of each label: above its point, or below if a point near by has its label above. */
function labelSides(points: readonly (readonly [number, number])[]): ("top center" | "bottom center")[] {
  const size = [0, 1].map((k) => {
    const values = points.map((point) => point[k]);
    return Math.max(...values) - Math.min(...values) || 1;
  });
  const near = (a: readonly number[], b: readonly number[]) =>
    Math.abs(a[0] - b[0]) < 0.15 * size[0] && Math.abs(a[1] - b[1]) < 0.08 * size[1];
  const sides: ("top center" | "bottom center")[] = [];
  points.forEach((point, i) => {
    const taken = points.slice(0, i).some((other, j) => sides[j] === "top center" && near(point, other));
    sides.push(taken ? "bottom center" : "top center");
  });
  return sides;
}

/** A range with room for labels above the highest point. It includes 0 if 0 is near. */
function around(values: readonly number[]): [number, number] {
  const low = Math.min(...values), high = Math.max(...values), room = (high - low || 0.1) * 0.2;
  return [Math.min(low - room, low > 0 && low < room ? 0 : low - room), high + room];
}
