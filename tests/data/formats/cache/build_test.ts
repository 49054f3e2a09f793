import { assert, assertEquals, assertRejects } from "@std/assert";
import { writeChecksummedJson } from "../../../../lib/core/checksummed_json.ts";
import { writeHdf5 } from "../../../support/hdf5.ts";
import { DataError } from "../../../../lib/core/errors.ts";
import { Random } from "../../../../lib/core/random.ts";
import { buildCache } from "../../../../lib/data/formats/cache/build.ts";
import { MANIFEST_FILE } from "../../../../lib/data/formats/cache/files.ts";
import { openCache } from "../../../../lib/data/formats/cache/open.ts";
import { openDataset } from "../../../../lib/data/open_dataset.ts";
import { getSkeleton } from "../../../../lib/data/skeletons.ts";
import { generateDataset } from "../../../../lib/data/synthetic/mod.ts";
import { type Preparation, prepareClip } from "../../../../lib/data/transforms/prepare.ts";
import { writeInterx } from "../../../support/write_interx.ts";
import { writeNpy } from "../../../support/write_npy.ts";
import { writeSbu } from "../../../support/write_sbu.ts";

const own = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;
const VALUES_FILE = "train.f32";
const preparation: Preparation = { frames: 12, align: "pair-yaw", scale: "none" };
const clips = generateDataset({
  seed: 0,
  clipsPerCategory: 4,
  categories: ["hug", "kick"],
  skeleton: getSkeleton("interx64"),
  fps: 120,
});

