// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Memory of a training on prepared caches of 64 joints: the same clips of one category in data sets of several sizes. Peak resident
 * memory of its process, as Linux tells it, of the detector alone (`benchmark run`), and with the floors beside it (`train`).
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
console.log("| clips | joints in the cache, MB | peak of the detector alone, MB | of `train`, MB |");
console.log("| ---: | ---: | ---: | ---: |");
try {
  for (const count of counts.split(",").map(Number)) {
    const tree = `${root}/${count}`, cache = `${tree}-cache`;
    const manifest = await writeInterxCache(tree, cache, { clips: count, frames: FRAMES, own });
    const bytes = Object.values(manifest.values).reduce((sum, own) => sum + own.bytes, 0);
    const category = Object.keys(manifest.counts).find((name) => manifest.counts[name] === own) ?? "";
    const data = ["--data", cache, "--format", "cache", "--category", category];
    const one = ["--threads", "1", "--engine", "onnx-cpu", "--quiet"], plan = `${tree}-plan`;
    const run = async (...args: string[]) =>
      Math.round(await peakOf(["run", "-A", "lib/cli/main.ts", ...args]));
    await run(
      ...["benchmark", "plan", "--table", "I", "--detectors", `iadnet:preset=${preset}`, "--seeds", "0"],
      ...[...data, ...one, "--no-estimate", "--out", plan],
    );
    const alone = await run("benchmark", "run", "--plan", plan, "--quiet");
    const train = await run(
      ...["train", "--split", "paper", "--preset", preset, "--seed", "0", "--workers", "1"],
      ...[...data, ...one, "--out", `${tree}-run`],
    );
    console.log(`| ${manifest.clips.length} | ${Math.round(bytes / 1e6)} | ${alone} | ${train} |`);
  }
} finally {
  await Deno.remove(root, { recursive: true });
}
