/** `report`: one HTML file that shows a run. */
import { UsageError } from "../core/errors.ts";
import { withoutSlashes, writeFileAtomic } from "../core/files.ts";
import { gatherReport } from "../report/gather.ts";
import { renderReport } from "../report/html.ts";
import { type OpenRun, openRun, type ReportOptions } from "../report/run.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, engineOf, sourceOf } from "./data.ts";
import { writeFigures } from "./figures.ts";
import { freeName } from "./default_out.ts";
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
    alpha: "rate of false alarms at the alarm line (0.05)",
    engine: ENGINE_OPTIONS.engine,
  },
  flags: DATA_FLAGS,
};

/** Write the report of a run. */
export const report: Verb = {
  description: DESCRIPTIONS.report,
  example: "runs/sbu5",
  options: {
    ...RUN_OPTIONS,
    values: {
      out: "file to write (<run>/report.html, or the next free number)",
      figures: "also write the run's figures to this folder, as SVG and plotly JSON",
      ...RUN_OPTIONS.values,
    },
  },
  async run(options) {
    const [run] = options.operands;
    const file = options.value("out") ?? await freeName(`${withoutSlashes(run)}/report`, ".html");
    const opened = await openShown(options);
    const data = await gatherReport(opened, showCategory).finally(() => opened.engine.close());
    const page = renderReport(data);
    await writeFileAtomic(file, page);
    const shown = new Set(data.cases.map(({ clip }) => clip)).size;
    const figures = options.value("figures"), drawn = figures ? await writeFigures([run], figures) : [];
    const size = (page.length / 1e6).toFixed(2), clips = `${shown} of ${data.ids.length}`;
    printWritten(options, [file, ...drawn], { MB: size, "test clips": clips });
    printNext(options, `serve ${quoted(run)}`);
  },
};

/** Show that the next category of a report is gathered. */
export function showCategory(category: string, index: number, count: number): void {
  if (index === 0) stage("Gathering", 0);
  advance(index / count, category);
}

/** How a run is opened that is shown.
 * @throws {UsageError} If only one of data and format is given. */
export function shownOptions(options: Options): ReportOptions {
  const given = ["data", "format"].filter((name) => options.value(name) !== undefined);
  if (given.length === 1) {
    throw new UsageError("Cannot open the data of the run: give both --data and --format");
  }
  return {
    alpha: options.fraction("alpha"),
    engine: engineOf(options),
    ...(given.length > 0 && { source: sourceOf(options) }),
  };
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
