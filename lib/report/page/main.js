// @ts-check
/// <reference lib="dom" />
import { showReport } from "./report.js";

const { textContent } = /** @type {HTMLElement} */ (document.getElementById("data"));
showReport(JSON.parse(textContent ?? ""), /** @type {HTMLElement} */ (document.getElementById("app")));
