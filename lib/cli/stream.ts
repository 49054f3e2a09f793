// deno-lint-ignore-file no-console -- the command line is the one place that prints
/** `score --stream`: frames as NDJSON on stdin, scores as NDJSON on stdout. */
import { UP_AXES } from "../data/skeleton.ts";
import { UsageError } from "../core/errors.ts";
import { readLines } from "../core/lines.ts";
import type { Detector } from "../detectors/detector.ts";
import { LiveDetector } from "../analysis/live.ts";
import { quantile } from "../metrics/statistics.ts";
import { printError } from "./stderr.ts";
import type { Options } from "./verb.ts";

/** Number of latest frames whose latencies are summarised at the end. */
const REMEMBERED = 10_000;

/** Read one frame per line, `{ "x": [...], "y": [...] }`: joints of each person, metres, [joints, 3] flat or nested. Print
 * `{ "frame", "model", "score", "p", "smallestP", "alarm" }` per model and frame, alarm only where `alpha` is given. The latency is printed
 * at the end, on stderr.
 * @throws {UsageError} If a line is not such an object (the lines before it are scored), or a model does not read windows. */
export async function scoreStream(
  models: readonly Detector[],
  options: Options,
  alpha?: number,
): Promise<void> {
  const fps = Number(options.value("fps") ?? 30), up = options.choice("up", UP_AXES);
  if (!(fps > 0 && Number.isFinite(fps))) {
    throw new UsageError(`Cannot read a stream: --fps must be positive, got ${fps}`);
  }
  const live = models.map((model) => new LiveDetector(model, { fps, up, alpha }));
  const latencies = new Float64Array(REMEMBERED);
  let line = 0, timed = 0;
  for await (const text of readLines(Deno.stdin.readable)) {
    line++;
    if (text.trim() === "") continue;
    const frame = parseFrame(text, line), started = performance.now();
    let scored = false;
    for (const own of live) {
      const result = await own.push(frame);
      if (!result) continue;
      scored = true;
      const { frame: number, score, p, smallestP, alarm } = result, model = own.detector.category;
      const shown = alpha === undefined ? undefined : alarm;
      console.log(JSON.stringify({ frame: number, model, score, p, smallestP, alarm: shown }));
    }
    if (scored) latencies[timed++ % REMEMBERED] = performance.now() - started;
  }
  if (timed === 0) {
    return printError(`Scored no frame: read ${line}, a window has ${live[0].windowFrames}`);
  }
  const sorted = latencies.subarray(0, Math.min(timed, REMEMBERED)).sort();
  const ms = (p: number) => `${quantile(sorted, p).toFixed(2)} ms`;
  printError(`Scored ${timed} frames: latency ${ms(0.5)} (median), ${ms(0.99)} (99th percentile)`);
}

function parseFrame(text: string, line: number): { x: number[]; y: number[] } {
  const fail = (why: string) => new UsageError(`Cannot parse line ${line} of stdin: ${why}`);
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail("it is not JSON");
  }
  const person = (key: "x" | "y"): number[] => {
    const joints = value?.[key], flat = Array.isArray(joints) ? joints.flat() : [undefined];
    if (flat.every((item) => typeof item === "number")) return flat;
    throw fail(`${key} must be a list of numbers`);
  };
  return { x: person("x"), y: person("y") };
}
