/** Names and lists of NTU RGB+D 120. */
import { assertEquals, assertThrows } from "@std/assert";
import { listNtuClips } from "../../../../lib/data/formats/ntu/source.ts";
import {
  NTU_CATEGORIES,
  NTU_MISSING,
  NTU_TRAINING_SUBJECTS,
} from "../../../../lib/data/formats/ntu/names.ts";
import { DataError } from "../../../../lib/core/errors.ts";

Deno.test("A clip of NTU that is there twice is refused with both places", () => {
  const id = "S001C001P001R001A050", named: [string, string][] = [[id, `a/${id}`], [id, `b/${id}`]];
  const error = assertThrows(() => listNtuClips(named, (path) => `root/${path}`, "root", 1), DataError);
  assertEquals(error.message, `Cannot read root/b/${id}: clip ${id} exists twice, first at a/${id}`);
});

Deno.test("The published lists of NTU RGB+D 120 are as published: counts and sums", () => {
  const subjects = [...NTU_TRAINING_SUBJECTS], sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
  assertEquals([subjects.length, sum(subjects), sum(subjects.map((s) => s * s))], [53, 2795, 200_379]);
  assertEquals([NTU_CATEGORIES.size, sum([...NTU_CATEGORIES.keys()])], [26, 2300]);
  assertEquals(NTU_MISSING.size, 96);
});
