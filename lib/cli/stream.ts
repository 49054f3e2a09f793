// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `score --stream`: frames as NDJSON on standard input, scores as NDJSON on standard output as soon as they are there.
 *
 * @module
 */
import { UP_AXES, type UpAxis } from "../data/skeleton.ts";
import { UsageError } from "../core/errors.ts";
import type { Detector } from "../detectors/detector.ts";
import { LiveDetector } from "../analysis/live.ts";
import { quantile } from "../metrics/statistics.ts";
import type { Options } from "./args.ts";
import { readLines } from "../core/lines.ts";

/** Latencies that are remembered for the summary: those of the last frames. */
const REMEMBERED = 10_000;

/** Read frames, one JSON object a line, `{ "x": [...], "y": [...] }`: joints of each person, metres, [joints, 3] flat or
 * nested. Write, for each model and frame, `{ "frame", "model", "score", "p", "alarm" }`; the alarm only with --alpha. The latency
 * is printed at the end, on standard error.
 *
 * @throws {UsageError} If a line is not such an object; all lines before it have been scored.
 */
export async function scoreStream(
  models: readonly Detector[],
  options: Options,
  alpha?: number,
): Promise<void> {
  const fps = Number(options.value("fps") ?? 30), up = options.value("up") as UpAxis | undefined;
  if (!(fps > 0 && Number.isFinite(fps))) {
    throw new UsageError(`Cannot read a stream: --fps must be positive, got ${fps}`);
  }
  if (up !== undefined && !UP_AXES.includes(up)) {
    throw new UsageError(`Cannot read a stream: --up must be one of ${UP_AXES.join(", ")}, got ${up}`);
  }
  const live = models.map((model) => new LiveDetector(model, { fps, up, alpha }));
  const latencies = new Float64Array(REMEMBERED);
  let line = 0, timed = 0;
  for await (const text of readLines(Deno.stdin.readable)) {
    line++;
    if (text.trim() === "") continue;
    const frame = parseFrame(text, line), started = performance.now();
    let scored = false;
    for (const detector of live) {
      const result = await detector.push(frame);
      if (!result) continue;
      scored = true;
      const { category } = detector.detector;
      console.log(JSON.stringify({
        frame: result.frame,
        model: category,
        score: result.score,
        p: result.p,
        ...(alpha !== undefined && { alarm: result.alarm }),
      }));
    }
    if (scored) latencies[timed++ % REMEMBERED] = performance.now() - started;
  }
  const own = latencies.subarray(0, Math.min(timed, REMEMBERED)).sort();
  if (own.length === 0) {
    console.error(`Scored no frame: ${line} came, a window has ${live[0].windowFrames}`);
  } else {
    console.error(
      `Scored ${timed} frames: latency ${quantile(own, 0.5).toFixed(2)} ms (median), ${
        quantile(own, 0.99).toFixed(2)
      } ms (99th percentile)`,
    );
  }
}

function parseFrame(text: string, line: number): { x: number[]; y: number[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`Cannot parse line ${line} of standard input: it is not JSON`);
  }
  const person = (key: "x" | "y"): number[] => {
    const joints = (value as Record<string, unknown> | null)?.[key];
    const flat = Array.isArray(joints) ? joints.flat() : undefined;
    if (!flat || !flat.every((item) => typeof item === "number")) {
      throw new UsageError(`Cannot parse line ${line} of standard input: ${key} must be a list of numbers`);
    }
    return flat;
  };
  return { x: person("x"), y: person("y") };
}
