// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `compare`: a preset against every floor over several splits and seeds, with paired intervals.
 *
 * @module
 */
import { compare, type ComparedDetector } from "../experiments/compare.ts";
import { parseSplit } from "../data/split.ts";
import { openEngine } from "../engine/select.ts";
import { UsageError } from "../core/errors.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { parseOptions } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, engineOf, openData } from "./data.ts";

/** Options of `compare`. */
export const COMPARE_OPTIONS = {
  values: {
    ...DATA_OPTIONS,
    splits: "splits, separated by semicolons (fold:1;fold:2;fold:3;fold:4;fold:5)",
    preset: "the preset (default)",
    seeds: "seeds, separated by commas (0,1,2)",
    ...ENGINE_OPTIONS,
  },
  flags: { ...DATA_FLAGS, json: "one JSON list" },
};

/** Run `compare`. */
export async function runCompare(args: readonly string[]): Promise<void> {
  const options = parseOptions("compare", args, COMPARE_OPTIONS);
  const preset = getPreset(options.value("preset") ?? "default");
  const splits = (options.value("splits") ?? "fold:1;fold:2;fold:3;fold:4;fold:5").split(";");
  for (const split of splits) parseSplit(split);
  const seeds = (options.value("seeds") ?? "0,1,2").split(",").map(Number);
  if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0)) {
    throw new UsageError(`Cannot compare: --seeds must be integers, got ${options.value("seeds")}`);
  }
  const dataset = await openData(options, options.required("format"));
  const engine = await openEngine(
    engineOf(options),
    options.integer("threads", 1, 0, 1024),
  );
  const rows = await compare({ dataset, splits, seeds, preset }, engine);
  await engine.close();
  if (options.flag("json")) return console.log(JSON.stringify(rows));
  console.log(
    `Preset ${preset.name}, ${splits.length} splits, seeds ${seeds}, ${dataset.clips.length} clips of ${dataset.format}\n`,
  );
  console.log(table(rows));
}

function table(rows: readonly ComparedDetector[]): string {
  const interval = ([low, high]: readonly [number, number]) => `${low.toFixed(4)} to ${high.toFixed(4)}`;
  return [
    "| detector | AUROC | 95 % interval | seeds | iadnet less this | 95 % interval |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(({ detector, auroc, ci, seeds, difference }) => {
      const last = difference ? `${difference.value.toFixed(4)} | ${interval(difference.ci)}` : "|";
      const each = seeds.length > 1 ? seeds.map((value) => value.toFixed(4)).join(", ") : "";
      return `| ${detector} | ${auroc.toFixed(4)} | ${interval(ci)} | ${each} | ${last} |`;
    }),
  ].join("\n");
}
