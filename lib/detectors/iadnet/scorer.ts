/**
 * A fitted model: its weights, the models of the calibration folds, and scoring by them.
 *
 * @module
 */
import type { PreparedClip } from "../../data/transforms/prepare.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import type { Engine, Named, Program, Runner } from "../../engine/engine.ts";
import { featureDimension, type ModelConfig } from "../../model/config.ts";
import { foldFlow, headProgram } from "../../model/programs.ts";
import type { Preset } from "./presets.ts";
import { CHUNK, inChunks, programsOf, runInChunks } from "./training.ts";

/** A model that was trained without some of the training clips, and its scores of those. */
export interface CalibrationFold {
  /** Weights of each member. Where the encoder is frozen, only those that differ from the main model's. */
  readonly members: readonly Named[];
  /** Scores of the clips that were held out. */
  readonly scores: Float64Array;
  /** Scores of their windows; the same as `scores` where the preset reads whole clips. */
  readonly windows: Float64Array;
}

/** What a fitted model is made of. */
export interface Fitted {
  /** The category that was learned. */
  readonly category: string;
  /** Seed of the fit. */
  readonly seed: number;
  /** The skeleton of the clips. */
  readonly skeleton: Skeleton;
  /** The network. */
  readonly config: ModelConfig;
  /** Weights of each member. */
  readonly members: readonly Named[];
  /** Calibration; empty where the preset does not calibrate. */
  readonly folds: readonly CalibrationFold[];
}

/** Scores prepared clips by several sets of weights, one set of members each: NLL averaged over the members.
 *
 * With a frozen encoder the sets share the main model's encoders, and only their heads (whitening and flow) are run for each.
 */
export class Scorer {
  readonly #runners = new Map<string, Promise<Runner>>();

  /** @param sets Weights of the members of each set. @param fixed Compile the weights in: slower to start, faster then. */
  constructor(
    readonly engine: Engine,
    readonly preset: Preset,
    readonly fitted: Pick<Fitted, "config" | "members">,
    readonly sets: readonly (readonly Named[])[],
    readonly fixed = false,
  ) {}

  /** Scores of the clips by each of the first `count` sets.
   *
   * @param chunk Clips in one call of the engine.
   */
  async score(
    clips: readonly PreparedClip[],
    count: number = this.sets.length,
    chunk: number = CHUNK,
  ): Promise<Float64Array[]> {
    const { config, members } = this.fitted, programs = programsOf(this.engine, config);
    const sets = this.sets.slice(0, count), scores = sets.map(() => new Float64Array(clips.length));
    const add = (set: number, nll: Float32Array) =>
      nll.forEach((value, i) => scores[set][i] += value / members.length);
    for (const [m, member] of members.entries()) {
      if (this.preset.training.mode === "joint") {
        for (const [k, set] of sets.entries()) {
          const whole = await this.#runner(
            `whole ${k} ${m}`,
            programs.score,
            () => foldFlow(this.engine, set[m]),
          );
          add(k, await runInChunks(whole, "nll", 1, clips, config, chunk));
        }
        continue;
      }
      const d = featureDimension(config);
      const encoder = await this.#runner(`encoder ${m}`, programs.features, () => part(member, false));
      const f = await runInChunks(encoder, "f", d, clips, config, chunk);
      for (const [k, set] of sets.entries()) {
        const head = await this.#runner(
          `head ${k} ${m}`,
          headProgram,
          () => foldFlow(this.engine, part(set[m], true)),
        );
        const nll = await inChunks(head, "nll", 1, clips.length, chunk, (rows) => {
          const values = new Float32Array(rows.length * d);
          rows.forEach((row, i) => values.set(f.subarray(row * d, (row + 1) * d), i * d));
          return { f: { shape: [rows.length, d], values } };
        });
        add(k, nll);
      }
    }
    return scores;
  }

  #runner(key: string, program: Program, weights: () => Named | Promise<Named>): Promise<Runner> {
    const make = async () => await this.engine.runner(program, await weights(), this.fixed);
    const known = this.#runners.get(key) ?? make();
    this.#runners.set(key, known);
    return known;
  }
}

/** The head of a member (whitening and flow), or what comes before it. */
export function part(member: Named, head: boolean): Named {
  const isHead = (name: string) => name.startsWith("whiten.") || name.startsWith("flow.");
  return Object.fromEntries(Object.entries(member).filter(([name]) => isHead(name) === head));
}

/** Means of successive runs of values. */
export function meansOf(values: Float64Array, counts: readonly number[]): Float64Array {
  let at = 0;
  return Float64Array.from(counts, (count) => {
    const run = values.subarray(at, at += count);
    return run.reduce((sum, value) => sum + value, 0) / count;
  });
}
