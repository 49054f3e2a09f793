import { completeClip } from "../../../../lib/data/transforms/missing.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { zipSync } from "fflate";
import { parseSbuClip, SBU_CATEGORIES, sbuClipId } from "../../../../lib/data/formats/sbu/clip.ts";
import { openDataset } from "../../../../lib/data/open_dataset.ts";
import { KINECT25, SBU15 } from "../../../../lib/data/skeletons.ts";
import { generateDataset } from "../../../../lib/data/synthetic/mod.ts";
import { writeSbu, writeSbuClip } from "../../../support/write_sbu.ts";
import { DataError, UsageError } from "../../../../lib/core/errors.ts";
import { exists, randomClip, SBU, sbuLine, sbuText, withFolder } from "../../../support/data_fixtures.ts";

const FILE = "data/p01/03/001/skeleton_pos.txt", ID = "p01/03/001";
const parse = (text: string) => parseSbuClip(text, FILE, ID);

Deno.test("an SBU line becomes metres with y up, person 1 before person 2", () => {
  const { x, y, frames, fps, skeleton, up, id, group, category } = parse(sbuLine(1, (field) => field / 100));
  assertEquals([frames, fps, skeleton, up], [1, 15, SBU15, "y"]);
  assertEquals([id, group, category], [ID, "p01", "kicking"]);
  const metres = (field: number) => [
    (1280 - 2560 * field / 100) / 1000,
    (960 - 1920 * (field + 1) / 100) / 1000,
    (field + 2) / 100 * 10000 / 7.8125 / 1000,
  ];
  for (let joint = 0; joint < 15; joint++) {
    for (let k = 0; k < 3; k++) {
      assertAlmostEquals(x[joint * 3 + k], metres(1 + joint * 3)[k], 1e-6);
      assertAlmostEquals(y[joint * 3 + k], metres(46 + joint * 3)[k], 1e-6);
    }
  }
});

Deno.test("line ends, a byte order mark, spaces and blank lines at the end do not change an SBU clip", () => {
  const text = sbuText(3), clip = parse(text);
  const decode = (content: string) => new TextDecoder().decode(new TextEncoder().encode(content));
  assertEquals(parse(text.trimEnd()), clip);
  assertEquals(parse(text.replaceAll("\n", "\r\n")), clip);
  assertEquals(parse(text + "\n \n"), clip);
  assertEquals(parse(decode("\ufeff" + text)), clip);
  assertEquals(parse(text.replaceAll(",", ", ")), clip);
});

Deno.test("a wrong SBU line is refused with its file and line", () => {
  const good = sbuText(4).trimEnd().split("\n");
  const cases: [string, (line: string) => string, string][] = [
    ["90 fields", (line) => line.slice(0, line.lastIndexOf(",")), "expected 91 fields, got 90"],
    ["92 fields", (line) => line + ",1", "expected 91 fields, got 92"],
    ["blank line", () => "", "expected 91 fields, got"],
    ["NaN", (line) => line.replace(/,[^,]*/, ",NaN"), 'field 2 is not a finite number, got "NaN"'],
    ["infinity", (line) => line.replace(/,[^,]*/, ",-inf"), "field 2 is not a finite number"],
    ["Infinity", (line) => line.replace(/,[^,]*/, ",Infinity"), "field 2 is not a finite number"],
    ["empty field", (line) => line.replace(/,[^,]*/, ","), "field 2 is not a finite number"],
    ["word", (line) => line.replace(/[^,]*$/, "abc"), "field 91 is not a finite number"],
    ["no frame number", (line) => line.replace(/^[^,]*/, "x"), "field 1 is not a finite number"],
    ["millimetres", (line) => line.replace(/,[^,]*/, ",1723.5"), "field 2"],
    ["overflow", (line) => line.replace(/,[^,]*/, ",1e300"), "field 2"],
  ];
  for (const [name, damage, expected] of cases) {
    const text = good.map((line, i) => i === 2 ? damage(line) : line).join("\n");
    const error = assertThrows(() => parse(text), DataError, expected);
    assert(error.message.startsWith(`Cannot parse line 3 of ${FILE}: `), `${name}: ${error.message}`);
    assertEquals([error.file, error.position, error.exitCode], [FILE, "line 3", 2]);
  }
  for (const empty of ["", "\n", " \r\n\n"]) assertThrows(() => parse(empty), DataError, "empty");
});

