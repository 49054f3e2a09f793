/** `score`: scores and p-values of clips by a saved model. */
import { parseSplit, splitDataset } from "../data/split.ts";
import type { Detector, Prediction } from "../detectors/detector.ts";
import { UsageError } from "../core/errors.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { DATA_FLAGS, DATA_OPTIONS, loadModel, SCORING_OPTIONS, seedOf } from "./data.ts";
import { learnedFrames, openLearned } from "./learned.ts";
import { modelFile, modelFiles } from "./model_files.ts";
import { scoredTable, writeScored } from "./scored.ts";
import { printSmallestP } from "./smallest_p.ts";
import { stage } from "./progress.ts";
import { note } from "./stderr.ts";
import { scoreStream } from "./stream.ts";
import type { Options, Verb } from "./verb.ts";
import { print } from "./stdout.ts";

/** Rate of false alarms of the tables if no option says so. */
const USUAL_ALPHA = 0.05;

/** Print a table on a terminal, elsewhere one JSON object per clip: `{ "clip", "score", "p", "smallestP", "alarm" }`; p and the
 * smallest possible p only where the model is calibrated, alarm only with --alpha. */
export const score: Verb = {
  description: DESCRIPTIONS.score,
  example: "--model runs/sbu5/models/hugging.safetensors --data ../shared/data/sbu --alpha 0.1",
  options: {
    values: {
      model: "model file, <run>/models/<category>.safetensors; with --stream several, separated by commas",
      ...DATA_OPTIONS,
      split: "score only the test clips of this split",
      seed: "seed of the split",
      fps: "with --stream: frames per second (those of the training clips)",
      up: "with --stream: axis that points up, such as y or -z (that of the training clips)",
      alpha:
        "alarm at p-values up to this: the rate of false alarms on normal clips (0.05 in tables, else no alarms)",
      adapt:
        "with --stream: p-values among so many latest windows of the stream, which follow a slow drift (those of the fit)",
      change:
        "with --stream: report when the normal has changed, with at most this chance of a false report (no test)",
      csv: "also write clip, category, score, p and alarm to this CSV file",
      parquet: "the same as a Parquet file",
      ...SCORING_OPTIONS,
    },
    flags: {
      ...DATA_FLAGS,
      stream: "read frames from standard input, one JSON object per line, instead of --data",
      json: "print one JSON object per line on a terminal, too",
    },
    required: { model: [], data: ["stream"] },
  },
  async run(options) {
    const split = options.value("split"), files = modelFiles(options.required("model"));
    if (split) parseSplit(split);
    const tables = (["csv", "parquet"] as const).flatMap((kind) => {
      const file = options.value(kind);
      return file === undefined ? [] : [[kind, file] as const];
    });
    if (options.flag("stream")) {
      if (tables.length > 0) {
        throw new UsageError("Cannot write a stream to --csv or --parquet: it has no end");
      }
      const models = await Promise.all(files.map((file) => loadModel(options, file, 1)));
      const alpha = checkAlpha(options, models);
      for (const model of models) printSmallestP(model, "windows", alpha);
      return await scoreStream(models, options, alpha, await Promise.all(files.map(learnedFrames)));
    }
    const file = modelFile(options, "score"), model = await loadModel(options, file);
    const dataset = await openLearned(options, file, model);
    const clips = split ? splitDataset(dataset, split, seedOf(options)).test : dataset.clips;
    const alpha = checkAlpha(options, [model]);
    printSmallestP(model, "clips", alpha);
    stage("Scoring");
    const results: readonly (Pick<Prediction, "score"> & Partial<Prediction>)[] = model.smallestP < 1
      ? await model.predict(clips, { alpha: alpha ?? USUAL_ALPHA })
      : [...await model.score(clips)].map((score) => ({ score }));
    const scored = results.map((own, i) => ({ clip: clips[i].id, category: clips[i].category, ...own }));
    for (const [kind, file] of tables) {
      await writeScored(file, kind, scored);
      note(`Written: ${file}`);
    }
    if (Deno.stdout.isTerminal() && !options.flag("json")) {
      return print(scoredTable(scored, alpha ?? USUAL_ALPHA));
    }
    for (const { clip, score, p, smallestP, alarm } of scored) {
      const shown = alpha === undefined ? undefined : alarm;
      print(JSON.stringify({ clip, score, p, smallestP, alarm: shown }));
    }
  },
};

/** The option --alpha.
 * @throws {UsageError} If alpha is not between 0 and 1, or a model has no p-values. */
function checkAlpha(options: Options, models: readonly Detector[]): number | undefined {
  const alpha = options.fraction("alpha"), bare = models.find(({ smallestP }) => smallestP === 1);
  if (alpha === undefined || !bare) return alpha;
  throw new UsageError(
    `Cannot use --alpha: ${bare.name} was fitted without calibration, or on too few clips`,
  );
}
