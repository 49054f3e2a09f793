import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { openDataset } from "../../lib/data/open_dataset.ts";
import { splitDataset } from "../../lib/data/split.ts";
import { recordingOf } from "../../lib/data/transforms/windows.ts";
import { checkWindows, WindowCutter } from "../../lib/data/windowed.ts";
import { randomClip, sbuText, withFolder } from "../support/data_fixtures.ts";

Deno.test("Windows cover a recording in order, keep its group and category, and the last one ends with it", () => {
  for (
    const [frames, window, stride, count] of [[90, 3, 1.5, 5], [90, 3, 3, 3], [100, 3, 1.5, 6], [
      30,
      3,
      1.5,
      1,
    ], [10, 3, 1, 1]]
  ) {
    const recording = { ...randomClip(1, frames), fps: 10, group: "s1" },
      cutter = new WindowCutter({ window, stride });
    const windows = cutter.cut(recording);
    assertEquals(windows.length, count, `${frames} ${window} ${stride}`);
    const width = recording.x.length / frames, last = windows.at(-1)!;
    assertEquals(last.x.slice(-width), recording.x.slice(-width));
    for (const { id, group, category, frames: length } of windows) {
      assertEquals([recordingOf(id), group, category], [recording.id, "s1", recording.category]);
      assertEquals(length, Math.min(frames, window * 10));
    }
    assertEquals(cutter.warning !== undefined, frames < window * 10);
  }
});

Deno.test("A length that is no positive number, or a stride alone, is refused", () => {
  for (
    const bad of [{ window: 0 }, { window: NaN }, { window: 3, stride: -1 }, { stride: 1 }, {
      window: Infinity,
    }]
  ) {
    assertThrows(() => checkWindows(bad), UsageError);
  }
  checkWindows({ window: 3, stride: 1.5 });
  checkWindows({});
});

Deno.test("A window of fewer than 3 frames is refused, and so is a stride of less than one", () => {
  const recording = { ...randomClip(1, 30), fps: 10 };
  assertThrows(() => new WindowCutter({ window: 0.2 }).cut(recording), UsageError, "fewer than 3 frames");
  const close = new WindowCutter({ window: 1, stride: 0.01 });
  assertThrows(() => close.cut(recording), UsageError, "less than a frame at 10");
});

Deno.test("A data set that is cut keeps folds and groups by recording, and records how it was cut", () => {
  const ids = ["p1/01/001", "p1/02/001", "p2/01/001", "p2/02/001"];
  const files = Object.fromEntries(
    ids.map((id, i) => [`${id}/skeleton_pos.txt`, sbuText(i === 0 ? 10 : 60, i)]),
  );
  const folds = "clip,fold\n" + ids.map((id, i) => `${id},${i < 2 ? 1 : 2}`).join("\n");
  return withFolder({ ...files, "folds.csv": folds }, async (root) => {
    const dataset = await openDataset(root, { format: "sbu", window: 2, stride: 1 });
    const whole = await openDataset(root, { format: "sbu" });
    assertEquals([dataset.clips.length, dataset.treatments, dataset.hash], [
      1 + 3 * 3,
      ["window=2,stride=1"],
      whole.hash,
    ]);
    assertStringIncludes(
      dataset.warnings!.join(),
      "1 recording is shorter than the window of 2 s and kept whole",
    );
    for (const { id } of dataset.clips) assertEquals(dataset.folds.get(id), whole.folds.get(recordingOf(id)));
    const { train, test } = splitDataset(dataset, "fold:1", 0);
    const recordings = (clips: typeof train) => new Set(clips.map(({ id }) => recordingOf(id)));
    assert([...recordings(train)].every((id) => !recordings(test).has(id)));
    const byGroup = splitDataset(dataset, "fold:1/2", 0);
    assert([...recordings(byGroup.train)].every((id) => !recordings(byGroup.test).has(id)));
  });
});
