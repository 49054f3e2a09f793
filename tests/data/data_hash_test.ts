import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { DataHash } from "../../lib/data/open_dataset.ts";
import { SOURCE_FILE } from "../../lib/experiments/source_file.ts";
import { send } from "../../lib/core/signals.ts";
import { runCli } from "../support/cli.ts";
import { ended, hashFolder, inFolder, smallTrain, startCli, until, writeSmallData } from "../faults/kit.ts";
import { bvh, text } from "../support/custom_fixtures.ts";
import { Random } from "../../lib/core/random.ts";
import { buildCache } from "../../lib/data/formats/cache/build.ts";
import { openDataset } from "../../lib/data/open_dataset.ts";

const OPTIONS = { format: "custom" };

/** Clips of two BVH files: two categories, four pairs of people. The first file of each is the larger, so it comes in last
 * where both are read at once. */
async function writeBvh(root: string): Promise<void> {
  const random = new Random(3);
  await Deno.mkdir(root);
  await Deno.writeFile(
    `${root}/iadnet.json`,
    own(text('{"layout": "bvh", "units": "cm", "group": "(g\\\\d)"}')),
  );
  for (const [category, sign] of [["hug", 1], ["kick", -1]] as const) {
    for (let k = 0; k < 12; k++) {
      const clip = `${root}/${category}/g${1 + k % 4}c${k}`, speed = random.normal(3, 1);
      await Deno.mkdir(clip, { recursive: true });
      for (const [name, blanks] of [["P1", 20_000], ["P2", 0]] as const) {
        const frames = Array.from({ length: 20 }, (_, t) => [sign * speed * t, 40 + speed * t] as const);
        await Deno.writeFile(`${clip}/${name}.bvh`, own(text(toText(bvh(frames)) + " ".repeat(blanks))));
      }
    }
  }
}

const toText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const own = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;

Deno.test("The hash of files is that of their names and contents, not of the order in which they come in", () => {
  const files = Array.from({ length: 9 }, (_, i): [string, Uint8Array] => [`${i}`, Uint8Array.of(i, 1)]),
    random = new Random(0);
  const hashOf = (list: typeof files) => {
    const hash = new DataHash();
    for (const [name, bytes] of list) hash.add(name, bytes);
    return hash.digest();
  };
  const hash = hashOf(files);
  assert(/^[0-9a-f]{64}$/.test(hash));
  for (let k = 0; k < 20; k++) assertEquals(hashOf(random.shuffle([...files])), hash);
  assertNotEquals(hashOf(files.slice(1)), hash);
  assertNotEquals(hashOf([["x", files[0][1]], ...files.slice(1)]), hash);
  assertNotEquals(hashOf([["0", Uint8Array.of(0, 2)], ...files.slice(1)]), hash);
});

Deno.test("A set of two BVH files a clip has one hash, however often it is opened, with a clip that is left out, too", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`;
    await writeBvh(data);
    const hashes = new Set<string>();
    for (let k = 0; k < 20; k++) hashes.add((await openDataset(data, OPTIONS)).hash);
    assertEquals(hashes.size, 1);
    const preparation = { frames: 8, align: "pair-yaw", scale: "none" } as const;
    const { manifest } = await buildCache(data, OPTIONS, preparation, `${folder}/cache`);
    assertEquals([manifest.source.hash], [...hashes]);
    await Deno.remove(`${data}/kick/g4c11/P1.bvh`);
    await Deno.symlink("nowhere", `${data}/kick/g4c11/P1.bvh`);
    const lenient = new Set<string>();
    for (let k = 0; k < 20; k++) lenient.add((await openDataset(data, { ...OPTIONS, lenient: true })).hash);
    assertEquals(lenient.size, 1);
    assertNotEquals([...lenient], [...hashes]);
  });
});

/** Start a training, and ask it to end when its first category is done. */
async function startAndStop(args: readonly string[], out: string): Promise<void> {
  const child = startCli(args);
  const results = async () => await Array.fromAsync(Deno.readDir(`${out}.partial/cells`)).catch(() => []);
  assert(await until(async () => (await results()).length > 0));
  send(child, "SIGTERM");
  const { code, err } = await ended(child);
  assertEquals(code, 143, err);
}

Deno.test("A training on BVH files that is stopped goes on, to the bits of one that was not", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, out = `${folder}/run`;
    await writeBvh(data);
    const args = (to: string) => [
      ...["train", "--data", data, "--format", "custom", "--split", "group:g4", "--preset", "tiny"],
      ...["--checkpoint-seconds", "0", "--workers", "1", "--out", to],
    ];
    const whole = await runCli(args(`${folder}/whole`));
    assertEquals(whole.code, 0, whole.err);
    await startAndStop(args(out), out);
    const again = await runCli(["train", "--resume", out]);
    assertEquals(again.code, 0, again.err);
    assertEquals(await hashFolder(out), await hashFolder(`${folder}/whole`));
  });
});

Deno.test("A training on a cache goes on with it, also where it was made anew, but not with one that was made otherwise", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, cache = `${folder}/cache`, out = `${folder}/run`;
    await writeSmallData(data);
    const prepare = async (...more: string[]) => {
      const { code, out, err } = await runCli(
        ["prepare", "--data", data, "--format", "sbu", "--preset", "tiny", "--out", cache, ...more],
      );
      assertEquals(code, 0, err);
      return out.split(":")[0];
    };
    assertEquals(await prepare(), "Written");
    await startAndStop(smallTrain(cache, "--format", "cache", "--workers", "1", "--out", out), out);
    assertEquals(await prepare(), "Up to date");
    assertEquals(await prepare("--frames", "20"), "Written");
    const other = await runCli(["train", "--resume", out]);
    assertEquals([other.code, other.err.includes("has changed since it started")], [2, true], other.err);
    assertEquals(await prepare(), "Written");
    await Deno.rename(cache, `${cache}.old`); // as a prepare that was killed leaves it
    const again = await runCli(["train", "--resume", out, "--workers", "2"]);
    assertEquals(again.code, 0, again.err);
    const { path } = JSON.parse(await Deno.readTextFile(`${out}/${SOURCE_FILE}`));
    assertEquals(path, await Deno.realPath(folder) + "/cache");
  });
});
