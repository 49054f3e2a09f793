// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `inspect`: what a data set holds, and how good its recordings are.
 *
 * @module
 */
import { type Dataset } from "../data/dataset.ts";
import { FORMATS } from "../data/formats/registry.ts";
import { openDataset } from "../data/open_dataset.ts";
import { type ClipQuality, measureQuality, QUALITY_MEASURES } from "../data/transforms/quality.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { parseOptions } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, openData } from "./data.ts";

/** Options of `inspect`. */
export const INSPECT_OPTIONS = {
  values: { ...DATA_OPTIONS, worst: "how many of the worst clips to show for each measure (3)" },
  flags: { ...DATA_FLAGS, json: "one JSON object, with the measures of every clip" },
};

/** Run `inspect`. Without --format, say which formats fit the folder. */
export async function runInspect(args: readonly string[]): Promise<void> {
  const options = parseOptions("inspect", args, INSPECT_OPTIONS);
  const path = options.required("data"), format = options.value("format");
  if (format === undefined) return await suggest(path);
  let dataset: Dataset;
  try {
    dataset = await openData(options, format);
  } catch (error) {
    if (error instanceof DataError) {
      const fitting = await fittingFormats(path);
      if (fitting.length > 0) console.error(`This looks like ${fitting.join(" or ")}`);
    }
    throw error;
  }
  const measured = dataset.clips.map((clip) => ({
    clip: clip.id,
    category: clip.category,
    ...measureQuality(clip),
  }));
  if (options.flag("json")) {
    const { format, hash, categories, skipped } = dataset;
    return console.log(JSON.stringify({ format, hash, categories, skipped, clips: measured }));
  }
  summarise(dataset);
  worst(measured, options.integer("worst", 3, 0, 1000));
}

function summarise({ format, clips, categories, skipped, folds }: Dataset): void {
  const groups = new Set(clips.map(({ group }) => group)).size;
  console.log(
    `${clips.length} clips of ${format}: ${categories.length} categories, ${groups} groups, ${
      new Set(folds.values()).size
    } folds, ${skipped.length} left out`,
  );
  console.log(
    `Skeleton ${[...new Set(clips.map(({ skeleton }) => skeleton.name))]}, ${
      [...new Set(clips.map(({ fps }) => Math.round(fps * 100) / 100))].slice(0, 5)
    } frames a second\n`,
  );
  const width = Math.max(...categories.map((name) => name.length));
  for (const category of categories) {
    const seconds = clips.filter((clip) => clip.category === category).map(({ frames, fps }) => frames / fps);
    console.log(
      `${category.padEnd(width)} ${String(seconds.length).padStart(5)}  ${
        Math.min(...seconds).toFixed(1)
      } to ${Math.max(...seconds).toFixed(1)} s`,
    );
  }
  console.log("\nLength of clips, seconds");
  histogram(clips.map(({ frames, fps }) => frames / fps), (value) => `${value.toFixed(1)} s`);
}

/** Ten bars. */
function histogram(values: readonly number[], label: (value: number) => string): void {
  const low = Math.min(...values), step = (Math.max(...values) - low) / 10 || 1;
  const counts = new Array<number>(10).fill(0);
  for (const value of values) counts[Math.min(9, Math.floor((value - low) / step))]++;
  const most = Math.max(...counts);
  counts.forEach((count, i) =>
    console.log(
      `  from ${label(low + i * step).padStart(8)}  ${String(count).padStart(5)} ${
        "#".repeat(Math.round(40 * count / most))
      }`,
    )
  );
}

const WORDS: Readonly<Record<keyof ClipQuality, string>> = {
  frozen: "frames in a row in which nobody moves",
  jumps: "steps of a joint faster than 20 m/s",
  missing: "joint positions that are exactly the origin",
  boneDrift: "relative deviation of a bone's length",
  penetration: "part of the frames in which limbs run through each other",
  swaps: "frames at which the two people change places",
};

function worst(measured: readonly (ClipQuality & { clip: string })[], count: number): void {
  for (const measure of QUALITY_MEASURES) {
    const above = measured.filter((clip) => clip[measure] > 0);
    console.log(`\n${measure}: ${WORDS[measure]}: above 0 in ${above.length} of ${measured.length} clips`);
    for (const clip of [...above].sort((a, b) => b[measure] - a[measure]).slice(0, count)) {
      console.log(`  ${clip[measure].toPrecision(3).padStart(8)}  ${clip.clip}`);
    }
  }
}

/** Every format with what it finds at this path: a data set, or why it does not fit. One at a time, as they are asked for. */
async function* tryFormats(path: string): AsyncGenerator<{ format: string; found: Dataset | Error }> {
  for (const format of FORMATS.filter((name) => name !== "synthetic")) {
    try {
      yield { format, found: await openDataset(path, { format, lenient: true }) };
    } catch (error) {
      if (!(error instanceof DataError) && !(error instanceof UsageError)) throw error;
      yield { format, found: error };
    }
  }
}

async function fittingFormats(path: string): Promise<string[]> {
  const fitting: string[] = [];
  for await (const { format, found } of tryFormats(path)) if (!(found instanceof Error)) fitting.push(format);
  return fitting;
}

async function suggest(path: string): Promise<void> {
  const reasons: string[] = [];
  for await (const { format, found } of tryFormats(path)) {
    if (found instanceof Error) {
      reasons.push(`  ${format}: ${found.message}`);
      continue;
    }
    console.log(`--format ${format}: ${found.clips.length} clips in ${found.categories.length} categories`);
    return;
  }
  throw new DataError(`Cannot tell what ${path} is. No format fits:\n${reasons.join("\n")}`, path);
}
