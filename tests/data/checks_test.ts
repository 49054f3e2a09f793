import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { DataError } from "../../lib/core/errors.ts";
import {
  checkBodySize,
  checkCategory,
  findDuplicates,
  warnOfAlikeCategories,
  warnOfBodySizes,
  warnOfDuplicates,
  warnOfLoneCategories,
} from "../../lib/data/checks.ts";
import { openDataset } from "../../lib/data/open_dataset.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { bodySize, UNIT_NAMES, UNITS } from "../../lib/data/units.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { randomClip, withFolder } from "../support/data_fixtures.ts";
import { writeNpy } from "../support/write_npy.ts";

const CLIPS = generateDataset({ seed: 3, clipsPerCategory: 3, categories: ["hug", "kick"] });
const scaled = (clip: Clip, scale: number): Clip => ({
  ...clip,
  x: clip.x.map((value) => value * scale),
  y: clip.y.map((value) => value * scale),
});

Deno.test("A category without a name or with a control character is refused by clip and file; others are not", () => {
  for (const category of ["hug", "shake hands", "a|b", "c\u00e9 \u{1f44b}", "-", "<b>"]) {
    checkCategory({ id: "a", category }, "f");
  }
  for (
    const category of [
      "",
      " ",
      "\t",
      "\u00a0",
      "a\nb",
      "a\r",
      "a\u2028b",
      "\x00",
      "a\x1b[31m",
      "a\x7f",
      "\x85",
    ]
  ) {
    const { message } = assertThrows(() => checkCategory({ id: "c1", category }, "d/all.csv"), DataError);
    assertStringIncludes(message, `Cannot use clip "c1" of d/all.csv: its category`);
  }
});

Deno.test("Bodies read in a wrong unit are refused with the likely one, in every pair of units", () => {
  const [clip] = CLIPS, size = bodySize(clip);
  assert(size > 1 && size < 2.5);
  for (const read of UNIT_NAMES) {
    for (const real of UNIT_NAMES) {
      // A file in the unit `real`, read as `read`.
      const misread = scaled(clip, UNITS[read] / UNITS[real]);
      if (read === real) {
        checkBodySize(misread, "f", read);
        continue;
      }
      const { message } = assertThrows(() => checkBodySize(misread, "f", read), DataError);
      assertStringIncludes(
        message,
        `the unit is probably ${real}: write "units": "${real}", or insist with --units ${read}`,
      );
    }
  }
  const { message } = assertThrows(() => checkBodySize(scaled(clip, 1e6), "f", "m"), DataError);
  assertStringIncludes(message, "tall; insist with --units m");
});

Deno.test("Custom data in millimetres that are said to be metres are refused, and read by --units", () =>
  withFolder(
    Object.fromEntries([
      ["iadnet.json", new TextEncoder().encode('{"layout":"npy","skeleton":"sbu15","fps":30,"units":"m"}')],
      ...CLIPS.map((clip, i) => {
        const { x, y } = scaled(clip, 1000);
        return [
          `${clip.category}/c${i}.npy`,
          writeNpy(Float32Array.of(...x, ...y), [2, clip.frames, 15, 3]),
        ] as const;
      }),
    ]),
    async (root) => {
      const { message } = await assertRejects(() => openDataset(root, { format: "custom" }), DataError);
      assertStringIncludes(message, "the unit is probably mm");
      const { clips } = await openDataset(root, { format: "custom", units: "mm" });
      clips.forEach(({ x }, i) => x.forEach((value, p) => assert(Math.abs(value - CLIPS[i].x[p]) < 1e-5)));
      const insisted = await openDataset(root, { format: "custom", units: "m" });
      assert(bodySize(insisted.clips[0]) > 1000);
    },
  ));

Deno.test("Recordings that exist twice are found, also with the people exchanged, and nothing else is", () => {
  const clips = Array.from({ length: 30 }, (_, i) => ({ ...randomClip(i), id: `c${i}` }));
  assertEquals(findDuplicates(clips), []);
  const again = { ...clips[3], id: "again", x: clips[3].x.slice() },
    swapped = { ...clips[5], id: "swapped", x: clips[5].y, y: clips[5].x };
  const almost = { ...clips[7], id: "almost", y: clips[7].y.slice() };
  almost.y[almost.y.length - 1] += 1e-3;
  const duplicates = findDuplicates([...clips, again, swapped, almost]);
  assertEquals(duplicates.toSorted(), [["c3", "again"], ["c5", "swapped"]]);
  assertEquals(
    warnOfDuplicates(duplicates.toSorted()),
    "2 clips are the same as another, such as again as c3",
  );
  assertEquals(warnOfDuplicates([]), undefined);
});

Deno.test("As many categories as clips are told to the user", () => {
  const lone = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...randomClip(i), category: `k${i}` }));
  assertEquals(warnOfLoneCategories(lone(3)), undefined);
  assertStringIncludes(warnOfLoneCategories(lone(4))!, "Each of the 4 clips is a category of its own");
  assertEquals(warnOfLoneCategories([...lone(4), randomClip(9), randomClip(9)]), undefined);
});

Deno.test("Categories that look alike are told to the user", () => {
  const named = (...names: string[]) => names.map((category, i) => ({ ...randomClip(i), category }));
  assertEquals(warnOfAlikeCategories(named("push", "push", "pull", "push 2")), undefined);
  for (const [a, b] of [["Push", "push"], ["caf\u00e9", "cafe\u0301"], ["shake_hands", "shake hands"]]) {
    assertEquals(
      warnOfAlikeCategories(named(a, "hug", b)),
      `Categories ${JSON.stringify(a)} and ${
        JSON.stringify(b)
      } differ only in case, blanks, signs or the encoding of letters`,
    );
  }
});

Deno.test("Bodies in feet are read, and their size is told to the user", () => {
  const [clip, other] = CLIPS;
  assertEquals(warnOfBodySizes(CLIPS), undefined);
  const feet = scaled(clip, 3.28), size = Number(bodySize(feet).toPrecision(2));
  checkBodySize(feet, "f", "m");
  const why = `Check the unit: bodies are ${size} m tall in ${clip.id}, of an odd size in 1 of 2 clips`;
  assertEquals(warnOfBodySizes([feet, other]), why);
});
