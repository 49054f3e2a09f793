import { assertEquals, assertThrows } from "@std/assert";
import { Catalogue } from "../../lib/data/catalogue.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { UsageError } from "../../lib/core/errors.ts";
import { randomClip } from "../support/data_fixtures.ts";

const CATEGORIES = ["hug", "kick"];

function dataset(count = 10): Dataset {
  const clips = Array.from({ length: count }, (_, i) => ({
    ...randomClip(i, 3 * (i + 1)),
    id: `clip${i}`,
    category: CATEGORIES[i % 2],
  }));
  return {
    format: "test",
    clips,
    folds: new Map(clips.slice(0, -1).map((clip, i) => [clip.id, i % 3 + 1])),
    skipped: [{ file: "a/bad.txt", position: "line 4", reason: "Cannot parse line 4" }],
    hash: "",
    categories: CATEGORIES,
  };
}

Deno.test("a catalogue has one plain row a clip", () => {
  const data = dataset(), rows = Catalogue.of(data).rows();
  assertEquals(rows.length, 10);
  assertEquals({ ...rows[3] }, {
    clip: "clip3",
    category: "kick",
    group: "g3",
    fold: 1,
    fps: 15,
    frames: 12,
    seconds: 0.8,
    skeleton: "sbu15",
  });
  assertEquals(rows[9].fold, null);
});

Deno.test("counts and filters agree with a loop over the clips", () => {
  const data = dataset(), catalogue = Catalogue.of(data);
  assertEquals(
    catalogue.count("category").map((row) => ({ ...row })),
    CATEGORIES.map((category) => ({
      category,
      count: data.clips.filter((clip) => clip.category === category).length,
    })),
  );
  for (const fold of [1, 2, 3]) {
    const expected = data.clips.filter((clip) => clip.category === "hug" && data.folds.get(clip.id) === fold);
    const found = catalogue.filter({ category: "hug", fold });
    assertEquals(found.rows().map((row) => row.clip), expected.map((clip) => clip.id));
    assertEquals(found.size, expected.length);
  }
  assertEquals(catalogue.filter({ fold: null }).rows().map((row) => row.clip), ["clip9"]);
  assertEquals(catalogue.filter({ category: "none" }).size, 0);
  assertEquals(catalogue.filter({}).size, 10);
  assertThrows(() => catalogue.filter({ colour: 1 }), UsageError, "known are clip, category");
  assertThrows(() => catalogue.count("colour"), UsageError, "colour");
});

Deno.test("scores join by clip, whatever their order, and clips without a score are dropped", () => {
  const catalogue = Catalogue.of(dataset());
  const scores = [7, 2, 5].map((i) => ({ clip: `clip${i}`, score: i / 4, anomalous: i > 4 }));
  const rows = catalogue.join(scores).rows();
  assertEquals(rows.map(({ clip, score, anomalous }) => [clip, score, anomalous]), [
    ["clip2", 0.5, false],
    ["clip5", 1.25, true],
    ["clip7", 1.75, true],
  ]);
  const mean = catalogue.join(scores).summary("score", "category").map((row) => ({ ...row }));
  assertEquals(mean, [
    { category: "hug", mean: 0.5, low: 0.5, high: 0.5 },
    { category: "kick", mean: 1.5, low: 1.25, high: 1.75 },
  ]);
  assertThrows(() => catalogue.join([]), UsageError, "empty");
});

Deno.test("whole scores, a missing score and a first score without a fraction keep their values in a join", () => {
  const catalogue = Catalogue.of(dataset());
  const scores = [{ clip: "clip0", score: 1 }, { clip: "clip1", score: 2.75 }, {
    clip: "clip2",
    score: null,
  }];
  assertEquals(catalogue.join(scores).rows().map((row) => row.score), [1, 2.75, null]);
});

Deno.test("an empty catalogue has its columns and no rows", () => {
  const empty = Catalogue.of({ ...dataset(), clips: [] });
  assertEquals([empty.size, empty.rows(), empty.count("category")], [0, [], []]);
  assertEquals(empty.columns, ["clip", "category", "group", "fold", "fps", "frames", "seconds", "skeleton"]);
});
