// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Importing custom data sets of 15 joints and two people: seconds against plain polars on the same file, taking turns, and the
 * greatest memory beyond that of the bare process as a multiple of the file. Each import is a process of its own.
 *
 *     deno run -A bench/import.ts [--frames 113000] [--rounds 5]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { zipSync } from "fflate";
import pl from "nodejs-polars";
import type { Clip } from "../lib/data/clip.ts";
import { openDataset } from "../lib/data/open_dataset.ts";
import { getSkeleton } from "../lib/data/skeletons.ts";
import { generateDataset } from "../lib/data/synthetic/mod.ts";
import { quantile } from "../lib/metrics/statistics.ts";
import { describe, stack } from "../tests/support/custom_fixtures.ts";

/** Frames of each recording. */
const LENGTH = 100;

/** Type of each column, as a user would state it to polars. */
const SCHEMA = {
  clip: pl.Utf8,
  frame: pl.Int64,
  person: pl.Int64,
  joint: pl.Utf8,
  x: pl.Float64,
  y: pl.Float64,
  z: pl.Float64,
  category: pl.Utf8,
  group: pl.Utf8,
};

const median = (values: readonly number[]) => quantile(values.toSorted((a, b) => a - b), 0.5);

/** Greatest resident memory of this process so far, bytes. */
function peak(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1]) * 1024;
}

/** In a process of its own: read a data set, or its file by polars alone. */
async function readOnce(reader: string, root: string, name: string): Promise<void> {
  const file = `${root}/${name}`, before = peak(), started = performance.now();
  let rows = 0;
  if (reader === "own") {
    const { clips } = await openDataset(root, { format: "custom" });
    rows = clips.reduce((sum, { frames }) => sum + frames * 30, 0);
  } else if (name.endsWith(".csv")) rows = pl.readCSV(file, { schema: SCHEMA }).height;
  else rows = pl.readParquet(file).height;
  console.log(
    JSON.stringify({ seconds: (performance.now() - started) / 1000, bytes: peak() - before, rows }),
  );
}

function runOnce(...args: string[]): { seconds: number; bytes: number; rows: number } {
  const script = new URL(import.meta.url).pathname;
  const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, "--once", ...args],
  }).outputSync();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

/** Write one data set as CSV, Parquet and npz: the files' names and folders. */
function writeSets(root: string, frames: number): [name: string, folder: string][] {
  const skeleton = getSkeleton("sbu15"), groups = ["handshake", "kick", "hug", "push"];
  const some = generateDataset({ seed: 0, clipsPerCategory: 2, categories: groups, skeleton, fps: 15 });
  const count = Math.ceil(frames / LENGTH);
  const clips = Array.from({ length: count }, (_, i): Clip => {
    const clip = some[i % some.length], size = LENGTH * 45;
    const fill = (from: Float32Array) =>
      Float32Array.from({ length: size }, (_, k) => from[k % from.length] + i / 8192);
    return {
      ...clip,
      id: `${clip.category}/r${i}`,
      group: `pair${i % 20}`,
      frames: LENGTH,
      x: fill(clip.x),
      y: fill(clip.y),
    };
  });
  for (const layout of ["csv", "parquet", "npz"]) {
    Deno.mkdirSync(`${root}/${layout}`);
    Deno.writeFileSync(`${root}/${layout}/iadnet.json`, describe(layout));
  }
  const csv = `${root}/csv/clips.csv`;
  Deno.writeTextFileSync(csv, `${Object.keys(SCHEMA).join()}\n`);
  for (const { id, x, y, category, group } of clips) {
    const lines: string[] = [];
    for (let t = 0; t < LENGTH; t++) {
      for (const [person, values] of [[1, x], [2, y]] as const) {
        skeleton.joints.forEach((joint, j) => {
          const at = (t * 15 + j) * 3, place = [0, 1, 2].map((axis) => values[at + axis].toFixed(7));
          lines.push(`${id},${t},${person},${joint},${place.join()},${category},${group}\n`);
        });
      }
    }
    Deno.writeTextFileSync(csv, lines.join(""), { append: true });
  }
  pl.readCSV(csv, { schema: SCHEMA }).writeParquet(`${root}/parquet/clips.parquet`, { compression: "zstd" });
  const all = (person: "x" | "y") => {
    const values = new Float32Array(count * LENGTH * 45);
    clips.forEach((clip, i) => values.set(clip[person], i * LENGTH * 45));
    return values;
  };
  Deno.mkdirSync(`${root}/npz/hug`);
  const keypoint = stack({ ...clips[0], frames: count * LENGTH, x: all("x"), y: all("y") });
  Deno.writeFileSync(
    `${root}/npz/hug/all.npz`,
    zipSync({ "keypoint.npy": keypoint }, { level: 1 }) as Uint8Array<ArrayBuffer>,
  );
  return [["clips.csv", `${root}/csv`], ["clips.parquet", `${root}/parquet`], ["hug/all.npz", `${root}/npz`]];
}

if (Deno.args[0] === "--once") await readOnce(Deno.args[1], Deno.args[2], Deno.args[3]);
else {
  const options = parseArgs(Deno.args, {
    string: ["frames", "rounds"],
    default: { frames: "113000", rounds: "5" },
  });
  const root = Deno.makeTempDirSync();
  try {
    for (const [name, folder] of writeSets(root, Number(options.frames))) {
      const size = Deno.statSync(`${folder}/${name}`).size, hasPeer = !name.endsWith(".npz");
      const own: ReturnType<typeof runOnce>[] = [], peer: typeof own = [];
      for (let round = 0; round < Number(options.rounds); round++) {
        own.push(runOnce("own", folder, name));
        if (hasPeer) peer.push(runOnce("polars", folder, name));
      }
      const secondsOf = (list: typeof own) => median(list.map(({ seconds }) => seconds));
      const times = (list: typeof own) => (median(list.map(({ bytes }) => bytes)) / size).toFixed(2);
      const ratio = (secondsOf(own) / secondsOf(peer)).toFixed(2);
      const compared = `${ratio} times polars' ${secondsOf(peer).toFixed(2)} s (which takes ${
        times(peer)
      } times the file)`;
      console.log(
        `${name} (${(size / 1e6).toFixed(0)} MB, ${own[0].rows} rows): ${secondsOf(own).toFixed(2)} s, ` +
          `${hasPeer ? `${compared}, ` : ""}${times(own)} times the file in memory`,
      );
    }
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}
