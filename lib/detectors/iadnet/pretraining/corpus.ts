/** The corpus of pre-training: every take of every member of every family, resampled to one length. */
import { createHash } from "node:crypto";
import { UsageError } from "../../../core/errors.ts";
import { SBU15 } from "../../../data/skeletons.ts";
import { corpusClips } from "../../../data/synthetic/takes.ts";
import { resample } from "../../../data/transforms/prepare.ts";

/** Families of a batch of the contrastive loss: a corpus has at least as many. */
export const FAMILIES = 4;

/** Members of a family, the parent included. */
export const MEMBERS = 4;

/** Takes of each member. */
const TAKES = 5;

/** Frames of each clip. */
export const CORPUS_FRAMES = 40;

/** Values of one person in one clip. */
const SIZE = CORPUS_FRAMES * SBU15.joints.length * 3;

/** One person of one clip, [CORPUS_FRAMES, 15, 3], metres, y up. */
export type Recording = Float32Array;

/** A corpus in memory: one array for each person. Clip `(family * MEMBERS + member) * takes + take` is a take of a script. */
export class PretrainingCorpus {
  /** A corpus of these clips; `pretrainingCorpus` generates one.
   * @param families Number of families. @param x All clips of person 1. @param y All clips of person 2. */
  constructor(readonly families: number, readonly x: Float32Array, readonly y: Float32Array) {}

  /** Takes of each member. */
  readonly takes: number = TAKES;

  /** Number of clips. */
  get clips(): number {
    return this.families * MEMBERS * TAKES;
  }

  /** Copies of both people of a clip, [40, 15, 3] each, metres, y up. */
  pair(clip: number): [Float32Array, Float32Array] {
    const from = clip * SIZE, to = from + SIZE;
    return [this.x.slice(from, to), this.y.slice(from, to)];
  }

  /** SHA-256 of all values. */
  hash(): string {
    const hash = createHash("sha256");
    for (const { buffer, byteOffset, byteLength } of [this.x, this.y]) {
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
    return hash.digest("hex");
  }
}

/** Generate the corpus for `pretrainEncoder`. 800 families hold 230 MB.
 * @param families Number of families, at least 4. @param seed Seed of scripts and takes.
 * @throws {UsageError} If there are too few families. */
export function pretrainingCorpus(families: number, seed: number): PretrainingCorpus {
  if (!(Number.isInteger(families) && families >= FAMILIES)) {
    throw new UsageError(`Cannot pre-train on ${families} families: expected at least ${FAMILIES}`);
  }
  const size = families * MEMBERS * TAKES * SIZE, x = new Float32Array(size), y = new Float32Array(size);
  let at = 0;
  for (const { clip } of corpusClips({ seed, families, mutants: MEMBERS - 1, takes: TAKES })) {
    x.set(resample(clip.x, clip.frames, CORPUS_FRAMES), at);
    y.set(resample(clip.y, clip.frames, CORPUS_FRAMES), at);
    at += SIZE;
  }
  return new PretrainingCorpus(families, x, y);
}