async function makeSource(): Promise<string> {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/data`);
  await writeInterx(`${root}/data`, clips, { list: ({ id }) => id === clips[2].id ? "test" : "train" });
  return root;
}

Deno.test("Clips from the cache are the prepared clips, bit for bit, with the same splits, folds and lengths", async () => {
  const root = await makeSource(), options = { format: "interx" };
  const { manifest, fresh } = await buildCache(`${root}/data`, options, preparation, `${root}/cache`);
  assertEquals(fresh, false);
  const source = await openDataset(`${root}/data`, options),
    cached = await openDataset(`${root}/cache`, { format: "cache" });
  assertEquals(cached.clips.map(({ id }) => id), source.clips.map(({ id }) => id));
  source.clips.forEach((clip, i) => {
    const own = cached.clips[i], expected = prepareClip(clip, preparation);
    assertEquals([own.x, own.y], [expected.x, expected.y]);
    assertEquals([own.category, own.group, own.frames], [clip.category, clip.group, 12]);
    assert(Math.abs(own.frames / own.fps - clip.frames / clip.fps) < 1e-9);
    assertEquals(cached.folds.get(clip.id), source.folds.get(clip.id));
  });
  assertEquals(cached.splits, source.splits);
  const size = (side: string) =>
    [...source.splits!.get("paper")!.values()].filter((own) => own === side).length * 12 * 64 * 3 * 4 * 2;
  for (const side of ["train", "test"]) {
    assertEquals((await Deno.stat(`${root}/cache/${side}.f32`)).size, size(side));
  }
  assertEquals(Object.values(manifest.counts).reduce((a, b) => a + b), clips.length);
  await Deno.remove(root, { recursive: true });
});

Deno.test("A cache that fits is kept; other options, a changed source and damage have it built anew", async () => {
  const root = await makeSource(), options = { format: "interx" }, cache = `${root}/cache`;
  const build = (frames = 12) => buildCache(`${root}/data`, options, { ...preparation, frames }, cache);
  assertEquals([(await build()).fresh, (await build()).fresh], [false, true]);
  assertEquals([(await build(10)).fresh, (await build(10)).fresh], [false, true]);
  const entry = (await openDataset(`${root}/data`, options)).clips[0].id;
  const file = `${root}/data/skeletons/${entry}/P1.npy`;
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 2] ^= 1;
  await Deno.writeFile(file, bytes);
  await Deno.utime(file, new Date(), new Date(Date.now() + 5000));
  assertEquals((await build(10)).fresh, false);
  const values = await Deno.readFile(`${cache}/${VALUES_FILE}`);
  values[values.length >> 1] ^= 4;
  await Deno.writeFile(`${cache}/${VALUES_FILE}`, values);
  await assertRejects(() => openCache(cache), DataError, "checksum");
  assertEquals([(await build(10)).fresh, (await build(10)).fresh], [false, true]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("A cache is built anew when lists beside Inter-X's joints change, and whatever else lies in the data", async () => {
  const root = await makeSource(), data = `${root}/data/skeletons`;
  await Deno.symlink("nowhere", `${data}/gone`);
  await Deno.symlink("loop", `${data}/loop`);
  await Deno.symlink(".", `${data}/self`);
  const build = (path = data) => buildCache(path, { format: "interx" }, preparation, `${root}/cache`);
  const { manifest } = await build(`${data}/`);
  assertEquals((await build(`${data}/`)).fresh, true);
  const fresh = async () => [(await build()).fresh, (await build()).fresh];
  const list = `${root}/data/splits/train.txt`, [name] = Object.keys(manifest.splits.paper);
  const text = await Deno.readTextFile(list);
  await Deno.writeTextFile(list, text.replace(`${name}\n`, ""));
  assertEquals(await fresh(), [false, true]);
  assertEquals(Object.keys((await build()).manifest.splits.paper).includes(name), false);
  await Deno.rename(`${root}/data/splits`, `${root}/data/other`);
  assertEquals(await fresh(), [false, true]);
  await Deno.remove(`${data}/gone`);
  assertEquals(await fresh(), [false, true]);
  await Deno.symlink("a".repeat(300), `${data}/long`); // no one can say where that leads
  await assertRejects(build, DataError, `Cannot open ${data}/long: `);
  await Deno.remove(`${data}/long`);
  await Deno.utime(`${data}/${name}/P1.npy`, new Date(), new Date(Date.now() + 5000));
  assertEquals(await fresh(), [false, true]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("A cache is built anew when the joints at rest change, and not at all without them or without data", async () => {
  const root = await Deno.makeTempDir(), data = `${root}/a.h5`, rest = `${root}/rest.npy`;
  const random = new Random(2),
    draw = (count: number) => Float32Array.from({ length: count }, () => random.normal(0, 1));
  await writeHdf5(data, { S001C001P001R001A050: draw(3 * 336), S001C001P002R001A050: draw(3 * 336) });
  const write = (scale: number) =>
    Deno.writeFile(
      rest,
      own(writeNpy(Float32Array.from({ length: 165 }, (_, i) => scale * Math.sin(i)), [55, 3])),
    );
  const options = { format: "ntu120-smplx", restSkeleton: rest };
  const build = () => buildCache(data, options, preparation, `${root}/cache`);
  await write(1);
  assertEquals([(await build()).fresh, (await build()).fresh], [false, true]);
  await write(2);
  await Deno.utime(rest, new Date(), new Date(Date.now() + 5000));
  assertEquals([(await build()).fresh, (await build()).fresh], [false, true]);
  await Deno.remove(rest);
  await assertRejects(build, DataError, `Cannot open ${rest}: expected a folder or file, found nothing`);
  await write(2);
  await Deno.rename(data, `${root}/b.h5`);
  await assertRejects(build, DataError, `Cannot open ${data}: expected a folder or file, found nothing`);
  await Deno.remove(root, { recursive: true });
});

Deno.test("The hash of a cache is that of what its clips were made of, and how: the same of an equal cache, another of any other", async () => {
  const root = await makeSource(), cache = `${root}/cache`, data = `${root}/data`;
  const hashOf = async (options: object = {}, prepared: object = {}) => {
    await buildCache(data, { format: "interx", ...options }, { ...preparation, ...prepared }, cache);
    return (await openCache(cache)).hash;
  };
  const hash = await hashOf();
  assertEquals([await hashOf(), (await openCache(`${cache}/`)).hash], [hash, hash]);
  await Deno.remove(cache, { recursive: true });
  assertEquals(await hashOf(), hash);
  await Deno.rename(cache, `${root}/moved`);
  assertEquals((await openCache(`${root}/moved`)).hash, hash);
  const hashes = new Set([hash, (await openDataset(data, { format: "interx" })).hash]);
  const add = async (value: Promise<string>) => {
    const { size } = hashes;
    assertEquals(hashes.add(await value).size, size + 1);
  };
  await add(hashOf({}, { frames: 10 }));
  await add(hashOf({}, { align: "none" }));
  await add(hashOf({ every: 2 }));
  const list = `${data}/splits/train.txt`, text = await Deno.readTextFile(list);
  await Deno.writeTextFile(list, text.slice(text.indexOf("\n") + 1));
  await add(hashOf());
  await Deno.writeTextFile(list, text);
  assertEquals(await hashOf(), hash);
  const file = `${cache}/${MANIFEST_FILE}`,
    { manifest } = await buildCache(data, { format: "interx" }, preparation, cache);
  for (const change of ["category", "group", "id"]) {
    const [first, ...others] = manifest.clips;
    await writeChecksummedJson(file, { ...manifest, clips: [{ ...first, [change]: "other" }, ...others] });
    await add(openCache(cache).then(({ hash }) => hash));
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("Every damaged byte of the values is detected, and a damaged manifest is refused", async () => {
  const root = await makeSource(), cache = `${root}/cache`;
  await buildCache(`${root}/data`, { format: "interx" }, preparation, cache);
  const values = await Deno.readFile(`${cache}/${VALUES_FILE}`),
    manifest = await Deno.readFile(`${cache}/${MANIFEST_FILE}`);
  for (let k = 0; k < 40; k++) {
    const damaged = values.slice();
    damaged[(k * 7919) % damaged.length] ^= 1 << (k % 8);
    await Deno.writeFile(`${cache}/${VALUES_FILE}`, damaged);
    await assertRejects(() => openCache(cache), DataError, "checksum");
  }
  await Deno.writeFile(`${cache}/${VALUES_FILE}`, values.slice(0, -4));
  await assertRejects(() => openCache(cache), DataError, "bytes");
  await Deno.writeFile(`${cache}/${VALUES_FILE}`, values);
  for (const length of [0, 1, 100, manifest.length - 1]) {
    await Deno.writeFile(`${cache}/${MANIFEST_FILE}`, manifest.slice(0, length));
    await assertRejects(() => openCache(cache), DataError, MANIFEST_FILE);
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("Every flipped bit of a manifest is detected", async () => {
  const root = await Deno.makeTempDir(), cache = `${root}/cache`, file = `${cache}/${MANIFEST_FILE}`;
  const [clip] = generateDataset({
    seed: 0,
    clipsPerCategory: 1,
    categories: ["hug"],
    skeleton: getSkeleton("sbu15"),
  });
  await writeSbu(`${root}/data`, [{ ...clip, category: "hugging", group: "p01" }]);
  await buildCache(`${root}/data`, { format: "sbu" }, preparation, cache);
  const manifest = await Deno.readFile(file);
  for (let bit = 0; bit < 8 * manifest.length; bit++) {
    const flipped = manifest.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    await Deno.writeFile(file, flipped);
    await assertRejects(() => openCache(cache), DataError, MANIFEST_FILE);
  }
  await Deno.writeFile(file, manifest);
  assertEquals((await openCache(cache)).clips.length, 1);
  await Deno.remove(root, { recursive: true });
});

Deno.test("A cache that another version wrote is refused and prepared again", async () => {
  const root = await makeSource(), cache = `${root}/cache`, file = `${cache}/${MANIFEST_FILE}`;
  const build = () => buildCache(`${root}/data`, { format: "interx" }, preparation, cache);
  const { manifest } = await build();
  await writeChecksummedJson(file, { ...manifest, version: 2 });
  await assertRejects(() => openCache(cache), DataError, `${file}: it was written by another version`);
  assertEquals([(await build()).fresh, (await build()).fresh], [false, true]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("A folder that is no cache is not overwritten, and nothing half-written is left when the source is bad", async () => {
  const root = await makeSource();
  await Deno.mkdir(`${root}/mine`);
  await Deno.writeTextFile(`${root}/mine/thesis.txt`, "years of work");
  const build = (out: string) => buildCache(`${root}/data`, { format: "interx" }, preparation, out);
  await assertRejects(() => build(`${root}/mine`), DataError, "thesis.txt");
  assertEquals(await Deno.readTextFile(`${root}/mine/thesis.txt`), "years of work");
  const entry = (await openDataset(`${root}/data`, { format: "interx" })).clips[3].id;
  await Deno.writeFile(`${root}/data/skeletons/${entry}/P2.npy`, new Uint8Array(50));
  await assertRejects(() => build(`${root}/cache`), DataError, "P2.npy");
  assertEquals((await Array.fromAsync(Deno.readDir(root))).map(({ name }) => name).sort(), ["data", "mine"]);
  const { manifest } = await buildCache(
    `${root}/data`,
    { format: "interx", lenient: true },
    preparation,
    `${root}/cache`,
  );
  assertEquals([manifest.clips.length, manifest.skipped.length], [clips.length - 1, 1]);
  await Deno.remove(root, { recursive: true });
});
