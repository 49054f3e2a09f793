/** The results of a run as Markdown: AUROC by category, and false alarms by category and group. */
import type { AlarmRate } from "../../metrics/false_alarms.ts";
import { mean } from "../../metrics/statistics.ts";
import { markdownCell } from "./markdown.ts";
import type { CategoryResult, Results, RunFalseAlarms } from "../results.ts";

const number = (value: number) => value.toFixed(3);
const interval = ([low, high]: readonly [number, number]) => `${number(low)} to ${number(high)}`;
const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** Terms of the NLL, and their titles in tables. */
const PARTS = [["quadratic", "of \\|s\\|²/2"], ["determinant", "of -log det"]] as const;

/** Results as Markdown: one row per category, then the macro mean; one column per term of the NLL, where they are known, and per floor.
 * Where the detector is calibrated, two tables of false alarms follow. */
export function resultsTable(results: Results): string {
  const { detector, engine, seed, split, macro, data, categories, falseAlarms } = results;
  const floors = Object.keys(results.floors);
  const floorCells = (of: Readonly<Record<string, number>>) => floors.map((name) => number(of[name]));
  const terms = categories.every(({ parts }) => parts) ? PARTS : [];
  const termCells = (own: readonly CategoryResult[]) =>
    terms.map(([part]) => number(mean(own.map(({ parts }) => parts![part]))));
  const rows = categories.map((own) => {
    const { category, auroc, ci, normals, anomalies } = own, counts = [String(normals), String(anomalies)];
    return row(
      markdownCell(category),
      number(auroc),
      interval(ci),
      ...termCells([own]),
      ...counts,
      ...floorCells(own.floors),
    );
  });
  return [
    `AUROC (anomaly positive), detector ${detector}, engine ${engine}, seed ${seed}, split ${split}, ` +
    `${data.format}: ${data.train} training and ${data.test} test clips`,
    "",
    row(
      "category",
      "AUROC",
      "95 % interval",
      ...terms.map(([, title]) => title),
      "normal",
      "anomalous",
      ...floors,
    ),
    row("---", ...Array(4 + terms.length + floors.length).fill("---:")),
    ...rows,
    row(
      "macro mean",
      number(macro.auroc),
      interval(macro.ci),
      ...termCells(categories),
      "",
      "",
      ...floorCells(results.floors),
    ),
    "",
    ...falseAlarms ? alarmTables(falseAlarms, categories) : [],
  ].join("\n");
}

function alarmTables(alarms: RunFalseAlarms, categories: readonly CategoryResult[]): string[] {
  const { alpha, knownGroups } = alarms;
  const cells = ({ normals, alarms, ci }: AlarmRate) => [`${alarms} of ${normals}`, interval(ci)];
  const byCategory = categories.map(({ category, smallestP }) => {
    const rate = Object.hasOwn(alarms.categories, category) ? cells(alarms.categories[category]) : ["", ""];
    return row(markdownCell(category), smallestP === undefined ? "none" : number(smallestP), ...rate);
  });
  const silent = categories.filter(({ smallestP = 1 }) => smallestP > alpha).map(({ category }) => category);
  return [
    `False alarms at alpha ${alpha}: normal test clips with a p-value up to it; Wilson 95 % intervals, as if clips were independent`,
    "",
    ...silent.length > 0
      ? [
        `No alarm is possible at alpha ${alpha} for ${
          silent.map(markdownCell).join(", ")
        }: train with more clips`,
        "",
      ]
      : [],
    row("category", "smallest possible p", "false alarms", "95 % interval"),
    row("---", ...Array(3).fill("---:")),
    ...byCategory,
    row("all", "", ...cells(alarms)),
    "",
    row("group", "training clips", "false alarms", "95 % interval"),
    row("---", "---", ...Array(2).fill("---:")),
    ...Object.entries(alarms.groups).map(([group, rate]) =>
      row(markdownCell(group), knownGroups.includes(group) ? "some" : "none", ...cells(rate))
    ),
    "",
  ];
}