Deno.test("a file cut anywhere inside its last line's 91 fields is refused", () => {
  const text = sbuText(3).trimEnd(), lastLine = text.lastIndexOf("\n") + 1, lastField = text.lastIndexOf(",");
  for (let end = lastLine + 1; end <= lastField; end++) {
    assertEquals(assertThrows(() => parse(text.slice(0, end)), DataError).position, "line 3");
  }
});

Deno.test("a category folder that SBU does not have is refused", () => {
  for (const folder of ["09", "1", "constructor", ""]) {
    assertThrows(() => parseSbuClip(sbuText(1), FILE, `p01/${folder}/001`), DataError, "01 to 08");
  }
  assertEquals(Object.keys(SBU_CATEGORIES).length, 8);
  assertEquals(sbuClipId("p01/02/001/skeleton_pos.txt"), "p01/02/001");
  assertEquals(sbuClipId("p01/02/001/rgb.txt"), undefined);
  assertEquals(sbuClipId("p01/02/skeleton_pos.txt"), undefined);
});

Deno.test("frames stand in the order of their numbers; one that comes twice is refused, a missing one follows the policy", () => {
  const lines = sbuText(12, 3).trimEnd().split("\n"),
    read = (text: string[], missing?: "interpolate") =>
      completeClip(parse(text.join("\n")), FILE, { missing });
  const clip = read(lines);
  assertEquals(read([...lines].reverse()), clip);
  assertThrows(() => read([...lines, lines[4]]), DataError, "frame 5 exists twice");
  const holed = lines.filter((_, i) => i < 4 || i > 8);
  assertThrows(() => read(holed), DataError, "both people are missing in frame 5");
  const filled = read(holed, "interpolate");
  assertEquals([filled.frames, filled.interpolated], [12, 5 * 30]);
  assertEquals(filled.x.subarray(9 * 45), clip.x.subarray(9 * 45));
  assertThrows(() => parse(lines[0].replace(/^1/, "1.5")), DataError, "field 1 is not a whole number");
  const every = read(lines.filter((_, i) => i % 3 === 0));
  assertEquals([every.frames, every.fps, every.frameStep], [4, 5, 3]);
});

Deno.test("a joint with three zeros is one that the sensor did not see", () => {
  const lines = sbuText(12, 3).trimEnd().split("\n").map((line) => line.split(","));
  lines[6].splice(1 + 3 * 17, 3, "0.0", "0", "0.000");
  lines[8].splice(1 + 3 * 17, 2, "0", "0");
  const text = lines.map((line) => line.join()).join("\n");
  assertThrows(
    () => completeClip(parse(text), FILE),
    DataError,
    "torso of person 2 is missing in frame 7 (1 joint",
  );
  assertEquals(completeClip(parse(text), FILE, { missing: "interpolate" }).interpolated, 1);
});

Deno.test("whatever is done to an SBU file, reading it gives a clip or a DataError that names the file", () => {
  const base = sbuText(3, 1);
  const junk = fc.oneof(
    fc.constantFrom(
      "\n",
      ",",
      "-",
      ".",
      "e9",
      "NaN",
      "\0",
      "\u2028",
      "1e400",
      "0x",
      " ",
      "\t",
      "\r",
      "\u00e9",
      '"',
    ),
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.double().map(String),
  );
  const edit = fc.record({ at: fc.nat(base.length), cut: fc.oneof(fc.nat(8), fc.nat(900)), insert: junk });
  let clips = 0, errors = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let text = base;
      for (const { at, cut, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + cut);
      try {
        const clip = completeClip(parse(text), FILE);
        assert(clip.frames >= 1 && clip.x.length === clip.frames * 45 && clip.y.length === clip.x.length);
        assert(clip.x.every(Number.isFinite) && clip.y.every(Number.isFinite));
        clips++;
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        assert(error.file === FILE && error.message.includes(FILE));
        errors++;
      }
    }),
    { numRuns: 5000, seed: 7 },
  );
  assert(clips > 50 && errors > 500, `the mutations are one-sided: ${clips} clips, ${errors} errors`);
});

