/** Renders a report as one self-contained HTML file. */
import { createHash } from "node:crypto";
import chartsCss from "./page/charts.css" with { type: "text" };
import narrowCss from "./page/narrow.css" with { type: "text" };
import pageCss from "./page/page.css" with { type: "text" };
import playerCss from "./page/player.css" with { type: "text" };
import tableCss from "./page/table.css" with { type: "text" };
import alarmCharts from "./page/alarm_charts.js" with { type: "text" };
import alarms from "./page/alarms.js" with { type: "text" };
import alpha from "./page/alpha.js" with { type: "text" };
import cases from "./page/cases.js" with { type: "text" };
import categoryBars from "./page/category_bars.js" with { type: "text" };
import categoryDetail from "./page/category_detail.js" with { type: "text" };
import charts from "./page/charts.js" with { type: "text" };
import clipScores from "./page/clip_scores.js" with { type: "text" };
import clipTable from "./page/clip_table.js" with { type: "text" };
import comparison from "./page/comparison.js" with { type: "text" };
import comparedBars from "./page/compared_bars.js" with { type: "text" };
import differingClips from "./page/differing_clips.js" with { type: "text" };
import csv from "./page/csv.js" with { type: "text" };
import curveChart from "./page/curve_chart.js" with { type: "text" };
import curvePanel from "./page/curve_panel.js" with { type: "text" };
import dom from "./page/dom.js" with { type: "text" };
import half from "./page/half.js" with { type: "text" };
import link from "./page/link.js" with { type: "text" };
import live from "./page/live.js" with { type: "text" };
import liveModels from "./page/live_models.js" with { type: "text" };
import liveMotion from "./page/live_motion.js" with { type: "text" };
import main from "./page/main.js" with { type: "text" };
import matrix from "./page/matrix.js" with { type: "text" };
import numbers from "./page/numbers.js" with { type: "text" };
import player from "./page/player.js" with { type: "text" };
import report from "./page/report.js" with { type: "text" };
import rows from "./page/rows.js" with { type: "text" };
import rule from "./page/rule.js" with { type: "text" };
import summary from "./page/summary.js" with { type: "text" };
import table from "./page/table.js" with { type: "text" };
import upload from "./page/upload.js" with { type: "text" };
import verdict from "./page/verdict.js" with { type: "text" };
import view from "./page/view.js" with { type: "text" };
import type { ComparisonData, ReportData } from "./types.ts";

/** Modules of the page, each after those that it imports. */
const MODULES = [
  dom,
  numbers,
  rule,
  rows,
  link,
  csv,
  charts,
  alarmCharts,
  curveChart,
  alpha,
  summary,
  alarms,
  categoryBars,
  categoryDetail,
  table,
  clipTable,
  matrix,
  view,
  half,
  verdict,
  clipScores,
  curvePanel,
  player,
  cases,
  upload,
  liveMotion,
  liveModels,
  live,
  report,
  differingClips,
  comparedBars,
  comparison,
  main,
];

/** Style sheets; the last one adapts the others to narrow screens. */
const css = [pageCss, chartsCss, playerCss, tableCss, narrowCss].join("");

/** Join modules into one script. Each finds what it imports in the modules before it. */
export function joinModules(modules: readonly string[] = MODULES): string {
  return `"use strict";(() => {\n${modules.map(moduleBody).join("")}})();\n`;
}

/** Text of a module in the script: without imports, exports and references. */
export function moduleBody(text: string): string {
  return text.replaceAll(/^(import [^;]*;\n|export |\/\/\/.*\n)/gm, "");
}

/** Content security policy of the page: its one script and one style sheet, by their hashes, and nothing else.
 * @param live Whether the script may send requests to the server that the page came from. */
export function contentPolicy(live: boolean): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(joinModules())}`,
    `style-src ${hash(css)}`,
    "img-src data:",
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** JSON that is safe inside a script element, whatever text it contains. */
export function scriptJson(value: unknown): string {
  const escape = (found: string) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replaceAll(/[<\u2028\u2029]/g, escape);
}

/** Render the page. */
export function renderReport(data: ReportData | ComparisonData): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy("live" in data && data.live === true)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Report</title>
<style>${css}</style>
</head>
<body>
<noscript>This report needs JavaScript. The script is part of this file; please allow it to run.</noscript>
<div id="app"></div>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${joinModules()}</script>
</body>
</html>
`;
}
