/**
 * Figures and results in notebooks: objects that show themselves, with everything they need to do so offline.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import type { Clip } from "../data/clip.ts";
import { DataError } from "../core/errors.ts";
import { aurocFigure, type AurocOptions, comparisonFigure, type PlottedDetector } from "./auroc.ts";
import type { Origin } from "./caption.ts";
import { animatedClipFigure, clipFigure } from "./clip.ts";
import { histogramFigure, rocFigure } from "./curves.ts";
import type { Figure } from "./figure.ts";
import type { NamedRuns, PlottedRun } from "./run.ts";
import { escapeText } from "./svg/element.ts";

/** The method by which Deno's Jupyter kernel asks a value how to show it. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** A value in several MIME types. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** A value that shows itself in a notebook. */
export interface Displayable {
  /** The value as HTML, as text, and where it is a figure as `application/vnd.plotly.v1+json`. */
  [JUPYTER_DISPLAY](): MimeBundle;
}

/** The plotly.js that is written into notebooks. */
const PLOTLY = "npm:plotly.js-dist@4.1.1/plotly.js";

/** Whether this process has written plotly.js into its notebook: a kernel is a process. */
let inlined = false;

/** Write plotly.js (3 MB) into the notebook again with the next figure: after the output that held it was cleared.
 *
 * @example
 * ```ts
 * import { clipFigure, figureBundle, generateClip, inlinePlotlyAgain } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const size = () => String(figureBundle(clipFigure(generateClip({ category: "hug", seed: 0 })))["text/html"]).length;
 * size();
 * assert(size() < 1e6);
 * inlinePlotlyAgain();
 * assert(size() > 1e6);
 * ```
 */
export function inlinePlotlyAgain(): void {
  inlined = false;
}

/** A script that defines `Plotly`, or nothing if this process has written it already: packed, a quarter of its size, since long
 * messages of a kernel are slow and not safe. `PlotlyLoading` is there until it is unpacked. Module loaders of the page, such as
 * require.js, are hidden from it.
 *
 * @throws {DataError} If plotly.js cannot be read.
 */
export function plotlyLoader(): string {
  if (inlined) return "";
  const url = import.meta.resolve(PLOTLY);
  let source: Uint8Array;
  try {
    source = Deno.readFileSync(new URL(url));
  } catch (cause) {
    throw new DataError(`Cannot open plotly.js ${url}: ${(cause as Error).message}`, url);
  }
  inlined = true;
  return `<script>if(!window.Plotly&&!window.PlotlyLoading)window.PlotlyLoading=(async()=>{` +
    `const packed=Uint8Array.from(atob("${gzipSync(source).toString("base64")}"),(c)=>c.charCodeAt(0));` +
    `const stream=new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));` +
    `const script=document.createElement("script");` +
    `script.textContent="(function(){var define,module,exports,require;\\n"+await new Response(stream).text()+` +
    `"\\n;if(typeof Plotly!=='undefined')window.Plotly=Plotly;}).call(window);";` +
    `document.head.append(script);script.remove();delete window.PlotlyLoading;})();</script>`;
}

/** A figure as a notebook's output. The first one of a process carries plotly.js, so that the notebook needs no network.
 *
 * @throws {DataError} If plotly.js cannot be read.
 * @example
 * ```ts
 * import { clipFigure, figureBundle, generateClip } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const bundle = figureBundle(clipFigure(generateClip({ category: "hug", seed: 0 })));
 * assert(String(bundle["text/html"]).includes("Plotly.newPlot"));
 * ```
 */
export function figureBundle(figure: Figure): MimeBundle {
  const { data, layout, frames, caption } = figure;
  const config = { responsive: true, displaylogo: false };
  return {
    "text/html": plotlyLoader() + figureHtml(figure, `figure-${crypto.randomUUID()}`),
    "application/vnd.plotly.v1+json": { data, layout, config, ...(frames && { frames }) },
    "text/plain": `Figure ${figure.kind}: ${caption}`,
  };
}

/** The HTML of one figure on a page that defines `Plotly`. @param id Id of its element, unique on the page. */
export function figureHtml({ data, layout, frames, caption }: Figure, id: string): string {
  const json = JSON.stringify({ data, layout, frames, config: { responsive: true, displaylogo: false } })
    .replaceAll("<", "\\u003c");
  const missing = "plotly.js is not on this page: run inlinePlotlyAgain(), then this cell.";
  return `<div id="${id}" style="width:100%;height:${layout.height}px"></div>` +
    `<p style="font-size:90%">${escapeText(caption)}</p>` +
    `<script>Promise.resolve(window.PlotlyLoading).then(()=>{if(window.Plotly)Plotly.newPlot("${id}",${json});` +
    `else document.getElementById("${id}").textContent="${missing}";});</script>`;
}

/** A figure that shows itself: the last value of a cell.
 *
 * @example
 * ```ts
 * import { clipFigure, generateClip, JUPYTER_DISPLAY, show } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const shown = show(clipFigure(generateClip({ category: "hug", seed: 0 })));
 * assertEquals(Object.keys(shown[JUPYTER_DISPLAY]()), [
 *   "text/html",
 *   "application/vnd.plotly.v1+json",
 *   "text/plain",
 * ]);
 * ```
 */
export function show(figure: Figure): Displayable & { readonly figure: Figure } {
  return { figure, [JUPYTER_DISPLAY]: () => figureBundle(figure) };
}

