// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * The engine against PyTorch and against tfjs on WebAssembly: the same network, batch, weights and precision, in processes of
 * their own that take turns; medians. See bench/README.md.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { encodeSafetensors } from "../lib/core/safetensors.ts";
import { quantile } from "../lib/metrics/statistics.ts";
import { clipsOf, flops, SIZES, weightsOf } from "../lib/experiments/bench_sizes.ts";

const options = parseArgs(Deno.args, {
  string: ["size", "rounds", "steps", "threads", "python", "engine", "device"],
  boolean: ["json", "scoring", "memory"],
  default: { size: "tiny,small,paper", rounds: "3", threads: "2", device: "cpu" },
});
const sizes = options.size ?? "tiny,small,paper";
const threads = Number(options.threads), rounds = Number(options.rounds);

/** All values of an option that may be given several times. */
const repeated = (name: string) =>
  Deno.args.flatMap((word, i, words) => word === `--${name}` && i + 1 < words.length ? [words[i + 1]] : []);

/** An engine of this library, or PyTorch of some interpreter in some precision. */
interface Contender {
  readonly name: string;
  readonly python?: string;
  readonly precision?: "float32" | "bf16" | "int8";
}

/** Debian's PyTorch, and that of each `--python`, in float32 and with bf16 autocast. */
const PEERS: readonly Contender[] = ["/usr/bin/python3", ...repeated("python")].flatMap((python, i) =>
  (["float32", "bf16"] as const).map((precision) => ({
    name: `pytorch${i === 0 ? "" : ` of --python ${i}`} ${precision}`,
    python,
    precision,
  }))
);
/** What all are compared with: the first peer that could be measured. */
function peerOf(runs: ReadonlyMap<Contender, readonly Measured[]>): Contender {
  return PEERS.find((peer) => runs.get(peer)?.length) ?? PEERS[0];
}

/** Folders of Debian's OpenBLAS built with OpenMP, the fastest that PyTorch finds there. */
const BLAS = "/usr/lib/x86_64-linux-gnu/openblas-openmp";

interface Measured {
  times: number[];
  losses: number[];
  rss: number[];
  startupMs: number;
  peakMB: number;
  /** Processor time of a clip, ms; of this library's scoring only. */
  processorMs?: number;
}

/** Run one measurement in a process of its own; undefined if it cannot run here. */
async function measure(
  { name, python, precision }: Contender,
  request: Record<string, unknown>,
): Promise<Measured | undefined> {
  const path = (file: string) => new URL(file, import.meta.url).pathname;
  const [engine] = name.split(" ");
  const argument = JSON.stringify({ ...request, engine, threads, precision, device: options.device });
  const command = new Deno.Command(python ?? Deno.execPath(), {
    args: python
      ? [path("./peers/peer.py"), argument]
      : ["run", "-A", "--no-check", "--v8-flags=--expose-gc", path("./worker.ts"), argument],
    env: python === PEERS[0].python ? { LD_LIBRARY_PATH: BLAS, OMP_NUM_THREADS: String(threads) } : {},
    stdout: "piped",
    stderr: "piped",
  });
  const started = Date.now();
  const { success, stdout, stderr } = await command.output();
  if (!success) {
    const why = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    const hint = python === PEERS[0].python ? " (apt-get install python3-torch libopenblas0-openmp)" : "";
    console.error(`Cannot measure ${name}: ${why}${hint}`);
    return undefined;
  }
  const result = JSON.parse(new TextDecoder().decode(stdout));
  return { ...result, startupMs: result.firstAt - started };
}

const quantileOf = (values: readonly number[], p: number) => quantile(values.toSorted((a, b) => a - b), p);
const median = (values: readonly number[]) => quantileOf(values, 0.5);

/** Print rows as a table, or as JSON. */
function show(rows: readonly Record<string, unknown>[]): void {
  if (options.json) return console.log(JSON.stringify(rows));
  if (rows.length > 0) console.table(rows);
}

/** Weights and clips of a size, in a file that both sides read. */
async function writeInputs(size: string, count: number): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".safetensors" });
  const { x, y } = clipsOf(SIZES[size], count, 1);
  await Deno.writeFile(
    file,
    encodeSafetensors({ ...weightsOf(SIZES[size]), "input.x": x, "input.y": y }, {}),
  );
  return file;
}

/** The machine's best single-precision matrix product, FLOP/s: OpenBLAS's, or this engine's where that is missing. */
async function sgemmPeak(): Promise<number> {
  const peer = await measure(PEERS[0], { mode: "peak" }) as unknown as { peak?: number } | undefined;
  return peer?.peak ?? NaN;
}

