/** `prepare`: writes a cache of prepared clips, which opens fast. */
import { buildCache } from "../data/formats/cache/build.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { DATA_FLAGS, DATA_OPTIONS, printSkipped, sourceOf } from "./data.ts";
import { cacheOut } from "./default_out.ts";
import { stage } from "./progress.ts";
import { print, printNext, quoted } from "./stdout.ts";
import type { Verb } from "./verb.ts";

/** A cache holds the recordings as they are: repairs come when it is opened. */
const { treat: _, ...DATA } = DATA_OPTIONS;

/** Write the cache, unless it is up to date. */
export const prepare: Verb = {
  description: DESCRIPTIONS.prepare,
  example: "--data ../shared/data/sbu --format sbu",
  options: {
    values: {
      ...DATA,
      preset: "preset whose preparation is used (default)",
      frames: "frames of each clip (the preset's)",
      out: "folder of the cache (runs/cache-<data>-<frames>)",
    },
    flags: DATA_FLAGS,
    required: { data: [], format: [] },
  },
  async run(options) {
    const { preparation } = getPreset(options.value("preset") ?? "default");
    const frames = options.integer("frames", preparation.frames, 2, 10_000);
    const source = sourceOf(options), started = performance.now();
    const out = options.value("out") ?? cacheOut(source.path, frames);
    stage("Reading data");
    const { manifest, fresh } = await buildCache(
      source.path,
      source.options,
      { ...preparation, frames },
      out,
    );
    const { clips, counts, skipped, values } = manifest;
    printSkipped(skipped);
    const bytes = Object.values(values).reduce((sum, { bytes }) => sum + bytes, 0);
    if (options.flag("json")) {
      return print(
        JSON.stringify({ written: [out], fresh, clips: clips.length, counts, skipped, bytes }),
      );
    }
    if (fresh) return print(`Up to date: ${out}, ${clips.length} clips`);
    const seconds = (performance.now() - started) / 1000;
    print(
      `Written: ${out}, ${clips.length} clips in ${Object.keys(counts).length} categories, ` +
        `${skipped.length} left out, ${(bytes / 1e6).toFixed(1)} MB, ${seconds.toFixed(1)} s`,
    );
    printNext(options, `train --data ${quoted(out)} --format cache --split fold:5`);
  },
};
