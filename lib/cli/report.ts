/** `report`: one HTML file that shows a run. */
import { UsageError } from "../core/errors.ts";
import { writeFileAtomic } from "../core/files.ts";
import { alarmsOf } from "../report/alarms.ts";
import { gatherComparison, readRuns } from "../report/compare.ts";
import { gatherReport } from "../report/gather.ts";
import { renderReport } from "../report/html.ts";
import { runFigures } from "../report/paper_figures.ts";
import { type OpenRun, openRun, type ReportOptions } from "../report/run.ts";
import type { Results } from "../experiments/results.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, engineOf, sourceGiven } from "./data.ts";
import { missingOf, writeDrawings } from "./drawings.ts";
import { freeName, reportName } from "./default_out.ts";
import { advance, stage } from "./progress.ts";
import { warn } from "./stderr.ts";
import { printNext, printWritten, quoted } from "./stdout.ts";
import type { Options, Verb } from "./verb.ts";

/** Options of the verbs that show a run. */
export const RUN_OPTIONS = {
  operands: { name: "<run>", most: 1 },
  values: {
    ...DATA_OPTIONS,
    data: "where the run's data is now (where it was)",
    alpha: "alarm at p-values up to this, until the reader of the page changes it (0.05)",
    engine: ENGINE_OPTIONS.engine,
  },
  flags: DATA_FLAGS,
};

/** Write the report of a run, or a comparison of several. */
export const report: Verb = {
  description: DESCRIPTIONS.report,
  example: "runs/sbu5",
  options: {
    ...RUN_OPTIONS,
    operands: { name: "<run> [<run> ...]", most: Infinity },
    values: {
      out:
        "file to write (<run>/report.html, of several runs <run>/comparison.html, or the next free number)",
      figures: "also write the run's figures to this folder, as SVG, PDF and plotly JSON",
      ...RUN_OPTIONS.values,
    },
  },
  async run(options) {
    const [run, ...others] = options.operands;
    if (others.length > 0) return await writeComparison(options);
    const file = options.value("out") ?? await freeName(reportName(options.operands), ".html");
    const opened = await openShown(options), { results, alpha } = opened;
    const data = await gatherReport(opened, showCategory).finally(() => opened.engine.close());
    const page = renderReport(data);
    await writeFileAtomic(file, page);
    const drawn = await writeRunFigures(options, { [opened.name]: results });
    const ids = new Set(data.ids),
      shown = new Set(data.clips.map(({ id }) => id).filter((id) => ids.has(id)));
    const facts = { MB: megabytes(page), "test clips": `${shown.size} of ${ids.size}` };
    printWritten(options, [file, ...drawn], facts, { alpha, alarms: alarmsOf(results, alpha) });
    printNext(options, `serve ${quoted(run)}`);
  },
};

/** Write a page that compares runs by their results alone.
 * @throws {UsageError} If an option is given that only the report of one run has. */
async function writeComparison(options: Options): Promise<void> {
  const odd = options.given().find((name) =>
    [...Object.keys(DATA_OPTIONS), ...Object.keys(DATA_FLAGS), "engine"].includes(name)
  );
  if (odd) throw new UsageError(`Cannot compare runs: --${odd} is for the report of one run`);
  const file = options.value("out") ?? await freeName(reportName(options.operands), ".html");
  stage("Reading runs");
  const runs = await readRuns(options.operands), data = gatherComparison(runs, options.fraction("alpha"));
  const page = renderReport(data);
  await writeFileAtomic(file, page);
  const drawn = await writeRunFigures(options, Object.fromEntries(runs));
  const alarms = Object.fromEntries(
    [...runs].map(([name, results]) => [name, alarmsOf(results, data.alpha)]),
  );
  const differences = Object.fromEntries(
    data.runs.flatMap(({ name, difference }) => difference ? [[name, difference]] : []),
  );
  const facts = { MB: megabytes(page), runs: runs.size };
  printWritten(options, [file, ...drawn], facts, { alpha: data.alpha, alarms, differences });
}

/** Write the figures of runs, if the options ask for them.
 * @returns The files. */
async function writeRunFigures(options: Options, runs: Readonly<Record<string, Results>>): Promise<string[]> {
  const out = options.value("figures");
  if (out === undefined) return [];
  const drawings = runFigures(runs);
  for (const [name, why] of missingOf(drawings)) warn(`Not written: ${name}: ${why}`);
  return await writeDrawings(drawings, out);
}

function megabytes(page: string): string {
  return (page.length / 1e6).toFixed(2);
}

/** Show that the next category of a report is gathered. */
export function showCategory(category: string, index: number, count: number): void {
  if (index === 0) stage("Gathering", 0);
  advance(index / count, category);
}

/** How a run is opened that is shown.
 * @throws {UsageError} If only one of data and format is given. */
export function shownOptions(options: Options): ReportOptions {
  const alpha = options.fraction("alpha"), engine = engineOf(options), source = sourceGiven(options);
  return { alpha, engine, ...(source && { source }) };
}

/** Open the run that the options name, and print why it shows no clips, if it shows none. Close its engine afterwards.
 * @throws {UsageError} If alpha is not between 0 and 1, or only one of data and format is given. @throws As `openRun`. */
export async function openShown(options: Options): Promise<OpenRun> {
  stage("Reading run and data");
  const run = await openRun(options.operands[0], shownOptions(options));
  if (run.note) warn(`No clips are shown. ${run.note}`);
  const silent = [...run.models].filter(([, { smallestP }]) => smallestP > run.alpha && smallestP < 1);
  if (silent.length > 0) {
    const names = silent.map(([category]) => category).join(", ");
    warn(`No alarm is possible at alpha ${run.alpha} for ${names}; train with more clips`);
  }
  return run;
}
