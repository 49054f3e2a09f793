import { assert, assertEquals, assertRejects } from "@std/assert";
import { zipSync } from "fflate";
import { absoluteSource, openDataSource } from "../../../../lib/data/data_source.ts";
import { exists } from "../../../../lib/core/files.ts";
import { lockFolder } from "../../../../lib/core/lock.ts";
import { send } from "../../../../lib/core/signals.ts";
import { copyFiles, hashFolder, inFolder, startCli, writeSmallData } from "../../../faults/kit.ts";
import { DataError, UsageError } from "../../../../lib/core/errors.ts";
import type { Dataset } from "../../../../lib/data/dataset.ts";
import { buildCache } from "../../../../lib/data/formats/cache/build.ts";
import type { Preparation } from "../../../../lib/data/transforms/prepare.ts";

/** Links that lead to no folder. */
const LINKS = ["gone", "to-file"];
const SBU = { format: "sbu" };
const preparation: Preparation = { frames: 8, align: "pair-yaw", scale: "none" };
const build = (data: string, out: string, frames = 8) =>
  buildCache(data, SBU, { ...preparation, frames }, out);

/** Open a cache as a training does, and as it is kept of a run: by a path that holds anywhere. */
async function open(path: string): Promise<Dataset> {
  const source = { path, options: { format: "cache" }, treatments: [] }, kept = await absoluteSource(source);
  assert("path" in kept);
  assertEquals(kept.path, `${await Deno.realPath(path.slice(0, path.lastIndexOf("/")))}/cache`);
  return await openDataSource(source);
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("A cache takes the place of nothing but a cache: no file, no folder of other things, not what it is made of", async () => {
  await inFolder(async (root) => {
    const data = `${root}/data`, zip = `${root}/data.zip`;
    await writeSmallData(data);
    const files: Record<string, Uint8Array> = {};
    for (const pair of await names(data)) {
      for (const kind of await names(`${data}/${pair}`)) {
        for (const take of await names(`${data}/${pair}/${kind}`)) {
          const name = `${pair}/${kind}/${take}/skeleton_pos.txt`;
          files[name] = await Deno.readFile(`${data}/${name}`);
        }
      }
    }
    await Deno.writeFile(zip, zipSync(files) as Uint8Array<ArrayBuffer>);
    await Deno.writeTextFile(`${root}/thesis.txt`, "years of work");
    await Deno.mkdir(`${root}/odd/clips.f32`, { recursive: true });
    await Deno.symlink("thesis.txt", `${root}/to-file`);
    await Deno.symlink("nowhere", `${root}/gone`);
    await Deno.mkdir(`${root}/a.tmp`);
    await Deno.writeTextFile(`${root}/a.tmp/notes`, "mine");
    await Deno.writeTextFile(`${root}/b.old`, "mine");
    const before = await hashFolder(root, LINKS);
    const cases: [string, string, string][] = [
      [zip, zip, "is read for it"],
      [data, zip, "it is a file"],
      [data, `${root}/thesis.txt`, "it is a file"],
      [data, `${root}/to-file`, "it is a file"],
      [data, `${root}/gone`, "it is a broken link"],
      [data, `${root}/thesis.txt/cache`, "Not a directory"],
      [data, `${root}/none/..`, "no such folder"],
      [data, `${root}/odd`, "it holds clips.f32"],
      [data, `${root}/a`, "it holds notes"],
      [data, `${root}/b`, "it is a file"],
      [data, data, "is read for it"],
      [data, `${data}/`, "is read for it"],
      [data, `${data}/../data`, "is read for it"],
      [data, root, "holds"],
      [data, `${data}/cache`, "lies in"],
      [data, `${data}/p01/03/new/`, "lies in"],
    ];
    for (const [from, out, says] of cases) {
      const error = await assertRejects(() => build(from, out), DataError, says);
      assert(error.message.startsWith("Cannot write the cache to /"), error.message);
      assertEquals(await hashFolder(root, LINKS), before, out);
    }
    await Deno.rename(data, `${root}/c.old`);
    await assertRejects(() => build(`${root}/c.old`, `${root}/c`), DataError, "is read for it");
    await Deno.rename(`${root}/c.old`, data);
    assertEquals(await hashFolder(root, LINKS), before);
    await build(data, `${root}/cache`);
    const again = () => buildCache(`${root}/cache`, { format: "cache" }, preparation, `${root}/cache`);
    await assertRejects(again, DataError, "is read for it");
    assertEquals((await open(`${root}/cache`)).clips.length, 24);
  });
});

Deno.test("A cache is made where a link leads, and where a path ends with slashes; the link stays", async () => {
  await inFolder(async (root) => {
    const data = `${root}/data`;
    await writeSmallData(data);
    await Deno.mkdir(`${root}/disk/cache`, { recursive: true });
    await Deno.symlink("disk/cache", `${root}/link`);
    const fresh = async (out: string, frames: number) => (await build(data, out, frames)).fresh;
    for (
      const [out, frames] of [["link", 8], ["link/", 10], ["disk/cache///", 12], ["disk/cache/", 8]] as const
    ) {
      assertEquals([await fresh(`${root}/${out}`, frames), await fresh(`${root}/${out}`, frames)], [
        false,
        true,
      ]);
      assertEquals((await open(`${root}/disk/cache`)).clips[0].frames, frames);
    }
    assert((await Deno.lstat(`${root}/link`)).isSymlink);
    assertEquals(await names(`${root}/disk`), ["cache"]);
    assertEquals(await names(`${root}/disk/cache`), ["clips.f32", "manifest.json"]);
    const { manifest } = await build(data, `${root}/new/deep/`);
    assertEquals([await names(`${root}/new`), manifest.clips.length], [["deep"], 24]);
  });
});

Deno.test("A stop between any two steps leaves the old cache or the new one, and the next prepare puts right what is left", async () => {
  await inFolder(async (root) => {
    const data = `${root}/data`, work = `${root}/work`, cache = `${work}/cache`;
    await writeSmallData(data);
    await build(data, cache, 8);
    const old = await hashFolder(cache), { rename, remove } = Deno, kept: string[] = [];
    const keep = async () => {
      const to = `${root}/kept${kept.length}`;
      for (const name of await names(work)) await copyFiles(`${work}/${name}`, `${to}/${name}`);
      kept.push(to);
    };
    Deno.rename = async (...args) => (await keep(), await rename(...args));
    Deno.remove = async (...args) => (await keep(), await remove(...args));
    try {
      await build(data, cache, 10);
      await keep();
    } finally {
      Object.assign(Deno, { rename, remove });
    }
    const now = await hashFolder(cache), seen = new Set<string>();
    assertEquals(await names(cache), ["clips.f32", "manifest.json"]);
    for (const state of kept) {
      seen.add((await names(state)).join());
      const { clips: [{ frames }] } = await open(`${state}/cache`);
      assert(frames === 8 || frames === 10);
      for (const name of await names(state)) await copyFiles(`${state}/${name}`, `${state}.again/${name}`);
      // The one that is there is kept if it fits, and is made if not.
      const { fresh } = await build(data, `${state}/cache`, frames);
      assertEquals([fresh, await hashFolder(`${state}/cache`)], [true, frames === 8 ? old : now]);
      await build(data, `${state}.again/cache`, 10);
      assertEquals([await names(`${state}.again`), await hashFolder(`${state}.again/cache`)], [
        ["cache"],
        now,
      ]);
      assertEquals(await names(state), ["cache"]);
    }
    for (const state of ["cache,cache.tmp", "cache.old,cache.tmp", "cache,cache.old", "cache"]) {
      assert(seen.has(state), `${state} of ${[...seen].join("; ")}`);
    }
  });
});

Deno.test("A prepare that cannot put the new cache in its place leaves the old one; a second one at a time is refused", async () => {
  await inFolder(async (root) => {
    const data = `${root}/data`, cache = `${root}/cache`, { rename } = Deno;
    await writeSmallData(data);
    await build(data, cache, 8);
    Deno.rename = async (from, to) => {
      if (String(from).endsWith("cache.tmp")) throw new Error("no");
      await rename(from, to);
    };
    try {
      await assertRejects(() => build(data, cache, 10), Error, "Cannot move");
    } finally {
      Deno.rename = rename;
    }
    assertEquals([(await open(cache)).clips[0].frames, await names(root)], [8, ["cache", "data"]]);
    await Deno.mkdir(`${cache}.tmp`);
    {
      using _lock = await lockFolder(`${cache}.tmp`);
      await assertRejects(() => build(data, cache, 10), UsageError, "is using it");
      assertEquals(await names(`${cache}.tmp`), ["lock"]);
    }
    assertEquals([(await build(data, cache, 10)).fresh, await names(root)], [false, ["cache", "data"]]);
  });
});

Deno.test("A prepare that is killed, whenever that is, leaves a cache that opens", async () => {
  await inFolder(async (root) => {
    const data = `${root}/data`, cache = `${root}/cache`;
    await writeSmallData(data);
    await build(data, cache, 8);
    for (const [k, wait] of [0, 20, 60].entries()) {
      const what = ["--data", data, "--format", "sbu", "--frames", String(20 + k), "--out", `${cache}/`];
      const child = startCli(["prepare", ...what]), ending = child.output();
      for (let going = true; going && !await exists(`${cache}.tmp`);) { // it has begun
        going = !await Promise.race([ending.then(() => true), new Promise((wait) => setTimeout(wait, 1))]);
      }
      await new Promise((done) => setTimeout(done, wait));
      send(child, "SIGKILL");
      await ending;
      assertEquals((await open(cache)).clips.length, 24);
    }
    await build(data, cache, 8);
    assertEquals([(await build(data, cache, 8)).fresh, await names(root)], [true, ["cache", "data"]]);
  });
});
