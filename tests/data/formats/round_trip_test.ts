/** One data set in all layouts of custom data: the same bits come back. */
import { assertEquals, assertRejects } from "@std/assert";
import { zipSync } from "fflate";
import { gzipSync } from "node:zlib";
import { DataError } from "../../../lib/core/errors.ts";
import type { Clip } from "../../../lib/data/clip.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";
import { getSkeleton } from "../../../lib/data/skeletons.ts";
import { generateDataset } from "../../../lib/data/synthetic/mod.ts";
import { asCsv, asParquet, describe, type Row, rows, stack, text } from "../../support/custom_fixtures.ts";

const skeleton = getSkeleton("sbu15");
const options = { seed: 3, clipsPerCategory: 2, categories: ["hug", "kick"], skeleton, fps: 15 };
const clips = generateDataset(options).map((clip, i): Clip => ({
  ...clip,
  id: `${clip.category}/c${i}`,
  group: `${clip.category}/c${i}`,
}));

/** One row a frame, of the columns `p1_head_x` and so on. */
const wide: Row[] = clips.flatMap(({ id, group, frames, x, y }) =>
  Array.from({ length: frames }, (_, t) => ({
    clip: id,
    frame: t,
    group,
    ...Object.fromEntries(
      [x, y].flatMap((values, i) =>
        Array.from(
          { length: 45 },
          (_, k) => [`p${i + 1}_${skeleton.joints[Math.floor(k / 3)]}_${"xyz"[k % 3]}`, values[t * 45 + k]],
        )
      ),
    ),
  }))
);
const long = rows(clips), pattern = { columns: { wide: "p{person}_{joint}_{axis}" } };
const semicolons = (table: readonly Row[], separator: string) =>
  text(new TextDecoder().decode(asCsv(table)).replaceAll(",", separator).replaceAll(".", ","));
const withBom = (bytes: Uint8Array) => Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes]);
const utf16 = (bytes: Uint8Array) => {
  const units = Uint16Array.from(`\ufeff${new TextDecoder().decode(bytes)}`, (unit) => unit.charCodeAt(0));
  return new Uint8Array(units.buffer);
};
const gzipped = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const each = (ending: string, content: (clip: Clip) => Uint8Array) =>
  Object.fromEntries(clips.map((clip) => [`${clip.id}.${ending}`, content(clip)]));

/** Files and further fields of the description of each layout. */
const SETS: Record<string, [layout: string, files: Record<string, Uint8Array>, fields?: object]> = {
  "csv": ["csv", { "t.csv": asCsv(long) }],
  "csv with a byte order mark": ["csv", { "t.csv": withBom(asCsv(long)) }],
  "csv in UTF-16": ["csv", { "t.csv": utf16(asCsv(long)) }],
  "csv with semicolons and decimal commas": ["csv", { "t.csv": semicolons(long, ";") }],
  "csv with tabs and decimal commas": ["csv", { "t.csv": semicolons(long, "\t") }],
  "csv.gz": ["csv", { "t.csv.gz": gzipped(asCsv(long)) }],
  "csv, wide": ["csv", { "t.csv": asCsv(wide) }, pattern],
  "parquet": ["parquet", { "t.parquet": asParquet(long, "zstd") }],
  "parquet, wide": ["parquet", { "t.parquet": asParquet(wide, "snappy") }, pattern],
  "npy": ["npy", each("npy", stack)],
  "npz": ["npz", each("npz", (clip) => zipSync({ "keypoint.npy": stack(clip) }))],
};

async function read(layout: string, files: Record<string, Uint8Array>, fields = {}) {
  const root = await Deno.makeTempDir();
  try {
    for (const [name, bytes] of Object.entries({ "iadnet.json": describe(layout, fields), ...files })) {
      await Deno.mkdir(`${root}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeFile(`${root}/${name}`, bytes);
    }
    return await openDataset(root, { format: "custom" });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

for (const [name, set] of Object.entries(SETS)) {
  Deno.test(`One data set comes back with the same bits in every layout: ${name}`, async () => {
    const dataset = await read(...set), expected = clips.toSorted((a, b) => a.id < b.id ? -1 : 1);
    const bitsOf = (values: Float32Array) => new Uint32Array(values.slice().buffer);
    const known = (
      { id, category, group, fps, frames, up, x, y }: Clip,
    ) => [id, category, group, fps, frames, up, bitsOf(x), bitsOf(y)];
    assertEquals(dataset.clips.map(known), expected.map(known));
    assertEquals([dataset.skipped, dataset.warnings], [[], undefined]);
  });
}

Deno.test("A gzip file that is damaged, or a bomb, is refused by its name", async () => {
  const good = gzipped(asCsv(long)), bomb = gzipped(new Uint8Array(60 * 2 ** 20).fill(44));
  await assertRejects(
    () => read("csv", { "t.csv.gz": good.slice(0, -9) }),
    DataError,
    "t.csv.gz: it cannot be expanded",
  );
  await assertRejects(
    () => read("csv", { "t.csv.gz": asCsv(long) }),
    DataError,
    "t.csv.gz: it cannot be expanded",
  );
  await assertRejects(
    () => read("csv", { "t.csv.gz": bomb }),
    DataError,
    "expand it yourself if you trust it",
  );
});
