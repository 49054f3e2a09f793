/** Splits of Inter-X, and every n-th frame. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseInterxPerson } from "../../../../lib/data/formats/interx/source.ts";
import { inFolder } from "../../../faults/kit.ts";
import { DataError } from "../../../../lib/core/errors.ts";
import { openClipSource } from "../../../../lib/data/formats/registry.ts";
import { getSkeleton } from "../../../../lib/data/skeletons.ts";
import { generateDataset } from "../../../../lib/data/synthetic/mod.ts";
import { writeInterx } from "../../../support/write_interx.ts";
import { writeNpy } from "../../../support/write_npy.ts";

Deno.test("Every second frame of an Inter-X person is every second frame", () => {
  const values = Float32Array.from({ length: 5 * 64 * 3 }, (_, i) => i);
  const half = parseInterxPerson(writeNpy(values, [5, 64, 3]), "P1.npy", 2);
  assertEquals(half.length, 3 * 64 * 3);
  assertEquals([half[0], half[192], half[384], half[575]], [0, 384, 768, 959]);
});

const clips = generateDataset({
  seed: 0,
  clipsPerCategory: 5,
  categories: ["hug"],
  skeleton: getSkeleton("interx64"),
  fps: 120,
});

Deno.test("Inter-X's splits are found beside the folder of clips, and a lone list makes no split", async () => {
  await inFolder(async (folder) => {
    const root = `${folder}/data`;
    await writeInterx(root, clips, { list: (_, id) => id.endsWith("R000") ? "test" : "train" });
    const { splits, entries } = await openClipSource(`${root}/skeletons`, "interx", {});
    assertEquals(splits?.get("paper")?.size, entries.length);
    await Deno.remove(`${root}/splits/test.txt`);
    const less = (await openClipSource(root, "interx", {})).splits;
    assert(less?.has("group") && !less.has("paper") && !less.has("official"));
    const nonsense = "x".repeat(50);
    await Deno.writeTextFile(`${root}/splits/test.txt`, `\n${nonsense}\n`);
    const error = await assertRejects(() => openClipSource(root, "interx", {}), DataError);
    assert(
      error.message.includes(
        `line 2 of ${root}/splits/test.txt: expected a clip's name, got "${"x".repeat(40)}"`,
      ),
    );
    assertEquals(error.position, "line 2");
  });
});

Deno.test("Inter-X's split by group tests every fifth group", async () => {
  await inFolder(async (root) => {
    const grouped = Array.from(
      { length: 11 },
      (_, i) => ({ ...clips[0], id: `hug/${i}`, group: `G${i + 1}` }),
    );
    await writeInterx(root, grouped);
    const { entries, splits } = await openClipSource(root, "interx", {});
    const groups = [...new Set(entries.map(({ group }) => group))].sort();
    assertEquals(groups.length, 11);
    for (const { id, group } of entries) {
      assertEquals(splits?.get("group")?.get(id), groups.indexOf(group) % 5 === 4 ? "test" : "train");
    }
    assertEquals([...splits!.get("group")!.values()].filter((side) => side === "test").length, 2);
  });
});
