// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Memory of `train` on prepared caches of 64 joints: the same training clips of one category in data sets of several sizes. Peak resident
 * memory of its process, as Linux tells it.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { writeInterxCache } from "./interx_cache.ts";

const options = parseArgs(Deno.args, {
  string: ["clips", "own", "preset"],
  default: { clips: "500,4000", own: "100", preset: "default" },
});

const { clips: counts = "", preset = "" } = options, FRAMES = 24, own = Number(options.own); // all have defaults

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
    const manifest = await writeInterxCache(tree, cache, { clips: count, frames: FRAMES, own });
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