/** A clip that shows itself: as a film strip, or moving.
 *
 * @example
 * ```ts
 * import { generateClip, JUPYTER_DISPLAY, showClip } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const shown = showClip(generateClip({ category: "hug", seed: 0 }), { animated: true });
 * assert("application/vnd.plotly.v1+json" in shown[JUPYTER_DISPLAY]());
 * ```
 */
export function showClip(clip: Clip, options: { readonly animated?: boolean } = {}): Displayable {
  return show(options.animated ? animatedClipFigure(clip) : clipFigure(clip));
}

/** Results that show themselves: AUROC by category. `results` is one run, or several by name.
 *
 * @example
 * ```ts
 * import { evaluate, JUPYTER_DISPLAY, showResults, splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const split = splitDataset(dataset, "fold:2", 0);
 * const run = await evaluate({ dataset, split, detector: "iadnet:preset=tiny", seed: 0 });
 * const shown = showResults(run)[JUPYTER_DISPLAY]();
 * assertEquals(String(shown["text/plain"]).startsWith("Figure auroc"), true);
 * ```
 */
export function showResults(results: PlottedRun | NamedRuns, options?: AurocOptions): Displayable {
  return show(aurocFigure(named(results), options));
}

/** ROC curves of one run or of several by name. @param categories All if absent.
 *
 * @example
 * ```ts
 * import { evaluate, JUPYTER_DISPLAY, showRoc, splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const split = splitDataset(dataset, "fold:2", 0);
 * const run = await evaluate({ dataset, split, detector: "iadnet:preset=tiny", seed: 0 });
 * assert(String(showRoc(run, ["hug"])[JUPYTER_DISPLAY]()["text/plain"]).startsWith("Figure roc"));
 * ```
 */
export function showRoc(results: PlottedRun | NamedRuns, categories?: readonly string[]): Displayable {
  return show(rocFigure(named(results), categories));
}

/** Score histograms of a run. @param categories All if absent.
 *
 * @example
 * ```ts
 * import { evaluate, JUPYTER_DISPLAY, showHistogram, splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const split = splitDataset(dataset, "fold:2", 0);
 * const run = await evaluate({ dataset, split, detector: "iadnet:preset=tiny", seed: 0 });
 * assert(String(showHistogram(run)[JUPYTER_DISPLAY]()["text/plain"]).startsWith("Figure histogram"));
 * ```
 */
export function showHistogram(results: PlottedRun, categories?: readonly string[]): Displayable {
  return show(histogramFigure(results, categories));
}

/** A comparison that shows itself. @param n What the means are over, such as `8 categories in 5 folds`.
 *
 * @example
 * ```ts
 * import { JUPYTER_DISPLAY, showComparison } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const rows = [{ detector: "iadnet", auroc: 0.9, ci: [0.8, 0.95] as const }];
 * const shown = showComparison(rows, { preset: "tiny", seeds: [0] }, "8 categories")[JUPYTER_DISPLAY]();
 * assert(String(shown["text/plain"]).includes("n = 8 categories"));
 * ```
 */
export function showComparison(rows: readonly PlottedDetector[], origin: Origin, n: string): Displayable {
  return show(comparisonFigure(rows, origin, n));
}

function named(results: PlottedRun | NamedRuns): NamedRuns {
  const isRun = (value: PlottedRun | NamedRuns): value is PlottedRun => Array.isArray(value.categories);
  return isRun(results) ? { [results.detector]: results } : results;
}

/** What a detector's summary says of a fitted model. */
export interface FittedSummary {
  /** The category that was learned. */
  readonly category: string;
  /** Seed of the fit. */
  readonly seed: number;
  /** Skeleton: name and joints. */
  readonly skeleton: { readonly name: string; readonly joints: readonly string[] };
  /** The network's sizes: E, N, T, layers of the flow. */
  readonly config: {
    readonly embedding: number;
    readonly units: number;
    readonly frames: number;
    readonly flowLayers: number;
  };
  /** The least p-value that it can give; 1 without calibration. */
  readonly leastP: number;
}

/** A detector as a notebook's output: a small table, and the same as text. */
export function detectorBundle(preset: string, fitted?: FittedSummary): MimeBundle {
  const rows: [string, string][] = [["preset", preset]];
  if (fitted) {
    const { category, seed, skeleton, config, leastP } = fitted, held = Math.round(1 / leastP) - 1;
    rows.push(
      ["category", category],
      ["skeleton", `${skeleton.name}, ${skeleton.joints.length} joints`],
      [
        "network",
        `E ${config.embedding}, N ${config.units}, T ${config.frames}, flow of ${config.flowLayers} layers`,
      ],
      [
        "calibration",
        held > 0 ? `${held} held-out clips or windows, least p ${leastP.toPrecision(2)}` : "none",
      ],
      ["seed", String(seed)],
    );
  } else rows.push(["state", "not fitted"]);
  const cells = rows.map((row) => row.map(escapeText)).map(([name, value]) =>
    `<tr><th style="text-align:left">${name}</th><td style="text-align:left">${value}</td></tr>`
  );
  return {
    "text/html": `<table><caption>IADNet</caption>${cells.join("")}</table>`,
    "text/plain": ["IADNet", ...rows.map(([name, value]) => `  ${name}: ${value}`)].join("\n"),
  };
}
