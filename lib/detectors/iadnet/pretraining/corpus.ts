/** The corpus of pre-training: every take of every member of every family, resampled to one length. */
import { createHash } from "node:crypto";
import { SBU15 } from "../../../data/skeletons.ts";
import { corpusClips } from "../../../data/synthetic/takes.ts";
import { sampleFrames } from "../../../data/transforms/prepare.ts";

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
export class Corpus {
  /** @param families Number of families. @param x All clips of person 1. @param y All clips of person 2. */
  constructor(readonly families: number, readonly x: Float32Array, readonly y: Float32Array) {}

  /** Takes of each member. */
  readonly takes = TAKES;

  /** Number of clips. */
  get clips(): number {
    return this.families * MEMBERS * TAKES;
  }

  /** A copy of both people of a clip. */
  pair(clip: number): [Recording, Recording] {
    return [this.x, this.y].map((all) => all.slice(clip * SIZE, (clip + 1) * SIZE)) as [Recording, Recording];
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

/** Generate a corpus. 800 families hold 230 MB. */
export function makeCorpus(families: number, seed: number): Corpus {
  const size = families * MEMBERS * TAKES * SIZE, x = new Float32Array(size), y = new Float32Array(size);
  let at = 0;
  for (const { clip } of corpusClips({ seed, families, mutants: MEMBERS - 1, takes: TAKES })) {
    const place = (t: number) => t * (clip.frames - 1) / (CORPUS_FRAMES - 1);
    x.set(sampleFrames(clip.x, clip.frames, CORPUS_FRAMES, place), at);
    y.set(sampleFrames(clip.y, clip.frames, CORPUS_FRAMES, place), at);
    at += SIZE;
  }
  return new Corpus(families, x, y);
}
