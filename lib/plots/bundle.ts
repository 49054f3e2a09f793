/** Outputs of notebook cells: figures that work offline, and tables. */
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { DataError } from "../core/errors.ts";
import type { Figure } from "./figure.ts";
import { toSvg } from "./svg.ts";
import { escapeText, JUPYTER_DISPLAY } from "../core/display.ts";

export { JUPYTER_DISPLAY };

/** Representations of a value, by MIME type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** A value with a display in notebooks. */
export interface Displayable {
  /** Representations as HTML, as text and, for a figure, as `application/vnd.plotly.v1+json` and `image/svg+xml`. */
  [JUPYTER_DISPLAY](): MimeBundle;
}

/** The plotly.js that is embedded in notebooks. */
const PLOTLY = "npm:plotly.js-dist@4.1.1/plotly.js";

/** Whether this process has embedded plotly.js in its notebook; each notebook has a kernel process of its own. */
let isEmbedded = false;

/** Embed plotly.js (3 MB) again with the next figure. Needed after the output that contains it was cleared. */
export function inlinePlotlyAgain(): void {
  isEmbedded = false;
}

/** A script that defines `Plotly`, or an empty text if this process has embedded it already. The script is compressed to a
 * quarter, because long messages of a kernel are slow and can get lost. `PlotlyLoading` is defined until it is decompressed.
 * Module loaders of the page, such as require.js, are hidden from it.
 * @throws {DataError} If plotly.js cannot be read. */
export function plotlyLoader(): string {
  if (isEmbedded) return "";
  const url = import.meta.resolve(PLOTLY);
  let source: Uint8Array;
  try {
    source = Deno.readFileSync(new URL(url));
  } catch (cause) {
    throw new DataError(`Cannot open plotly.js ${url}: ${(cause as Error).message}`, url);
  }
  isEmbedded = true;
  return `<script>if(!window.Plotly&&!window.PlotlyLoading)window.PlotlyLoading=(async()=>{` +
    `const packed=Uint8Array.from(atob("${gzipSync(source).toString("base64")}"),(c)=>c.charCodeAt(0));` +
    `const stream=new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));` +
    `const script=document.createElement("script");` +
    `script.textContent="(function(){var define,module,exports,require;\\n"+await new Response(stream).text()+` +
    `"\\n;if(typeof Plotly!=='undefined')window.Plotly=Plotly;}).call(window);";` +
    `document.head.append(script);script.remove();delete window.PlotlyLoading;})();</script>`;
}

/** A figure as the output of a notebook cell. The first figure of a process includes plotly.js, so the notebook needs no network.
 * Where scripts do not run, as in a notebook that is not trusted, its static SVG shows.
 * @throws {DataError} If plotly.js cannot be read. */
export function figureBundle(figure: Figure): MimeBundle {
  const { kind, caption, data, layout, frames } = figure, svg = toSvg(figure);
  const config = { responsive: true, displaylogo: false }, id = `figure-${crypto.randomUUID()}`;
  const plotly = { data, layout, config, ...(frames && { frames }) };
  const json = JSON.stringify(plotly).replaceAll("<", "\\u003c");
  const missing = "plotly.js is missing on this page: run inlinePlotlyAgain(), then this cell.";
  return {
    "text/html": plotlyLoader() + `<div id="${id}" style="width:100%;height:${layout.height}px">` +
      `<img alt="${escapeText(caption)}" style="max-width:100%;max-height:100%" src="${
        dataUrl(svg)
      }"></div>` +
      `<p style="font-size:90%">${escapeText(caption)}</p>` +
      `<script>Promise.resolve(window.PlotlyLoading).then(()=>{const place=document.getElementById("${id}");` +
      `if(window.Plotly){place.replaceChildren();Plotly.newPlot(place,${json});}else place.append("${missing}");});</script>`,
    "image/svg+xml": svg,
    "application/vnd.plotly.v1+json": plotly,
    "text/plain": `Figure ${kind}: ${caption}`,
  };
}

function dataUrl(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

/** A table of names and values as the output of a notebook cell. */
export function tableBundle(caption: string, rows: readonly (readonly [string, string])[]): MimeBundle {
  const cells = rows.map((row) => row.map(escapeText)).map(([name, value]) =>
    `<tr><th style="text-align:left">${name}</th><td style="text-align:left">${value}</td></tr>`
  );
  return {
    "text/html": `<table><caption>${escapeText(caption)}</caption>${cells.join("")}</table>`,
    "text/plain": [caption, ...rows.map(([name, value]) => `  ${name}: ${value}`)].join("\n"),
  };
}
