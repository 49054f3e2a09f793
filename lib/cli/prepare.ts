// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `prepare`: read a data set once, and write its prepared clips to a cache that training opens at once.
 *
 * @module
 */
import { buildCache } from "../data/formats/cache/build.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { parseOptions } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, openOptions } from "./data.ts";

/** Options of `prepare`. */
export const PREPARE_OPTIONS = {
  values: {
    ...DATA_OPTIONS,
    preset: "the preset whose preparation is used (default)",
    frames: "frames of each clip, instead of the preset's",
    out: "folder of the cache; open it with --format cache",
  },
  flags: DATA_FLAGS,
};

/** Run `prepare`. */
export async function runPrepare(args: readonly string[]): Promise<void> {
  const options = parseOptions("prepare", args, PREPARE_OPTIONS);
  const { preparation } = getPreset(options.value("preset") ?? "default");
  const frames = options.integer("frames", preparation.frames, 2, 10_000);
  const out = options.required("out");
  const started = performance.now();
  const { manifest, fresh } = await buildCache(
    options.required("data"),
    openOptions(options, options.required("format")),
    { ...preparation, frames },
    out,
  );
  const { clips, counts, skipped, values } = manifest;
  for (const { reason } of skipped) console.error(`Skipped: ${reason}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    fresh
      ? `Up to date: ${out}, ${clips.length} clips`
      : `Written: ${out}, ${clips.length} clips in ${
        Object.keys(counts).length
      } categories, ${skipped.length} left out, ${
        (Object.values(values).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)
      } MB, ${seconds} s`,
  );
}