Deno.test("clips written as SBU are read back bit for bit", () =>
  withFolder({}, async (root) => {
    const clips = generateDataset({ seed: 1, clipsPerCategory: 5, categories: ["kick", "punch"], fps: 15 })
      .map((clip) => ({ ...clip, category: clip.category === "kick" ? "kicking" : "punching" }));
    const ids = await writeSbu(root, clips);
    const dataset = await openDataset(root, { format: "sbu" });
    assertEquals(dataset.clips.map((clip) => clip.id), ids.toSorted());
    for (const { id, ...clip } of dataset.clips) {
      const { id: _, group, ...written } = clips[ids.indexOf(id)];
      assertEquals(clip, { ...written, group: group.replace("g", "p") });
    }
    await assertRejects(
      () => writeSbu(root, [{ ...clips[0], category: "kick" }]),
      UsageError,
      "category kick",
    );
    await assertRejects(
      () => writeSbu(root, [randomClip(0, 3, KINECT25)]),
      UsageError,
      "expected skeleton sbu15",
    );
    await assertRejects(() => writeSbu(root, [{ ...clips[0], group: "all" }]), UsageError, "has no number");
  }));

Deno.test({
  name: "the real SBU release: writing what was read gives the same text (needs ../shared/data/sbu)",
  ignore: !exists(SBU),
  fn: async () => {
    const { clips } = await openDataset(SBU, { format: "sbu" });
    for (const clip of clips) {
      assertEquals(writeSbuClip(clip), await Deno.readTextFile(`${SBU}/${clip.id}/skeleton_pos.txt`));
    }
  },
});

Deno.test({
  name: `every recorded clip equals an independent numpy reading within 1e-6 m (needs ${SBU})`,
  ignore: !exists(SBU),
  fn: async () => {
    type Sums = [number, [number, number][][]];
    const expected: Record<string, Sums> = JSON.parse(
      await Deno.readTextFile(new URL("../../../fixtures/sbu.json", import.meta.url)),
    );
    const { clips } = await openDataset(SBU, { format: "sbu" });
    assertEquals(clips.map(({ id }) => id), Object.keys(expected).sort());
    for (const { id, frames, x, y } of clips) {
      assertEquals(frames, expected[id][0]);
      [x, y].forEach((person, p) => {
        for (let axis = 0; axis < 3; axis++) {
          let mean = 0, weighed = 0;
          for (let k = 0; k < frames * 15; k++) {
            mean += person[k * 3 + axis] / (frames * 15);
            weighed += person[k * 3 + axis] * Math.sin(k * 0.7) / (frames * 15);
          }
          assertAlmostEquals(mean, expected[id][1][p][axis][0], 1e-6, id);
          assertAlmostEquals(weighed, expected[id][1][p][axis][1], 1e-6, id);
        }
      });
    }
  },
});

Deno.test("SBU is read from a zip file as from the folder", async () => {
  await withFolder({}, async (root) => {
    const clips = generateDataset({
      seed: 0,
      clipsPerCategory: 2,
      categories: ["hug"],
      skeleton: SBU15,
      fps: 15,
    });
    await writeSbu(`${root}/data`, clips.map((clip) => ({ ...clip, category: "hugging" })));
    const folder = await openDataset(`${root}/data`, { format: "sbu" });
    const files: Record<string, Uint8Array> = {};
    for (const { id } of folder.clips) {
      files[`${id}/skeleton_pos.txt`] = await Deno.readFile(`${root}/data/${id}/skeleton_pos.txt`);
    }
    await Deno.writeFile(`${root}/data.zip`, zipSync(files));
    const zipped = await openDataset(`${root}/data.zip`, { format: "sbu" });
    assertEquals(zipped.clips, folder.clips);
    assertEquals(zipped.hash, folder.hash);
  });
});
