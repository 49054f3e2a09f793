// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * The command line: verbs, errors and exit codes (0 = done, 1 = failed while running, 2 = wrong input or call).
 *
 * @module
 */
import { BENCHMARK_OPTIONS, runBenchmark } from "./benchmark.ts";
import { COMPARE_OPTIONS, runCompare } from "./compare.ts";
import { doctor } from "../engine/select.ts";
import { IadnetError, UsageError } from "../core/errors.ts";
import { type OptionSpec, parseOptions } from "./args.ts";
import { complain } from "./complain.ts";
import { EXPLAIN_OPTIONS, LOCALIZE_OPTIONS, runExplain, runLocalize } from "./locate.ts";
import { runSplice, SPLICE_OPTIONS } from "./splice.ts";
import { INSPECT_OPTIONS, runInspect } from "./inspect.ts";
import { PREPARE_OPTIONS, runPrepare } from "./prepare.ts";
import { REPORT_OPTIONS, runReport } from "./report.ts";
import { score, SCORE_OPTIONS } from "./score.ts";
import { runServe, SERVE_OPTIONS } from "./serve.ts";
import { EXPORT_OPTIONS, exportModel } from "./export.ts";
import { FIGURES_OPTIONS, runFigures } from "./figures.ts";
import { demo, DEMO_OPTIONS, train, TRAIN_OPTIONS } from "./train.ts";
import type { Start } from "./start.ts";
import { serveCells } from "../experiments/worker.ts";

const VERBS: Readonly<Record<string, (args: readonly string[], start?: Start) => Promise<void>>> = {
  demo,
  train,
  score,
  doctor: runDoctor,
  inspect: runInspect,
  prepare: runPrepare,
  compare: runCompare,
  benchmark: runBenchmark,
  localize: runLocalize,
  explain: runExplain,
  report: runReport,
  serve: runServe,
  splice: runSplice,
  export: exportModel,
  figures: runFigures,
  worker: serveCells,
  help: () => Promise.resolve(console.log(usage(Object.keys(HELP)))),
};

const DOCTOR_OPTIONS = { values: {}, flags: { json: "one JSON object" } };

async function runDoctor(args: readonly string[]): Promise<void> {
  const options = parseOptions("doctor", args, DOCTOR_OPTIONS);
  const reports = await doctor();
  if (options.flag("json")) return console.log(JSON.stringify(reports));
  for (const { engine, usable, reason, install } of reports) {
    console.log(`${engine.padEnd(15)} ${usable ? "usable" : `not usable: ${reason}`}`);
    if (install) console.log(`${" ".repeat(16)}${install}`);
  }
}

/** What each verb does, and its options. */
const HELP: Readonly<Record<string, readonly [does: string, ...specs: readonly OptionSpec[]]>> = {
  demo: ["train and evaluate on built-in interactions", DEMO_OPTIONS],
  doctor: ["which engines are usable here, and why each other one is not", DOCTOR_OPTIONS],
  train: ["train one detector a category and evaluate them", TRAIN_OPTIONS],
  score: ["score clips by a saved model", SCORE_OPTIONS],
  inspect: ["what a data set holds, and how good its recordings are", INSPECT_OPTIONS],
  prepare: ["read a data set once, into a cache for --format cache", PREPARE_OPTIONS],
  compare: ["a preset against every floor over several splits and seeds", COMPARE_OPTIONS],
  benchmark: ["the paper's tables: plan, run, collect; detectors lists what there is"],
  localize: ["which intervals of recordings are anomalous, by a model of preset window", LOCALIZE_OPTIONS],
  explain: [
    "which frames, joints and distances make a clip's score, and the normal clip it is nearest to",
    EXPLAIN_OPTIONS,
  ],
  report: ["one HTML file that shows a run: report <run>", REPORT_OPTIONS],
  serve: ["the report of a run in a browser, with a place to drop clips on: serve <run>", SERVE_OPTIONS],
  splice: ["how well localisation works on recordings spliced from test clips", SPLICE_OPTIONS],
  export: ["write a saved model as a standard ONNX file, from joints to score", EXPORT_OPTIONS],
  figures: ["draw the figures of run directories: figures RUN [RUN ...] --out DIR", FIGURES_OPTIONS],
};

/** Help on these verbs. */
function usage(verbs: readonly string[]): string {
  const list = ({ values, flags }: OptionSpec) =>
    Object.entries({ ...values, ...flags }).map(([name, text]) => `  --${name.padEnd(10)} ${text}`);
  return verbs.flatMap((verb) => {
    const [does, ...specs] = HELP[verb];
    const actions = verb === "benchmark" ? Object.entries(BENCHMARK_OPTIONS) : [];
    return [
      `deno task ${verb.padEnd(9)} ${does}`,
      ...specs.flatMap(list),
      ...actions.flatMap(([action, spec]) => [` ${action}`, ...list(spec)]),
    ];
  }).join("\n");
}

/** Run the command line and return the exit code.
 *
 * @param start How this process was started: `confined <program>` before the verb says it, see `launch.ts`.
 */
export async function main(args: readonly string[], start: Start = {}): Promise<number> {
  const [verb = "help", ...rest] = args;
  if (verb === "confined") return await main(rest.slice(1), { program: rest[0], supervised: true });
  try {
    const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (!run) throw new UsageError(`Cannot run ${verb}: known are ${Object.keys(VERBS).join(", ")}`);
    if (rest.includes("--help") && Object.hasOwn(HELP, verb)) console.log(usage([verb]));
    else await run(rest, start);
    return 0;
  } catch (error) {
    if (isOfSystem(error)) {
      complain(`Cannot ${verb}: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof IadnetError)) throw error;
    complain(`${error.name}: ${error.message}\n`);
    if ("install" in error && error.install) complain(`${String(error.install)}\n`);
    return error.exitCode;
  }
}

/** Whether the operating system refused something: a full disk, a missing permission. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error &&
    ("code" in error || Object.values(Deno.errors).some((kind) => error instanceof kind));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
