// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * A full-size synthetic Inter-X tree, 11,388 clips at 120 frames a second, read and prepared into a cache: rate and memory.
 * Few clips are generated; the others are links to them, so that the disk holds little and the reader reads all.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { buildCache, getSkeleton, INTERX_CATEGORIES } from "../lib/data/mod.ts";
import { writeInterx } from "../tests/support/write_interx.ts";
import { generateDataset } from "../mod.ts";

const options = parseArgs(Deno.args, { string: ["clips", "dir"], default: { clips: "11388" } });
const count = Number(options.clips), root = await Deno.makeTempDir(options.dir ? { dir: options.dir } : {});
try {
  const sources = generateDataset({
    seed: 0,
    clipsPerCategory: 5,
    categories: ["hug", "handshake", "wave", "kick"],
    skeleton: getSkeleton("interx64"),
    fps: 120,
  });
  await writeInterx(`${root}/small`, sources);
  const first: string[] = [];
  for await (const { name } of Deno.readDir(`${root}/small/skeletons`)) first.push(name);
  first.sort();
  const names: string[] = [];
  const two = (value: number, digits: number) => String(value).padStart(digits, "0");
  for (let k = 0; names.length < count; k++) {
    for (let action = 0; action < 40 && names.length < count; action++) {
      names.push(
        `G${two(k % 59, 3)}T${two(Math.floor(k / 59) % 10, 3)}A${two(action, 3)}R${
          two(Math.floor(k / 590), 3)
        }`,
      );
    }
  }
  let bytes = 0;
  for (const [i, name] of names.entries()) {
    const from = `${root}/small/skeletons/${first[i % first.length]}`, to = `${root}/tree/skeletons/${name}`;
    await Deno.mkdir(to, { recursive: true });
    for (const file of ["P1.npy", "P2.npy"]) {
      await Deno.link(`${from}/${file}`, `${to}/${file}`);
      bytes += (await Deno.stat(`${from}/${file}`)).size;
    }
  }
  const train = Math.round(names.length * 9110 / 11388),
    rest = names.length - train,
    val = Math.round(rest / 4);
  await Deno.mkdir(`${root}/tree/splits`);
  const lists = {
    train: names.slice(0, train),
    val: names.slice(train, train + val),
    test: names.slice(train + val),
  };
  for (const [side, list] of Object.entries(lists)) {
    await Deno.writeTextFile(`${root}/tree/splits/${side}.txt`, `${list.join("\n")}\n`);
  }
  let most = 0;
  const timer = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 200);
  const started = performance.now();
  const { manifest } = await buildCache(`${root}/tree`, { format: "interx" }, {
    frames: 60,
    align: "pair-yaw",
    scale: "none",
  }, `${root}/cache`);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  const sides = Object.values(manifest.splits.paper ?? {});
  console.log(JSON.stringify({
    clips: manifest.clips.length,
    categories: Object.keys(manifest.counts).length,
    known: Object.keys(INTERX_CATEGORIES).length,
    train: sides.filter((side) => side === "train").length,
    test: sides.filter((side) => side === "test").length,
    inputMB: Math.round(bytes / 1e6),
    seconds: Number(seconds.toFixed(1)),
    megabytesPerSecond: Math.round(bytes / 1e6 / seconds),
    peakResidentMB: Math.round(most / 2 ** 20),
  }));
} finally {
  await Deno.remove(root, { recursive: true });
}
