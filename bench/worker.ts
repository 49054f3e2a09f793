// deno-lint-ignore-file no-console -- it answers the benchmark on standard output
/**
 * One measurement of this engine in a process of its own. Arguments: what to measure, as JSON.
 *
 * @module
 */
import process from "node:process";
import type { EngineName, Precision } from "../lib/engine/engine.ts";
import { openEngine } from "../lib/engine/select.ts";
import { foldFlow } from "../lib/detectors/iadnet/head.ts";
import { jointLoss, scoreProgram } from "../lib/detectors/iadnet/programs.ts";
import { decodeSafetensors } from "../lib/core/safetensors.ts";
import { SIZES } from "../lib/experiments/bench_sizes.ts";

interface Request {
  mode: "train" | "score";
  size: string;
  engine: EngineName;
  threads: number;
  steps: number;
  batch: number;
  precision?: Precision;
  file: string;
}

const request: Request = JSON.parse(Deno.args[0]);
const { config } = SIZES[request.size];
const { tensors } = decodeSafetensors(await Deno.readFile(request.file), request.file);
const { "input.x": x, "input.y": y, ...weights } = tensors;
const engine = await openEngine(request.engine, request.threads);
const times: number[] = [], losses: number[] = [], rss: number[] = [];
let firstAt = 0, processorMs: number | undefined;
if (request.mode === "train") {
  const trainer = await engine.trainer(jointLoss(config), weights);
  for (let step = 0; step < request.steps; step++) {
    const started = performance.now();
    const { loss } = await trainer.step({ x, y }, 1e-4);
    times.push(performance.now() - started);
    losses.push(loss[0]);
    if (step === 0) firstAt = Date.now();
    if (step % 250 === 0) {
      (globalThis as { gc?: () => void }).gc?.(); // what is garbage is not a leak
      rss.push(Deno.memoryUsage().rss / 2 ** 20);
    }
  }
} else {
  const runner = await engine.runner(
    scoreProgram(config),
    await foldFlow(engine, weights),
    request.precision,
  );
  const count = x.shape[0], width = x.values.length / count, shape = [request.batch, ...x.shape.slice(1)];
  const cut = (values: Float32Array, at: number) => ({
    shape,
    values: values.subarray(at * width, (at + request.batch) * width),
  });
  let before = process.cpuUsage();
  for (let pass = 0; pass <= request.steps; pass++) {
    if (pass === 1) before = process.cpuUsage(); // the first pass compiles
    for (let at = 0; at + request.batch <= count; at += request.batch) {
      const started = performance.now();
      const { nll } = await runner.run({ x: cut(x.values, at), y: cut(y.values, at) });
      if (pass > 0) times.push(performance.now() - started);
      else {
        losses.push(...nll);
        firstAt ||= Date.now();
      }
    }
  }
  const { user, system } = process.cpuUsage(before);
  processorMs = (user + system) / 1e3 / (times.length * request.batch);
}
const peak = /VmHWM:\s+(\d+)/.exec(await Deno.readTextFile("/proc/self/status").catch(() => ""));
console.log(
  JSON.stringify({ times, losses, rss, firstAt, processorMs, peakMB: peak ? Number(peak[1]) / 1024 : null }),
);
