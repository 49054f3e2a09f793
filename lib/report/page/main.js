// @ts-check
/// <reference lib="dom" />
import { showComparison } from "./comparison.js";
import { showReport } from "./report.js";

const { textContent } = /** @type {HTMLElement} */ (document.getElementById("data"));
/** @type {import("../types.ts").ReportData | import("../types.ts").ComparisonData} */
const whole = JSON.parse(textContent ?? "");
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
if ("runs" in whole) showComparison(whole, root);
else showReport(whole, root);
