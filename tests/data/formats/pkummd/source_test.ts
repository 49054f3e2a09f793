/** PKU-MMD: sequences, labels and splits, in the layout of its release. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError } from "../../../../lib/core/errors.ts";
import { openClipSource } from "../../../../lib/data/formats/registry.ts";
import { openDataset } from "../../../../lib/data/open_dataset.ts";
import { parseFrames, parseLabels, parseSplit } from "../../../../lib/data/formats/pkummd/text.ts";
import { KINECT25 } from "../../../../lib/data/skeletons.ts";
import { withFolder } from "../../../support/data_fixtures.ts";

/** A sequence in which each number tells its frame (from 1), person and place. */
const valueAt = (frame: number, k: number) => (frame + k / 1000).toFixed(6);
const sequence = (frames: number) =>
  Array.from(
    { length: frames },
    (_, t) => ` ${Array.from({ length: 150 }, (_, k) => valueAt(t + 1, k)).join(" ")}\n`,
  )
    .join("");

const FILES = {
  "Data/skeleton/0002-L.txt": sequence(40),
  "Data/skeleton/0002-M.txt": sequence(40),
  "Data/skeleton/0003-L.txt": sequence(40),
  "Data/skeleton/0009-R.txt": sequence(5),
  "Label/0002-L.txt": "16,1,10,2\r\n7,12,20,1\n18,21,41,2\n",
  "Label/0002-M.txt": "16,1,10,2\n",
  "Label/0003-L.txt": "14,5,9,2\n",
  "Label/0004-L.txt": "14,5,9,2\n",
  "Split/cross-subject.txt": "Training videos:\n0002-L, 0002-M, \nValidataion videos:\n0003-L\n",
  "Split/cross-view.txt": "Training videos: 0002-M\nValidataion videos: 0002-L, 0003-L",
  "other.txt": "x",
  "ReadME.txt": "x",
};

Deno.test("Each labelled action of two people is a clip, and everything else is counted", () =>
  withFolder(FILES, async (root) => {
    const { entries, excluded, splits } = await openClipSource(root, "pkummd");
    assertEquals(entries.map(({ id, category, group }) => [id, category, group]), [
      ["0002-L/01", "hug", "0002"],
      ["0002-L/03", "kick", "0002"],
      ["0002-M/01", "hug", "0002"],
      ["0003-L/01", "handshake", "0003"],
    ]);
    assertEquals(excluded?.map(({ reason }) => reason.replaceAll(root, "ROOT")), [
      "Left out ROOT/Data/skeleton/0009-R.txt: it has no labels",
      "Left out ROOT/Label/0004-L.txt: it has no skeletons",
      "Left out 1 clips of ROOT: of actions of one person",
      "Left out ROOT/other.txt: its name is not one such as 0002-L.txt",
    ]);
    assertEquals([...splits.get("cross-subject")!.values()], ["train", "train", "train", "test"]);
    assertEquals([...splits.get("cross-view")!.values()], ["test", "test", "train", "test"]);
    const { clips } = await openDataset(root, { format: "pkummd" });
    assertEquals(
      clips.map(({ frames, fps, skeleton }) => [frames, fps, skeleton]),
      [10, 20, 10, 5].map((n) => [n, 30, KINECT25]),
    );
    const { x, y } = clips[1];
    assertEquals([x[0], y[0], x[74], y.at(-1)], [21, 21.075, 21.074, 40.149].map(Math.fround));
  }));

Deno.test("Damaged labels and skeletons are refused with file and line", () => {
  assertThrows(
    () => parseLabels("16,1,10,2\n16,x,10,2\n", "f"),
    DataError,
    "Cannot read f: line 2: expected action,first",
  );
  for (const line of ["16,10,1,2", "16,5", "1.5,1,2,1", "16,-1,3,1"]) {
    assertThrows(() => parseLabels(line, "f"), DataError, "line 1");
  }
  assertEquals(parseLabels("", "f"), []);
  const part = (text: string, first = 1, last = 2) => () => parseFrames(text, "f", { first, last });
  assertThrows(
    part(sequence(2).replace(/ \S+\n$/, "\n")),
    DataError,
    "line 2 of f: expected 150 numbers, got 149",
  );
  assertThrows(
    part(sequence(2).replace("1.003000", "nan")),
    DataError,
    'line 1 of f: number 4 is not finite, got "nan"',
  );
  assertThrows(part(sequence(2), 1, 4), DataError, "expected frames 1 to 4, it has 2");
  assertThrows(part(sequence(2), 3, 3), DataError, "expected frames 3 to 3, it has 2");
  assertEquals(part(sequence(2), 2, 3)().frames, 1);
  assertEquals([...parseSplit("Training:\n0001-L,A01N02-R\nTest:\n0002-M\n")], [
    ["0001-L", "train"],
    ["A01N02-R", "train"],
    ["0002-M", "test"],
  ]);
});

Deno.test("A second person of zeros is missing, and phase 2 is read with a warning", async () => {
  const lines = sequence(20).trimEnd().split("\n");
  const lost = lines.map((line, t) =>
    t >= 5 ? line : `${line.trim().split(" ").slice(0, 75).join(" ")}${" 0.000000".repeat(75)}`
  );
  await withFolder(
    { "skeletons/A10N08-L.txt": lost.join("\n"), "label/A10N08-L.txt": "16,1,20,2\n" },
    async (root) => {
      const { clips: [clip], warnings } = await openDataset(root, { format: "pkummd" });
      assertEquals([clip.frames, clip.group, warnings?.length], [15, "N08", 1]);
      await Deno.writeTextFile(`${root}/skeletons/A10N08-L.txt`, lost.toReversed().concat(lines).join("\n"));
      await Deno.writeTextFile(`${root}/label/A10N08-L.txt`, "16,1,40,2\n");
      await assertRejects(() => openDataset(root, { format: "pkummd" }), DataError, "person 2");
    },
  );
});
