/** Scoring by fitted models of IADNet. */
import { type Named, stack } from "../../core/tensors.ts";
import type { Clip } from "../../data/clip.ts";
import { prepareClip } from "../../data/transforms/prepare.ts";
import { outputsInChunks } from "../../engine/chunks.ts";
import type { Engine, Precision, Program, Runner } from "../../engine/engine.ts";
import type { Scorer } from "../base.ts";
import { clipFeatures, type FitClips } from "./clip_features.ts";
import type { ModelConfig } from "./config.ts";
import { featureDimension } from "./features.ts";
import { foldFlow, headProgram } from "./head.ts";
import type { Preset } from "./preset.ts";
import { inputsOf, programsOf } from "./programs.ts";

/** The score and its terms, of each clip. */
type Terms = Readonly<Record<"nll" | "quadratic" | "logDet", Float32Array>>;

/** Values per clip of each term. */
const WIDTHS = { nll: 1, quadratic: 1, logDet: 1 };

/** The two terms of the NLL that differ from clip to clip, nats. */
export interface ScoreParts {
  /** |s|^2 / 2, with the cost of all that the flow does not read. */
  readonly quadratic: Float64Array;
  /** -log |det d phi / d f|. */
  readonly determinant: Float64Array;
}

/** Scores clips by several sets of weights. With a frozen encoder the sets share the first one's encoder, and only their heads
 * (whitening, flow and pair ratio) are run for each. */
export class IADNetScorer implements Scorer {
  readonly #runners = new Map<string, Promise<Runner>>();

  /** @param precision If given, compile the weights in: slower to start, faster then. In int8, clips are scored one by one, so that no
   * score depends on other clips, and what follows a frozen encoder is in float32. @param clips What the trainings of a fit share, while it runs. */
  constructor(
    readonly engine: Engine,
    readonly preset: Preset,
    readonly config: ModelConfig,
    readonly sets: readonly Named[],
    readonly precision: Precision | undefined,
    readonly clips?: FitClips,
  ) {}

  async score(windows: readonly Clip[], count: number, chunk: number): Promise<Float64Array[]> {
    return (await this.#terms(windows, count, chunk)).map(({ nll }) => Float64Array.from(nll));
  }

  /** The terms of the scores by the first model. */
  async parts(windows: readonly Clip[], chunk: number): Promise<ScoreParts> {
    const [{ quadratic, logDet }] = await this.#terms(windows, 1, chunk);
    return {
      quadratic: Float64Array.from(quadratic),
      determinant: Float64Array.from(logDet, (value) => -value),
    };
  }

  async #terms(windows: readonly Clip[], count: number, most: number): Promise<Terms[]> {
    const chunk = this.precision === "int8" ? 1 : most, { preparation } = this.preset;
    const clips = this.clips?.prepare(windows) ?? windows.map((window) => prepareClip(window, preparation));
    const isFrozen = this.preset.training.mode === "frozen";
    let program = programsOf(this.engine, this.config).score;
    let inputs = (rows: readonly number[]) => inputsOf(rows.map((row) => clips[row]), this.config);
    if (isFrozen) {
      const d = featureDimension(this.config), { features } = programsOf(this.engine, this.config);
      const encoder = await this.#runner(
        "encoder",
        features,
        () => pick(this.sets[0], (name) => !isHead(name)),
      );
      const f = await clipFeatures(encoder, this.config, clips, chunk, this.clips?.own);
      program = headProgram;
      inputs = (rows) => ({ f: stack(rows.map((row) => f.subarray(row * d, (row + 1) * d)), [d]) });
    }
    const out: Terms[] = [];
    for (const [k, set] of this.sets.slice(0, count).entries()) {
      const weights = () => foldFlow(this.engine, isFrozen ? headOf(set) : set);
      const runner = await this.#runner(`model ${k}`, program, weights);
      out.push(await outputsInChunks(runner, WIDTHS, clips.length, chunk, inputs));
    }
    return out;
  }

  #runner(key: string, program: Program, weights: () => Named | Promise<Named>): Promise<Runner> {
    const precision = program === headProgram && this.precision ? "float32" : this.precision;
    const open = async () => await this.engine.runner(program, await weights(), precision);
    const known = this.#runners.get(key) ?? open();
    this.#runners.set(key, known);
    return known;
  }
}

/** Weights of the head, which is what follows a frozen encoder: whitening, flow and pair ratio. */
export function headOf(weights: Named): Named {
  return pick(weights, isHead);
}

const isHead = (name: string) => /^(whiten|flow|pair)\./.test(name);

function pick(weights: Named, test: (name: string) => boolean): Named {
  return Object.fromEntries(Object.entries(weights).filter(([name]) => test(name)));
}
