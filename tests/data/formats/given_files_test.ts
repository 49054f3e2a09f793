/** Single recordings and lists of them. */
import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../../lib/core/errors.ts";
import { openClipSource } from "../../../lib/data/formats/registry.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";
import { BVH, describe, stack, text } from "../../support/custom_fixtures.ts";
import { randomClip, sbuText, withFolder } from "../../support/data_fixtures.ts";

const NPY = Object.fromEntries(
  ["hug/a", "hug/b", "kick/c"].map((id, k) => [`${id}.npy`, stack(randomClip(k, 3))]),
);

Deno.test("A file of a data set is read as in the data set, and so are the files of a list", () =>
  withFolder({
    "set/iadnet.json": describe("npy"),
    ...Object.fromEntries(Object.entries(NPY).map(([name, bytes]) => [`set/${name}`, bytes])),
    "some.list": text("# two of three\nset/hug/b.npy\r\n\n  set/kick/c.npy\n"),
    "twice.list": text("set/hug/b.npy\n# again\n./set/hug/b.npy\n"),
    "empty.list": text("# none\n"),
    "wrong.list": text("set/hug/b.npy\nset/hug/z.npy\n"),
  }, async (root) => {
    const { clips } = await openDataset(`${root}/set`, { format: "custom" });
    const open = async (path: string) => (await openDataset(`${root}/${path}`, { format: "custom" })).clips;
    assertEquals(await open("set/hug/b.npy"), [clips[1]]);
    assertEquals(await open("some.list"), clips.slice(1));
    await assertRejects(() => open("empty.list"), DataError, "expected a path in each line, found none");
    await assertRejects(() => open("twice.list"), DataError, "entry 2: ./set/hug/b.npy is entry 1 already");
    await assertRejects(() => open("wrong.list"), DataError, "entry 2: expected a file, found nothing at");
    await Deno.remove(`${root}/set/iadnet.json`);
    await assertRejects(() => open("set/hug/b.npy"), DataError, "expected iadnet.json");
  }));

Deno.test("One file of a pair stands for both, whichever it is, also with a description that is given as text", () =>
  withFolder({
    "iadnet.json": text('{"layout":"bvh","units":"cm"}'),
    "hug/a/P1.bvh": text(BVH),
    "hug/a/p2.BVH": text(BVH),
    "hug/b/P1.bvh": text(BVH),
  }, async (root) => {
    const { clips } = await openDataset(root, { format: "custom" });
    for (const name of ["P1.bvh", "p2.BVH"]) {
      assertEquals((await openDataset(`${root}/hug/a/${name}`, { format: "custom" })).clips, clips);
    }
    const alone = await assertRejects(() => openClipSource(`${root}/hug/b/P1.bvh`, "custom"), DataError);
    assertEquals(alone.message.includes("P2.bvh is not beside it"), true);
    const description = await Deno.readTextFile(`${root}/iadnet.json`);
    await Deno.remove(`${root}/iadnet.json`);
    const { entries } = await openClipSource(`${root}/hug/a/P1.bvh`, "custom", { description });
    assertEquals(entries.map(({ id }) => id), ["hug/a"]);
  }));

Deno.test("A list of SBU recordings has their pairs and categories", () =>
  withFolder({
    "p01/03/001/skeleton_pos.txt": sbuText(3),
    "p02/04/002/skeleton_pos.txt": sbuText(3),
    "some.list": "p01/03/001/skeleton_pos.txt\np02/04/002/skeleton_pos.txt\n",
    "one.list": "p02/04/002/skeleton_pos.txt\n",
  }, async (root) => {
    const ids = async (name: string) =>
      (await openClipSource(`${root}/${name}`, "sbu")).entries.map(({ id }) => id);
    assertEquals(await ids("some.list"), ["p01/03/001", "p02/04/002"]);
    assertEquals(await ids("one.list"), ["p02/04/002"]);
  }));
