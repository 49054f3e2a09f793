/**
 * All trainings of one fit: one without each calibration fold, which it then scores, and that of all clips.
 *
 * @module
 */
import type { Clip } from "../../data/clip.ts";
import type { PreparedClip } from "../../data/transforms/prepare.ts";
import { holdOutFolds } from "../../data/split.ts";
import type { FitProgress } from "../detector.ts";
import type { Named } from "../../engine/engine.ts";
import { hashSeed } from "../../core/random.ts";
import { type FitContext, fitMember, stepsOf } from "./training.ts";
import { type CalibrationFold, meansOf, part, Scorer } from "./scorer.ts";

/** What the trainings of a fit have in common. */
export interface RoundsContext extends Omit<FitContext, "part" | "names" | "onProgress"> {
  /** What the model reads of a clip: its windows, or the clip itself. */
  readonly windowsOf: (clip: Clip) => Clip[];
  /** The windows as the model takes them. */
  readonly prepare: (windows: readonly Clip[]) => PreparedClip[];
  /** Hears of every step of every training.
   * @param progress As the training counts. @param done Steps of the whole fit so far. @param all Steps of the whole fit. */
  readonly onProgress: (progress: FitProgress, done: number, all: number) => void;
}

/** Train on the clips of one category, in this order, and calibrate as the preset says.
 *
 * @throws {IadnetError} As {@linkcode fitMember}.
 */
export async function fitRounds(
  clips: readonly Clip[],
  context: RoundsContext,
): Promise<{ members: Named[]; folds: CalibrationFold[] }> {
  const { preset, config, engine, seed, windowsOf, prepare } = context;
  const { calibrationFolds, members: count, mode } = preset.training;
  const held = holdOutFolds(clips, calibrationFolds, seed);
  const all = [...held.map(([kept]) => kept), clips].reduce(
    (sum, kept) => sum + count * stepsOf(preset, kept.flatMap(windowsOf).length),
    0,
  );
  let done = 0;
  const onProgress = (progress: FitProgress) => context.onProgress(progress, ++done, all);
  const train = async (kept: readonly Clip[], round: string) => {
    const windows = kept.flatMap(windowsOf), prepared = prepare(windows), members: Named[] = [];
    for (let member = 0; member < count; member++) {
      const own = {
        ...context,
        seed: hashSeed(seed, `member ${member}`),
        part: `${round}, member ${member}`,
        names: windows.map(({ id }) => id),
        onProgress,
      };
      members.push(await fitMember(prepared, own));
    }
    return members;
  };
  const folds: CalibrationFold[] = [];
  for (const [k, [kept, left]] of held.entries()) {
    const members = await train(kept, `fold ${k}`), windows = left.map(windowsOf);
    const [scores] = await new Scorer(engine, preset, { config, members }, [members])
      .score(prepare(windows.flat()));
    folds.push({
      members: mode === "frozen" ? members.map((weights) => part(weights, true)) : members,
      scores: meansOf(scores, windows.map((own) => own.length)),
      windows: scores,
    });
  }
  return { members: await train(clips, "main"), folds };
}