async function training(): Promise<void> {
  const rows: Record<string, unknown>[] = [];
  const peak = await sgemmPeak();
  for (const size of sizes.split(",")) {
    const file = await writeInputs(size, SIZES[size].batch);
    const steps = Number(options.steps ?? { tiny: 200, small: 30, paper: 8 }[size] ?? 20);
    const own = new Set(["onnx-cpu", ...(size === "tiny" ? ["wasm"] : []), ...repeated("engine")]);
    const contenders: readonly Contender[] = [...[...own].map((name) => ({ name })), ...PEERS];
    const runs = new Map<Contender, Measured[]>(contenders.map((contender) => [contender, []]));
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        const run = await measure(contender, {
          mode: "train",
          size,
          steps,
          file,
          config: SIZES[size].config,
        });
        if (run) runs.get(contender)!.push(run);
      }
    }
    await Deno.remove(file);
    const stepOf = (contender: Contender) =>
      median(runs.get(contender)!.flatMap(({ times }) => times.slice(2)));
    const peer = peerOf(runs);
    for (const contender of contenders) {
      const own = runs.get(contender)!, ms = stepOf(contender), work = flops(SIZES[size]).step;
      if (own.length === 0) continue;
      const reference = runs.get(peer)?.[0]?.losses.slice(0, 20) ?? [];
      const gap = Math.max(...reference.map((loss, i) => Math.abs(own[0].losses[i] - loss) / Math.abs(loss)));
      rows.push({
        size,
        engine: contender.name,
        msPerStep: round(ms, 2),
        ratioToPyTorch: round(ms / stepOf(peer), 3),
        gflops: round(work / ms / 1e6, 1),
        peakFraction: round(work / ms * 1e3 / peak, 3),
        startupMs: Math.round(median(own.map(({ startupMs }) => startupMs))),
        peakMB: Math.round(median(own.map(({ peakMB }) => peakMB))),
        lossGap: gap.toExponential(1),
      });
    }
  }
  if (!options.json) console.log(`sgemm peak with ${threads} threads: ${(peak / 1e9).toFixed(0)} GFLOP/s`);
  show(rows);
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** Clips to score and clips in a call, by size. */
const SCORING: Readonly<Record<string, { readonly count: number; readonly batches: readonly number[] }>> = {
  small: { count: 1000, batches: [64, 1] },
  paper: { count: 32, batches: [8, 1] },
};

async function scoring(): Promise<void> {
  const rows: Record<string, unknown>[] = [];
  const contenders: readonly Contender[] = [
    { name: "onnx-cpu float32", precision: "float32" },
    { name: "onnx-cpu int8", precision: "int8" },
    ...PEERS.filter(({ precision }) => precision === "float32"),
  ];
  for (const size of sizes.split(",").filter((size) => Object.hasOwn(SCORING, size))) {
    const { count, batches } = SCORING[size], file = await writeInputs(size, count);
    const cells = batches.flatMap((batch) =>
      contenders.map((contender) => ({ batch, contender, runs: [] as Measured[] }))
    );
    for (let round = 0; round < rounds; round++) {
      for (const { batch, contender, runs } of cells) {
        const request = { mode: "score", size, steps: 1, batch, file, config: SIZES[size].config };
        const run = await measure(contender, request);
        if (run) runs.push(run);
      }
    }
    await Deno.remove(file);
    const timesOf = ({ runs }: typeof cells[number]) => runs.flatMap(({ times }) => times);
    const rate = (cell: typeof cells[number]) => 1e3 * cell.batch / median(timesOf(cell));
    for (const cell of cells.filter(({ runs }) => runs.length > 0)) {
      const { batch, contender, runs } = cell, times = timesOf(cell);
      const peer = cells.find((own) => own.batch === batch && own.contender.python && own.runs.length > 0);
      rows.push({
        size,
        batch,
        engine: contender.name,
        clipsPerSecond: round(rate(cell), 1),
        ratioToPyTorch: round(rate(cell) / (peer ? rate(peer) : NaN), 2),
        ratioToFirst: round(rate(cell) / rate(cells[0]), 2),
        msMedian: round(median(times), 2),
        ms99: round(quantileOf(times, 0.99), 2),
        processorMsPerClip: round(median(runs.map(({ processorMs = NaN }) => processorMs)), 2),
      });
    }
  }
  show(rows);
}

/** Resident memory over 5,000 training steps: its slope after the first 1,000, MB per 1,000 steps. */
async function memory(): Promise<void> {
  const size = sizes.split(",")[0], steps = Number(options.steps ?? 5000);
  const file = await writeInputs(size, SIZES[size].batch);
  const run = await measure({ name: "onnx-cpu" }, { mode: "train", size, steps, file });
  await Deno.remove(file);
  if (!run) return;
  const late = run.rss.slice(4),
    x = late.map((_, i) => i * 250),
    mean = (v: number[]) => v.reduce((a, b) => a + b) / v.length;
  const [mx, my] = [mean(x), mean(late)];
  const slope = x.reduce((sum, value, i) => sum + (value - mx) * (late[i] - my), 0) /
    x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  show([{
    size,
    steps,
    firstMB: round(late[0], 1),
    lastMB: round(late.at(-1)!, 1),
    slopeMBPer1000: round(slope * 1000, 3),
  }]);
}

await (options.scoring ? scoring() : options.memory ? memory() : training());
