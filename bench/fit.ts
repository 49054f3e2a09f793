// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Fitting one category, calibration included: seconds, by the clock and of processors, by number of clips. Peer: the floor `mahalanobis` on
 * the same clips. With `--rows` the whitening alone, of rows as wide as the features of `default`. Peer: their inner products.
 *
 *     deno run -A bench/fit.ts [--clips 50,230] [--skeleton interx64] [--detectors "iadnet:preset=default;mahalanobis"] [--threads 2]
 *     deno run -A bench/fit.ts --rows 4000 [--threads 2]
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "@std/cli/parse-args";
import { createDetector, generateDataset } from "../mod.ts";
import { Random } from "../lib/core/random.ts";
import { getSkeleton } from "../lib/data/mod.ts";
import { featureBlocks, featureDimension } from "../lib/detectors/iadnet/features.ts";
import { networkFor } from "../lib/detectors/iadnet/preset.ts";
import { getPreset } from "../lib/detectors/iadnet/presets.ts";
import { coordinatesOf, innerProducts } from "../lib/detectors/iadnet/principal.ts";
import { fitWhitening } from "../lib/detectors/iadnet/whitening.ts";
import { openEngine } from "../lib/engine/mod.ts";

const options = parseArgs(Deno.args, {
  string: ["clips", "skeleton", "detectors", "threads", "rows"],
  default: {
    clips: "50,230",
    skeleton: "interx64",
    detectors: "iadnet:preset=default;mahalanobis",
    threads: "2",
  },
});
const { clips: counts = "", skeleton: joints = "", detectors = "" } = options; // all have defaults
const engine = await openEngine("onnx-cpu", Number(options.threads));
const skeleton = getSkeleton(joints);

/** Seconds by the clock and of processors that an action takes, as columns of a table. */
async function timed(action: () => Promise<unknown>): Promise<string> {
  const started = performance.now(), before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return `${((performance.now() - started) / 1000).toFixed(1)} | ${((user + system) / 1e6).toFixed(1)}`;
}

/** Rows whose variance along the k-th of 400 directions falls as 1 / k^2. */
async function rowsOf(count: number, width: number): Promise<Float32Array> {
  const random = new Random(0), rank = 400;
  const matrix = (rows: number, columns: number, deviation: (column: number) => number) => ({
    shape: [rows, columns],
    values: Float32Array.from({ length: rows * columns }, (_, i) => random.normal(0, deviation(i % columns))),
  });
  return await coordinatesOf(
    engine,
    matrix(count, rank, (k) => 1 / (k + 1)),
    matrix(rank, width, () => 1),
  );
}

console.log("| | clips or rows | seconds | of processors |\n| --- | ---: | ---: | ---: |");
if (options.rows) {
  const config = networkFor(getPreset("default"), skeleton), d = featureDimension(config);
  for (const count of options.rows.split(",").map(Number)) {
    const f = await rowsOf(count, d), shape = [count, d];
    const ways = {
      whitening: () => fitWhitening(engine, f, featureBlocks(config), 1e-3),
      "inner products": () => innerProducts(engine, { shape, values: f }),
    };
    for (const way of Object.values(ways)) await way(); // the first call compiles
    for (const [name, way] of Object.entries(ways)) {
      console.log(`| ${name} | ${count} | ${await timed(way)} |`);
    }
  }
} else {
  for (const clips of counts.split(",").map(Number)) {
    const hugs = generateDataset({
      seed: 0,
      clipsPerCategory: clips,
      categories: ["hug"],
      groups: 20,
      skeleton,
    });
    for (const name of detectors.split(";")) {
      const detector = createDetector(name, { engine });
      console.log(`| ${name} | ${clips} | ${await timed(() => detector.fit(hugs, { seed: 0 }))} |`);
    }
  }
}
await engine.close();
