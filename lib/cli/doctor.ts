/** `doctor`: which engines can run here, and how fast they are. */
import { EngineError, UsageError } from "../core/errors.ts";
import { isOnGpu } from "../engine/abilities.ts";
import type { EngineName } from "../engine/engine.ts";
import { doctor as examine, type EngineReport, ENGINES } from "../engine/select.ts";
import { SIZES } from "../experiments/bench_sizes.ts";
import { type EngineTiming, lossGap, timeEngine } from "../experiments/engine_bench.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { advance, stage } from "./progress.ts";
import { print } from "./stdout.ts";
import type { Options, Verb } from "./verb.ts";

/** The engine that others are compared with. */
const REFERENCE: EngineName = "onnx-cpu";

/** Seconds after which no further step of an engine is begun. */
const LONG = 120;

/** List the engines that can run here, or time them. */
export const doctor: Verb = {
  description: DESCRIPTIONS.doctor,
  example: "--bench",
  options: {
    values: {
      engines:
        "with --bench, engines to time beside onnx-cpu, separated by commas (those on a GPU that are usable)",
      size: `with --bench, the network: ${Object.keys(SIZES).join(", ")} (paper)`,
      steps: "with --bench, training steps to time (10)",
    },
    flags: {
      bench: "time training steps of the paper's network, and print a row of Markdown for each engine",
    },
  },
  async run(options) {
    if (options.flag("bench")) return await bench(options);
    const [unused] = options.given().filter((name) => Object.hasOwn(this.options.values, name));
    if (unused !== undefined) throw new UsageError(`Cannot run doctor: --${unused} needs --bench`);
    const reports = await examine();
    if (options.flag("json")) return print(JSON.stringify(reports));
    reports.forEach(printReport);
  },
};

function printReport({ engine, usable, reason, install }: EngineReport): void {
  print(`${engine.padEnd(15)} ${usable ? "usable" : `not usable: ${reason}`}`);
  if (install) print(`${" ".repeat(16)}${install}`);
}

async function bench(options: Options): Promise<void> {
  const size = options.choice("size", Object.keys(SIZES)) ?? "paper",
    steps = options.integer("steps", 10, 1, 10_000);
  const engines = await enginesToTime(options.list("engines"));
  const timings: EngineTiming[] = [];
  for (const engine of new Set([REFERENCE, ...engines])) {
    stage(`Timing ${engine}`, 0);
    timings.push(
      await timeEngine(
        engine,
        size,
        steps,
        LONG,
        (step) => advance(step / (steps + 1), step === 0 ? "compiling" : `step ${step} of ${steps}`),
      ),
    );
  }
  const [reference] = timings;
  const rows = timings.map(({ losses, ...timing }) => ({
    ...timing,
    size,
    timesReference: timing.msPerStep / reference.msPerStep,
    lossGap: lossGap(losses, reference.losses),
  }));
  if (options.flag("json")) return print(JSON.stringify(rows));
  print("| engine | size | ms a step | TFLOP/s | MB moved a step | times onnx-cpu's | loss differs by |");
  print("| ------ | ---- | --------: | ------: | --------------: | ---------------: | --------------: |");
  for (const { engine, msPerStep, tflops, movedMB, timesReference, lossGap } of rows) {
    const figures = [msPerStep.toFixed(1), tflops.toFixed(3), movedMB.toFixed(2), timesReference.toFixed(3)];
    print(`| ${[`\`${engine}\``, size, ...figures, lossGap.toExponential(1)].join(" | ")} |`);
  }
}

/** Engines by name; those on a GPU that are usable without names.
 * @throws {UsageError} If there is none of a name. @throws {EngineError} If one cannot run here. */
async function enginesToTime(names: readonly string[] | undefined): Promise<EngineName[]> {
  const unknown = names?.find((name) => !ENGINES.some((own) => own === name));
  if (unknown !== undefined) {
    throw new UsageError(`Cannot use engine ${unknown}: expected one of ${ENGINES.join(", ")}`);
  }
  const reports = await examine(
    names ? ENGINES.filter((own) => names.includes(own)) : ENGINES.filter(isOnGpu),
  );
  const absent = names && reports.find(({ usable }) => !usable);
  if (absent) throw new EngineError(absent.reason, absent.install);
  return reports.filter(({ usable }) => usable).map(({ engine }) => engine);
}
