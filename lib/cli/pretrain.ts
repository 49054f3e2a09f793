/** `pretrain`: trains an encoder on synthetic interactions and writes its weights. */
import { Buffer } from "node:buffer";
import { Interrupted, UsageError } from "../core/errors.ts";
import { exists, partialOf, writeFileAtomic } from "../core/files.ts";
import { stopOnSignals } from "../core/signals.ts";
import { VERSION } from "../core/version.ts";
import type { ModelConfig } from "../detectors/iadnet/config.ts";
import { changePreset } from "../detectors/iadnet/preset.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { encodeEncoder, type EncoderMetadata } from "../detectors/iadnet/pretraining/encoder_file.ts";
import { pretrainingCorpus } from "../detectors/iadnet/pretraining/corpus.ts";
import { pretrainEncoder, pretrainingConfig } from "../detectors/iadnet/pretraining/pretrain.ts";
import { parsePairs } from "../detectors/spec.ts";
import { openEngine } from "../engine/select.ts";
import { openCheckpoints } from "../training/checkpoint/folder.ts";
import type { FitProgress } from "../training/history.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { ENGINE_OPTIONS, engineOf, seedOf } from "./data.ts";
import { datedOut } from "./default_out.ts";
import { advance, stage } from "./progress.ts";
import { note, printError, warn } from "./stderr.ts";
import { printWritten, quoted } from "./stdout.ts";
import type { Verb } from "./verb.ts";

/** Settings of a network that pre-training sets. */
const FIXED = ["gain", "skip", "cosines", "projections", "flowLayers", "slope", "volume"];

/** Lines of progress of one training. */
const LINES = 20;

/** Train an encoder and write it. The same command resumes a training that was interrupted. */
export const pretrain: Verb = {
  description: DESCRIPTIONS.pretrain,
  example: "--steps 100 --families 40",
  options: {
    values: {
      out: "file to create, .safetensors, or .json with that file as base64 text; it must not exist " +
        "(runs/<date>-encoder.safetensors)",
      preset: "preset whose network is trained, with changes, such as default,position=unsync (default)",
      seed: "seed of every random choice (0)",
      steps: "training steps (3000)",
      families: "families of synthetic scripts, 4 scripts each (800)",
      ...ENGINE_OPTIONS,
      threads: "threads per operator, which the bits of the weights depend on (1)",
      "checkpoint-seconds": "seconds between checkpoints, 0 = after each step (30)",
    },
  },
  isKept: true,
  async run(options, { parent }) {
    const out = options.value("out") ?? await datedOut("encoder", ".safetensors");
    const preset = options.value("preset") ?? "default";
    const config = configOf(preset), seed = seedOf(options);
    const steps = options.integer("steps", 3000, 1, 1_000_000);
    const families = options.integer("families", 800, 4, 100_000);
    const threads = options.integer("threads", 1, 1, 1024);
    if (await exists(out)) throw new UsageError(`Cannot write to ${out}: it exists already`);
    const started = performance.now(), stop = new AbortController();
    const engine = await openEngine(engineOf(options), threads);
    const metadata = describe({ preset, seed, steps, families, engine: engine.name, threads });
    using checkpoints = await openCheckpoints(partialOf(out), {
      seconds: options.integer("checkpoint-seconds", 30, 0, 86_400),
      signal: stop.signal,
      onWarning: warn,
    });
    stage("Generating");
    note(`Generating ${families} families of synthetic interactions`);
    const corpus = pretrainingCorpus(families, seed), ignoreSignals = stopOnSignals(stop, parent); // until then a signal ends the process
    stage("Training", 0);
    try {
      const weights = await pretrainEncoder({
        config,
        corpus,
        seed,
        steps,
        engine,
        threads,
        checkpoints,
        onProgress: progressLines(Math.ceil(steps / LINES)),
      });
      const bytes = encodeEncoder({ config, weights, metadata });
      await writeFileAtomic(out, out.endsWith(".json") ? embedded(bytes) : bytes);
      await checkpoints.remove();
    } catch (error) {
      if (error instanceof Interrupted) printError(`Resume with the same command and --out ${quoted(out)}`);
      throw error;
    } finally {
      ignoreSignals();
      await engine.close();
    }
    printWritten(options, [out], { s: ((performance.now() - started) / 1000).toFixed(0) });
  },
};

/** The network of a preset with changes, such as `default,position=unsync`.
 * @throws {UsageError} If the preset or a setting is unknown, or pre-training does not read the setting. */
function configOf(text: string): ModelConfig {
  const [name, ...pairs] = text.split(","), changes = parsePairs(`preset ${text}`, pairs);
  const config = pretrainingConfig(changePreset(getPreset(name), changes));
  const unread = Object.keys(changes).find((key) => !(key in config) || FIXED.includes(key));
  if (unread !== undefined) throw new UsageError(`Cannot pre-train with setting ${unread}: it has no effect`);
  return config;
}

/** What made an encoder, with the command that makes it again. */
function describe(given: Omit<EncoderMetadata, "version" | "command"> & { preset: string }): EncoderMetadata {
  const { preset: _, ...numbers } = given;
  const words = Object.entries(given).map(([name, value]) => `--${name} ${value}`);
  return { version: VERSION, command: `deno task pretrain ${words.join(" ")}`, ...numbers };
}

/** A file as a JSON module that a program can import without a permission to read. */
function embedded(bytes: Uint8Array): Uint8Array {
  const text = JSON.stringify({ safetensors: Buffer.from(bytes).toString("base64") });
  return new TextEncoder().encode(text + "\n");
}

/** Print the mean loss, and its terms, of every so many steps. */
function progressLines(every: number): (progress: FitProgress) => void {
  let sums: Record<string, number> = {}, count = 0;
  return ({ step, steps, loss, terms = {} }) => {
    for (const [name, value] of Object.entries({ loss, ...terms })) sums[name] = (sums[name] ?? 0) + value;
    count++;
    advance(step / steps, `step ${step} of ${steps}`);
    if (step % every !== 0 && step < steps) return;
    const means = Object.entries(sums).map(([name, sum]) => `${name} ${(sum / count).toFixed(3)}`);
    note(`Step ${step} of ${steps}: ${means.join(", ")}`);
    [sums, count] = [{}, 0];
  };
}
