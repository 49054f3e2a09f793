/**
 * Scoring by fitted models of IADNet.
 *
 * @module
 */
import type { Named } from "../../core/tensors.ts";
import type { Clip } from "../../data/clip.ts";
import { prepareClip, type PreparedClip } from "../../data/transforms/prepare.ts";
import { runInChunks } from "../../engine/chunks.ts";
import type { Engine, Program, Runner } from "../../engine/engine.ts";
import type { ModelConfig } from "./config.ts";
import { featureDimension } from "./features.ts";
import { foldFlow, headProgram } from "./head.ts";
import type { Scorer } from "../base.ts";
import type { Preset } from "./presets.ts";
import { programsOf, toInputs } from "./training.ts";

/** Scores clips by several sets of weights. With a frozen encoder the sets share the first one's encoder, and only their heads
 * (whitening and flow) are run for each. */
export class IADNetScorer implements Scorer {
  readonly #runners = new Map<string, Promise<Runner>>();

  /** @param fixed Compile the weights in: slower to start, faster then. */
  constructor(
    readonly engine: Engine,
    readonly preset: Preset,
    readonly config: ModelConfig,
    readonly sets: readonly Named[],
    readonly fixed: boolean,
  ) {}

  async score(windows: readonly Clip[], count: number, chunk: number): Promise<Float64Array[]> {
    const clips = windows.map((window) => prepareClip(window, this.preset.preparation));
    const sets = this.sets.slice(0, count);
    const each = this.preset.training.mode === "joint"
      ? await this.#scoreWhole(clips, sets, chunk)
      : await this.#scoreHeads(clips, sets, chunk);
    return each.map((nll) => Float64Array.from(nll));
  }

  /** NLL of the clips by whole networks. */
  async #scoreWhole(
    clips: readonly PreparedClip[],
    sets: readonly Named[],
    chunk: number,
  ): Promise<Float32Array[]> {
    const { score } = programsOf(this.engine, this.config), out: Float32Array[] = [];
    for (const [k, set] of sets.entries()) {
      const whole = await this.#runner(`whole ${k}`, score, () => foldFlow(this.engine, set));
      out.push(await runInChunks(whole, "nll", 1, clips.length, chunk, inputsOf(clips, this.config)));
    }
    return out;
  }

  /** NLL of the clips by one encoder and several heads. */
  async #scoreHeads(
    clips: readonly PreparedClip[],
    sets: readonly Named[],
    chunk: number,
  ): Promise<Float32Array[]> {
    const { features } = programsOf(this.engine, this.config), d = featureDimension(this.config);
    const encoder = await this.#runner("encoder", features, () => encoderOf(this.sets[0]));
    const f = await runInChunks(encoder, "f", d, clips.length, chunk, inputsOf(clips, this.config));
    const out: Float32Array[] = [];
    for (const [k, set] of sets.entries()) {
      const head = await this.#runner(`head ${k}`, headProgram, () => foldFlow(this.engine, headOf(set)));
      const rows = (indices: readonly number[]) => {
        const values = new Float32Array(indices.length * d);
        indices.forEach((row, i) => values.set(f.subarray(row * d, (row + 1) * d), i * d));
        return { f: { shape: [indices.length, d], values } };
      };
      out.push(await runInChunks(head, "nll", 1, clips.length, chunk, rows));
    }
    return out;
  }

  #runner(key: string, program: Program, weights: () => Named | Promise<Named>): Promise<Runner> {
    const open = async () => await this.engine.runner(program, await weights(), this.fixed);
    const known = this.#runners.get(key) ?? open();
    this.#runners.set(key, known);
    return known;
  }
}

/** Inputs x and y of some of the clips. */
export function inputsOf(
  clips: readonly PreparedClip[],
  config: ModelConfig,
): (rows: readonly number[]) => Named {
  return (rows) => toInputs(rows.map((row) => clips[row]), config);
}

/** Weights of the head, which is what follows a frozen encoder: whitening and flow. */
export function headOf(weights: Named): Named {
  return pick(weights, isHead);
}

function encoderOf(weights: Named): Named {
  return pick(weights, (name) => !isHead(name));
}

const isHead = (name: string) => name.startsWith("whiten.") || name.startsWith("flow.");

function pick(weights: Named, test: (name: string) => boolean): Named {
  return Object.fromEntries(Object.entries(weights).filter(([name]) => test(name)));
}
