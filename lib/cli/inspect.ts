/** `inspect`: the contents of a data set, and the quality of its recordings. */
import type { Dataset } from "../data/dataset.ts";
import { FORMATS } from "../data/formats/registry.ts";
import { openDataset } from "../data/open_dataset.ts";
import { type ClipQuality, measureQuality, QUALITY_MEASURES } from "../data/transforms/quality.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { DATA_FLAGS, DATA_OPTIONS, openData, printSkipped } from "./data.ts";
import { printDraft, writeDraft } from "./draft.ts";
import { printSkeletons } from "./skeletons.ts";
import { printError } from "./stderr.ts";
import type { Options, Verb } from "./verb.ts";
import { print } from "./stdout.ts";

/** Print the contents and the quality of a data set, or without --format the format that fits it. */
export const inspect: Verb = {
  description: DESCRIPTIONS.inspect,
  example: "--data ../shared/data/sbu --format sbu",
  options: {
    values: {
      ...DATA_OPTIONS,
      fps: "with --init: frames per second, for files that do not tell",
      worst: "number of worst clips to list per measure (3)",
    },
    flags: {
      ...DATA_FLAGS,
      json: "print one JSON object, with the measures of every clip",
      init: "write a draft of iadnet.json into the folder of --data, with what could be inferred",
      skeletons: "list the registered skeletons and their joints, without data",
    },
    required: { data: ["skeletons"] },
  },
  async run(options) {
    const isJson = options.flag("json");
    if (options.flag("skeletons")) return printSkeletons(isJson);
    const path = options.required("data"), format = options.value("format");
    if (options.flag("init")) return await writeDraft(path, isJson, rateOf(options));
    if (format === undefined) {
      const found = await recognise(path);
      if ("format" in found) {
        const { format, dataset: { clips, categories, skipped } } = found;
        if (isJson) return print(JSON.stringify({ format, clips: clips.length, categories, skipped }));
        printSkipped(skipped);
        const left = skipped.length > 0 ? `, ${skipped.length} left out` : "";
        return print(
          `--format ${format}: ${clips.length} clips in ${categories.length} categories${left}`,
        );
      }
      if (await printDraft(path, isJson)) return;
      throw new DataError(`Cannot recognise ${path}: no format fits\n${found.join("\n")}`, path);
    }
    const dataset = await openData(options, format).catch(async (error) => {
      const found = error instanceof DataError ? await recognise(path) : [];
      if ("format" in found) printError(`This looks like ${found.format}`);
      throw error;
    });
    const measured = dataset.clips.map((clip) => (
      { clip: clip.id, category: clip.category, ...measureQuality(clip) }
    ));
    if (isJson) {
      const { format, hash, categories, skipped } = dataset;
      return print(JSON.stringify({ format, hash, categories, skipped, clips: measured }));
    }
    printContents(dataset);
    printWorst(measured, options.integer("worst", 3, 0, 1000));
  },
};

/** The option --fps.
 * @throws {UsageError} If it is not a positive number. */
function rateOf(options: Options): number | undefined {
  const given = options.value("fps"), fps = Number(given);
  if (given === undefined || (fps > 0 && Number.isFinite(fps))) return given === undefined ? undefined : fps;
  throw new UsageError(`Cannot run inspect: --fps must be a positive number, got ${given}`);
}

function printContents({ format, clips, categories, skipped, folds }: Dataset): void {
  const distinct = <T>(values: Iterable<T>) => [...new Set(values)];
  const groups = distinct(clips.map(({ group }) => group)).length, count = distinct(folds.values()).length;
  print(
    `${clips.length} clips of ${format}: ${categories.length} categories, ${groups} groups, ` +
      `${count} folds, ${skipped.length} left out`,
  );
  const rates = distinct(clips.map(({ fps }) => Math.round(fps * 100) / 100)).slice(0, 5);
  print(
    `Skeleton ${distinct(clips.map(({ skeleton }) => skeleton.name))}, ${rates} frames per second\n`,
  );
  const width = Math.max(...categories.map((name) => name.length));
  for (const category of categories) {
    const seconds = clips.filter((clip) => clip.category === category).map(({ frames, fps }) => frames / fps);
    const [low, high] = [Math.min(...seconds), Math.max(...seconds)].map((value) => value.toFixed(1));
    print(`${category.padEnd(width)} ${String(seconds.length).padStart(5)}  ${low} to ${high} s`);
  }
  print("\nLength of clips, seconds");
  printHistogram(clips.map(({ frames, fps }) => frames / fps));
}

/** Print ten bars of lengths in seconds. */
function printHistogram(values: readonly number[]): void {
  const low = Math.min(...values), step = (Math.max(...values) - low) / 10 || 1;
  const counts = new Array<number>(10).fill(0);
  for (const value of values) counts[Math.min(9, Math.floor((value - low) / step))]++;
  const most = Math.max(...counts);
  counts.forEach((count, i) => {
    const from = `${(low + i * step).toFixed(1)} s`.padStart(8),
      bar = "#".repeat(Math.round(40 * count / most));
    print(`  from ${from}  ${String(count).padStart(5)} ${bar}`);
  });
}

const MEASURES: Readonly<Record<keyof ClipQuality, string>> = {
  frozen: "frames in a row in which nobody moves",
  jumps: "steps of a joint faster than 20 m/s",
  missing: "joint positions that are exactly the origin",
  boneDrift: "relative deviation of a bone's length",
  penetration: "fraction of the frames in which limbs pass through each other",
  swaps: "frames at which the two people change places",
};

function printWorst(measured: readonly (ClipQuality & { clip: string })[], count: number): void {
  for (const measure of QUALITY_MEASURES) {
    const above = measured.filter((clip) => clip[measure] > 0);
    print(`\n${measure}: ${MEASURES[measure]}: above 0 in ${above.length} of ${measured.length} clips`);
    for (const clip of [...above].sort((a, b) => b[measure] - a[measure]).slice(0, count)) {
      print(`  ${clip[measure].toPrecision(3).padStart(8)}  ${clip.clip}`);
    }
  }
}

/** Open a data set with one format after the other, until one fits.
 * @returns The format and the data set, or why each format does not fit. */
async function recognise(path: string): Promise<{ format: string; dataset: Dataset } | string[]> {
  const reasons: string[] = [];
  for (const format of FORMATS.filter((name) => name !== "synthetic")) {
    try {
      return { format, dataset: await openDataset(path, { format, lenient: true }) };
    } catch (error) {
      if (!(error instanceof DataError) && !(error instanceof UsageError)) throw error;
      reasons.push(`  ${format}: ${error.message}`);
    }
  }
  return reasons;
}
