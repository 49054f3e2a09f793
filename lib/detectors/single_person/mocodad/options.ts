/**
 * The options of MoCoDAD, and their ranges.
 *
 * @module
 */
import { UsageError } from "../../../core/errors.ts";
import type { Setting } from "../../spec.ts";
import { WAYS } from "./preprocess.ts";

/** Options of MoCoDAD. */
export interface MocodadOptions {
  /** Passes over the training windows. */
  readonly epochs: number;
  /** Windows of a training step. */
  readonly batch: number;
  /** Frames from the start of one window to the next, at 30 a second. */
  readonly stride: number;
  /** Frames from one frame of a window to the next. */
  readonly spacing: number;
  /** Ways to turn each window, in training and in scoring: the first 1 to 5 of `WAYS`. */
  readonly transforms: number;
  /** Samples of each window, of which the nearest counts. */
  readonly samples: number;
  /** Weight of the condition autoencoder's error in the loss. */
  readonly weight: number;
  /** A clip's score is the `mean` or the `max` of its windows' errors. */
  readonly clip: "mean" | "max";
}

/** Default options. The public configuration starts a window at every frame, turns it in 5 ways and trains for 100 epochs in
 * batches of 1024: `mocodad:epochs=100,batch=1024,stride=1,transforms=5`. Here windows lie side by side, as they are and mirrored,
 * for 20 epochs in batches of 128 (some tens of clips make only a few batches): 75 times less to train and 15 times less to score.
 * All else is as in the public configuration for UBnormal. (That for STC has weight 1, a rate of 1e-4, batches of 4096 and, in
 * training alone, frames 6 apart.) */
export const MOCODAD_OPTIONS: Readonly<Record<keyof MocodadOptions, Setting>> = {
  epochs: 20,
  batch: 128,
  stride: 6,
  spacing: 1,
  transforms: 2,
  samples: 5,
  weight: 0.01,
  clip: "mean",
};

/** Check options, and fill in the default ones.
 *
 * @throws {UsageError} If a value is out of range. */
export function checkMocodad(options: Readonly<Record<string, Setting>>): MocodadOptions {
  const given = { ...MOCODAD_OPTIONS, ...options };
  const refuse = (key: keyof MocodadOptions, must: string) =>
    new UsageError(`Cannot make detector mocodad: ${key} must be ${must}, got ${given[key]}`);
  for (const key of ["epochs", "batch", "stride", "spacing", "transforms", "samples"] as const) {
    const most = key === "transforms" ? WAYS.length : Infinity, value = given[key];
    if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) continue;
    throw refuse(key, most === Infinity ? "a whole number from 1" : `a whole number from 1 to ${most}`);
  }
  if (!(Number(given.weight) >= 0 && Number(given.weight) < Infinity)) throw refuse("weight", "0 or more");
  if (given.clip !== "mean" && given.clip !== "max") throw refuse("clip", "mean or max");
  return given as unknown as MocodadOptions; // checked, one by one
}
