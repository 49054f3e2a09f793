// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Readers of data sets: NTU's text against a plain Python and numpy reader, taking turns on the same files; Inter-X from
 * a folder and from a zip in MB/s, with the memory that it takes. Files are synthetic, of the real layout and sizes.
 *
 *     deno run -A bench/data.ts [--clips 60] [--rounds 5]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { zipSync } from "fflate";
import { openClipSource } from "../lib/data/formats/registry.ts";
import { parseNtuRecording } from "../lib/data/formats/ntu/text.ts";
import { INTERX64, KINECT25 } from "../lib/data/skeletons.ts";
import { generateDataset } from "../lib/data/synthetic/mod.ts";
import { writeInterx } from "../tests/support/write_interx.ts";
import { ntuRecording, writeNtuRecording } from "../tests/support/write_ntu.ts";
import { Random } from "../lib/core/random.ts";
import { quantile } from "../lib/metrics/statistics.ts";

const options = parseArgs(Deno.args, { string: ["clips", "rounds"], default: { clips: "60", rounds: "5" } });
const clips = Number(options.clips), rounds = Number(options.rounds);
const median = (values: readonly number[]) => quantile(values.toSorted((a, b) => a - b), 0.5);
const rangeOf = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  return `${sorted[0].toFixed(0)} to ${sorted.at(-1)!.toFixed(0)}`;
};

/** All files of a folder, parsed: seconds, and the sum of all coordinates. */
function readNtu(root: string): { seconds: number; sum: number } {
  const started = performance.now();
  let sum = 0;
  for (const name of [...Deno.readDirSync(root)].map((entry) => entry.name).sort()) {
    const { bodies } = parseNtuRecording(Deno.readFileSync(`${root}/${name}`), name);
    for (const { joints } of bodies) for (let k = 0; k < joints.length; k++) sum += joints[k];
  }
  return { seconds: (performance.now() - started) / 1000, sum };
}

async function readPeer(root: string): Promise<{ seconds: number; sum: number; bytes: number } | undefined> {
  const script = new URL("./peers/read_ntu.py", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command("python3", { args: [script, root] }).output();
  if (success) return JSON.parse(new TextDecoder().decode(stdout));
  console.error(`Cannot run the peer: ${new TextDecoder().decode(stderr).trim().split("\n").at(-1)}`);
}

async function benchNtu(root: string): Promise<void> {
  const random = new Random(0);
  // Orientations as long as the sensor's: the text that is skipped must be there.
  const orientation = () => Array.from({ length: 4 }, () => random.uniform(-1, 1).toPrecision(7)).join(" ");
  generateDataset({ seed: 0, clipsPerCategory: clips, categories: ["hug"], skeleton: KINECT25 }).forEach(
    (clip, k) => {
      const text = writeNtuRecording(ntuRecording(clip)).replace(/0 0 0 0 2$/gm, () => `${orientation()} 2`);
      const name = `S001C001P${String(k + 1).padStart(3, "0")}R001A055.skeleton`;
      Deno.writeTextFileSync(`${root}/${name}`, text);
    },
  );
  const own: number[] = [], peer: number[] = [];
  let bytes = 0;
  readNtu(root); // once to warm the disk's cache and the compiler
  for (let round = 0; round < rounds; round++) {
    const mine = readNtu(root), theirs = await readPeer(root);
    if (!theirs) return;
    if (Math.abs(mine.sum - theirs.sum) > 1e-6 * Math.abs(theirs.sum)) {
      throw new Error("The readers disagree");
    }
    bytes = theirs.bytes;
    own.push(bytes / 1e6 / mine.seconds);
    peer.push(bytes / 1e6 / theirs.seconds);
  }
  const size = `${clips} files, ${(bytes / 1e6).toFixed(0)} MB`;
  console.log(
    `NTU text (${size}): ${median(own).toFixed(0)} MB/s (${rangeOf(own)}), python and numpy ` +
      `${median(peer).toFixed(0)} MB/s (${rangeOf(peer)}): ${
        (median(own) / median(peer)).toFixed(1)
      } times as fast`,
  );
}

async function benchInterx(root: string): Promise<void> {
  await writeInterx(
    root,
    generateDataset({ seed: 0, clipsPerCategory: clips, categories: ["hug"], skeleton: INTERX64, fps: 120 }),
    { type: "f8" },
  );
  const files: Record<string, Uint8Array> = {};
  for (const { name } of Deno.readDirSync(`${root}/skeletons`)) {
    for (const person of ["P1.npy", "P2.npy"]) {
      files[`skeletons/${name}/${person}`] = Deno.readFileSync(`${root}/skeletons/${name}/${person}`);
    }
  }
  const bytes = Object.values(files).reduce((sum, file) => sum + file.length, 0);
  Deno.writeFileSync(`${root}/stored.zip`, zipSync(files, { level: 0 }) as Uint8Array<ArrayBuffer>);
  Deno.writeFileSync(`${root}/deflated.zip`, zipSync(files, { level: 6 }) as Uint8Array<ArrayBuffer>);
  for (const place of ["skeletons", "stored.zip", "deflated.zip"]) {
    const worker = new URL(import.meta.url).pathname;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", worker, "--read", `${root}/${place}`, "--rounds", String(rounds)],
    }).output();
    const { times, rss, before } = JSON.parse(new TextDecoder().decode(stdout));
    const speeds = times.map((seconds: number) => bytes / 1e6 / seconds);
    console.log(
      `Inter-X ${place} (${clips} clips, ${(bytes / 1e6).toFixed(0)} MB of float64): ` +
        `${median(speeds).toFixed(0)} MB/s (${
          rangeOf(speeds)
        }), resident ${rss} MB at most, ${before} MB before`,
    );
  }
}

/** In a process of its own: read all clips of a source one by one, as often as there are rounds. */
async function readSource(path: string): Promise<void> {
  const resident = () => Math.round(Deno.memoryUsage().rss / 1e6);
  const before = resident(), times: number[] = [];
  let rss = before;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const source = await openClipSource(path, "interx");
    for (const entry of source.entries) {
      await source.read(entry);
      rss = Math.max(rss, resident());
    }
    times.push((performance.now() - started) / 1000);
  }
  console.log(JSON.stringify({ times, rss, before }));
}

const source = Deno.args.indexOf("--read");
if (source >= 0) await readSource(Deno.args[source + 1]);
else {
  for (const bench of [benchNtu, benchInterx]) {
    const root = await Deno.makeTempDir();
    try {
      await bench(root);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  }
}
