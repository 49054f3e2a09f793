// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Memory of `train` on prepared caches of 64 joints: the same training clips of one category in data sets of several sizes. Peak resident
 * memory of its process, as Linux tells it.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { buildCache, getSkeleton, INTERX_CATEGORIES } from "../lib/data/mod.ts";
import { INTERX_FPS } from "../lib/data/formats/interx/source.ts";
import { type Clip, generateDataset } from "../mod.ts";
import { writeInterx } from "../tests/support/write_interx.ts";

const options = parseArgs(Deno.args, {
  string: ["clips", "own", "preset"],
  default: { clips: "500,4000", own: "100", preset: "default" },
});
const { clips: counts = "", preset = "" } = options, FRAMES = 24, own = Number(options.own); // all have defaults
const [[category], ...others] = INTERX_CATEGORIES;
const bases = generateDataset({
  seed: 0,
  clipsPerCategory: 5,
  categories: ["hug", "handshake", "wave", "kick"],
  skeleton: getSkeleton("interx64"),
  fps: INTERX_FPS,
});

/** So many clips, all different, `own` of them of the first category. */
function* clips(count: number): Generator<Clip> {
  for (let k = 0; k < count; k++) {
    const base = bases[k % bases.length], size = FRAMES * base.skeleton.joints.length * 3;
    const [x, y] = [base.x, base.y].map((all) =>
      all.slice(0, size).map((value) => value * (1 + k / count / 10))
    );
    const name = k < own ? category : others[k % others.length][0];
    yield { ...base, id: `${name}/${k}`, category: name, group: `pair ${k % 20}`, frames: FRAMES, x, y };
  }
}

/** Run a command and return its peak resident memory, MB. */
async function peakOf(args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args: [...args], stdout: "null", stderr: "piped" })
    .spawn();
  const text = new Response(child.stderr).text();
  let peak = 0, ended = false;
  child.status.then(() => ended = true);
  while (!ended) {
    const status = await Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => "");
    peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
    await new Promise((done) => setTimeout(done, 50));
  }
  if (!(await child.status).success) throw new Error(`Cannot measure ${args.join(" ")}: ${await text}`);
  return peak;
}

const root = await Deno.makeTempDir();
console.log("| clips | joints in the cache, MB | peak of `train`, MB |\n| ---: | ---: | ---: |");
try {
  for (const count of counts.split(",").map(Number)) {
    const tree = `${root}/${count}`, cache = `${tree}-cache`;
    let k = 0;
    await writeInterx(tree, clips(count), { list: () => k++ % 5 === 4 ? "test" : "train" });
    const preparation = { frames: FRAMES, align: "pair-yaw", scale: "none" } as const;
    const { manifest } = await buildCache(tree, { format: "interx" }, preparation, cache);
    const bytes = Object.values(manifest.values).reduce((sum, own) => sum + own.bytes, 0);
    const peak = await peakOf([
      ...["run", "-A", "lib/cli/main.ts", "train", "--data", cache, "--format", "cache", "--split", "paper"],
      ...["--category", Object.keys(manifest.counts).find((name) => manifest.counts[name] === own) ?? ""],
      ...["--preset", preset, "--seed", "0", "--engine", "onnx-cpu", "--threads", "1", "--workers", "1"],
      ...["--quiet", "--out", `${tree}-run`],
    ]);
    console.log(`| ${manifest.clips.length} | ${Math.round(bytes / 1e6)} | ${Math.round(peak)} |`);
  }
} finally {
  await Deno.remove(root, { recursive: true });
}
