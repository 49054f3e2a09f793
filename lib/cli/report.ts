// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `report`: one HTML file that shows a run.
 *
 * @module
 */
import type { DataSource } from "../data/data_source.ts";
import { UsageError } from "../core/errors.ts";
import { withoutSlashes, writeFileAtomic } from "../core/files.ts";
import { gatherReport } from "../report/gather.ts";
import { renderReport } from "../report/html.ts";
import { openRun, type ReportOptions } from "../report/opened.ts";
import { type Options, parseOptions } from "./args.ts";
import { writeFigures } from "./figures.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, engineOf, openOptions, treatments } from "./data.ts";

/** Options of `report`. */
export const REPORT_OPTIONS = {
  values: {
    run: "run directory; its name alone, without --run, will do",
    out: "file to write, <run>/report.html if absent",
    figures: "folder to write the run's figures to as well, as SVG and as JSON for plotly",
    ...DATA_OPTIONS,
    data: "where the run's data is, if not where it was",
    alpha: "false-alarm rate of the alarm line (0.05)",
    engine: ENGINE_OPTIONS.engine,
  },
  flags: DATA_FLAGS,
};

/** Run `report`. */
export async function runReport(args: readonly string[]): Promise<void> {
  const options = parseOptions("report", named(args), REPORT_OPTIONS), run = options.required("run");
  const file = options.value("out") ?? `${withoutSlashes(run)}/report.html`;
  const opened = await openRun(run, reportOptions(options));
  const data = await gatherReport(opened).finally(() => opened.engine.close());
  if (data.note) console.error(`Warning: No clips are shown. ${data.note}`);
  const page = renderReport(data);
  await writeFileAtomic(file, page);
  const shown = new Set(data.cases.map(({ clip }) => clip)).size;
  const clips = `${shown} of ${data.ids.length} test clips`;
  console.log(`Written: ${file}, ${(page.length / 1e6).toFixed(2)} MB, ${clips}`);
  const figures = options.value("figures");
  if (figures) await writeFigures([run], figures);
}

/** The arguments, with `--run` before a first one that is no option. */
export function named(args: readonly string[]): readonly string[] {
  return args.length > 0 && !args[0].startsWith("-") ? ["--run", ...args] : args;
}

/** What the options say of the clips, the alarm line and the engine.
 *
 * @throws {UsageError} If alpha is not between 0 and 1, or only one of data and format is given.
 */
export function reportOptions(options: Options): ReportOptions {
  const alpha = Number(options.value("alpha") ?? 0.05);
  if (!(alpha > 0 && alpha < 1)) {
    throw new UsageError(`Cannot report: --alpha must be between 0 and 1, got ${options.value("alpha")}`);
  }
  const source = sourceOf(options);
  return { alpha, engine: engineOf(options), ...(source && { source }) };
}

function sourceOf(options: Options): DataSource | undefined {
  const path = options.value("data"), format = options.value("format");
  if (path === undefined && format === undefined) return undefined;
  if (path === undefined || format === undefined) {
    throw new UsageError("Cannot open the data of the run: give both --data and --format");
  }
  return { path, options: openOptions(options, format), treatments: treatments(options) };
}
