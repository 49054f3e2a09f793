// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Time to start: `help` and `score` of one clip as processes of their own, beside the peer `deno eval 1`, which only starts Deno.
 * They take turns; medians. Processor time is that of all processes that a call starts.
 *
 *     deno run -A bench/start.ts [--rounds 9] [--json]
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "@std/cli/parse-args";
import { quantile } from "../lib/metrics/statistics.ts";
import { generateDataset, IADNet } from "../mod.ts";
import { writeSbuClip } from "../tests/support/write_sbu.ts";

const { rounds, json } = parseArgs(Deno.args, {
  string: ["rounds"],
  boolean: ["json"],
  default: { rounds: "9" },
});
const folder = await Deno.makeTempDir(), root = fileURLToPath(new URL("../", import.meta.url));
try {
  const clips = generateDataset({ seed: 0, clipsPerCategory: 40, categories: ["hug"] });
  const detector = new IADNet();
  await detector.fit(clips.slice(1), { seed: 0 });
  await detector.save(`${folder}/hug.safetensors`);
  await Deno.writeTextFile(`${folder}/clip.txt`, writeSbuClip(clips[0]));
  const run = ["run", "--quiet", "--no-prompt"];
  const launch = [...run, "--allow-read", "--allow-write", "--allow-run", "lib/cli/launch.ts", "score"];
  const calls: Readonly<Record<string, readonly string[]>> = {
    "deno eval 1": ["eval", "1"],
    help: [...run, "--ignore-env", "lib/cli/main.ts", "help"],
    "score of one clip": [...launch, "--model", `${folder}/hug.safetensors`, "--data", `${folder}/clip.txt`],
  };
  const times = new Map(
    Object.keys(calls).map((name) => [name, { wall: [] as number[], cpu: [] as number[] }]),
  );
  for (let round = 0; round <= Number(rounds); round++) {
    for (const [name, args] of Object.entries(calls)) {
      const { wall, cpu } = await measure(args);
      if (round === 0) continue; // fills the caches
      times.get(name)!.wall.push(wall);
      times.get(name)!.cpu.push(cpu);
    }
  }
  const median = (values: number[]) => quantile(Float64Array.from(values).sort(), 0.5);
  const rows = [...times].map(([name, { wall, cpu }]) => ({ name, wall: median(wall), cpu: median(cpu) }));
  const [peer] = rows;
  for (const row of rows) {
    const ratios = { wallRatio: row.wall / peer.wall, cpuRatio: row.cpu / peer.cpu };
    if (json) console.log(JSON.stringify({ ...row, ...ratios }));
    else {
      console.log(
        `${row.name.padEnd(18)} ${row.wall.toFixed(2)} s (${ratios.wallRatio.toFixed(1)} times the peer), ` +
          `processors ${row.cpu.toFixed(2)} s (${ratios.cpuRatio.toFixed(1)})`,
      );
    }
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Run Deno with arguments by a shell, which says how much processor time it took.
 * @returns Seconds. @throws {Error} If it fails. */
async function measure(args: readonly string[]): Promise<{ wall: number; cpu: number }> {
  const script = '"$@" >/dev/null 2>&1 || exit 1; times', started = performance.now();
  const { code, stdout } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", Deno.execPath(), ...args],
    cwd: root,
  }).output();
  if (code !== 0) throw new Error(`Cannot time deno ${args.join(" ")}: it failed`);
  const wall = (performance.now() - started) / 1000,
    [, children] = new TextDecoder().decode(stdout).split("\n");
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, rest]) =>
    60 * Number(minutes) + Number(rest)
  );
  return { wall, cpu: seconds.reduce((sum, value) => sum + value, 0) };
}
