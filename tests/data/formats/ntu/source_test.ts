import { completeClip } from "../../../../lib/data/transforms/missing.ts";
import { countLost } from "../../../support/data_fixtures.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import type { Clip } from "../../../../lib/data/clip.ts";
import { openDataset } from "../../../../lib/data/open_dataset.ts";
import { openClipSource } from "../../../../lib/data/formats/registry.ts";
import { parseNtuClip } from "../../../../lib/data/formats/ntu/source.ts";
import {
  formatNtuName,
  NTU_CATEGORIES,
  NTU_MISSING,
  NTU_TRAINING_SUBJECTS,
  parseNtuName,
} from "../../../../lib/data/formats/ntu/names.ts";
import { choosePeople } from "../../../../lib/data/formats/ntu/people.ts";
import { type NtuBody, type NtuRecording, parseNtuRecording } from "../../../../lib/data/formats/ntu/text.ts";
import { KINECT25 } from "../../../../lib/data/skeletons.ts";
import { splitDataset } from "../../../../lib/data/split.ts";
import { generateDataset } from "../../../../lib/data/synthetic/mod.ts";
import { ntuRecording, writeNtu, writeNtuRecording } from "../../../support/write_ntu.ts";
import { DataError, UsageError } from "../../../../lib/core/errors.ts";
import { Random } from "../../../../lib/core/random.ts";
import { largestDifference, randomClip, withFolder } from "../../../support/data_fixtures.ts";

const WIDTH = 75;
const CLIPS = generateDataset({
  seed: 5,
  clipsPerCategory: 4,
  categories: ["handshake", "hug", "kick"],
  skeleton: KINECT25,
  groups: 4,
});
const NAMES = { id: "S001C001P001R001A058", category: "handshake", group: "P001" };
const encode = (recording: NtuRecording) => strToU8(writeNtuRecording(recording));
const parse = (text: string) => parseNtuRecording(strToU8(text), "a.skeleton");
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

/** A body that has these frames of a person. */
const cut = (id: string, joints: Float32Array, at: readonly number[]): NtuBody => ({
  id,
  at,
  joints: Float32Array.from(at.flatMap((t) => [...joints.subarray(t * WIDTH, (t + 1) * WIDTH)])),
});
/** Something that does not move much: joints within a box of these sizes, metres. */
function thing(id: string, at: readonly number[], width: number, height: number, jitter: number): NtuBody {
  const random = new Random(7);
  const base = Array.from({ length: 25 }, () => [random.uniform(0, width), random.uniform(0, height), 3])
    .flat();
  return {
    id,
    at,
    joints: Float32Array.from(at.flatMap(() => base.map((v) => v + random.normal(0, jitter)))),
  };
}

Deno.test("a recording written as .skeleton is read back bit for bit, with its ids, gaps and empty frames", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), { maxLength: 4 }),
      fc.integer({ min: 0, max: 1000 }),
      (frames, present, seed) => {
        const random = new Random(seed);
        const bodies = present.map((there, k): NtuBody => {
          const at = range(0, frames).filter((t) => there[t]);
          const joints = Float32Array.from(
            { length: at.length * WIDTH },
            () => random.chance(0.05) ? -0 : random.normal(0, 2) * 10 ** -random.integer(6),
          );
          return { id: String(72057594037944738n + BigInt(k)), at, joints };
        }).filter(({ at }) => at.length > 0);
        const { frames: read, bodies: found } = parseNtuRecording(encode({ frames, bodies }), "a.skeleton");
        assertEquals([read, found.length], [frames, bodies.length]);
        for (const body of bodies) assertEquals(found.find(({ id }) => id === body.id), body);
      },
    ),
    { numRuns: 200, seed: 4 },
  );
});

Deno.test("clips written as NTU RGB+D are read back bit for bit, from a folder, one above it, and a zip", () =>
  withFolder({}, async (root) => {
    const ids = await writeNtu(`${root}/top/nturgb+d_skeletons`, CLIPS);
    const files: Record<string, Uint8Array> = {};
    for (const id of ids) {
      const bytes = await Deno.readFile(`${root}/top/nturgb+d_skeletons/${id}.skeleton`);
      files[`nturgb+d_skeletons/${id}.skeleton`] = bytes;
    }
    await Deno.writeFile(`${root}/a.zip`, zipSync(files) as Uint8Array<ArrayBuffer>);
    const hashes: string[] = [];
    for (const path of ["top/nturgb+d_skeletons/", "top", "a.zip"]) {
      const { clips, hash } = await openDataset(`${root}/${path}`, { format: "ntu120" });
      assertEquals(clips.map((clip) => clip.id), ids.toSorted());
      for (const { id, group, ...clip } of clips) {
        const { id: _, group: written, ...rest } = CLIPS[ids.indexOf(id)];
        assertEquals([clip, Number(group.slice(1))], [rest, Number(written.slice(1))]);
      }
      hashes.push(hash);
    }
    assertEquals(hashes[2], hashes[1]);
  }));

Deno.test("ids are kept as they are written, though they are over 2^53", () => {
  const clip = CLIPS[0], all = range(0, clip.frames);
  const ids = ["72057594037944738", "72057594037944739"];
  assertEquals(Number(ids[0]), Number(ids[1]));
  const bodies = [cut(ids[0], clip.x, all), cut(ids[1], clip.y, all)];
  const read = parseNtuRecording(encode({ frames: clip.frames, bodies }), "a.skeleton");
  assertEquals(read.bodies.map(({ id }) => id), ids);
});

Deno.test("line ends, spaces and exponents do not change a recording", () => {
  const text = writeNtuRecording(ntuRecording(CLIPS[0])), expected = parse(text);
  for (
    const variant of [
      text.trimEnd(),
      text.replaceAll("\n", "\r\n"),
      text.replaceAll("\n", " \n"),
      text.replaceAll(" ", "\t "),
      `${text}\n \n`,
      `\ufeff${text}`,
      text.replace(/^(-?\d)\.(\d+) /gm, "$1$2e-$2 ").replace(/e-(\d+)/g, (_, digits) => `e-${digits.length}`),
    ]
  ) assertEquals(parse(variant), expected);
});

Deno.test("numbers are read as the language reads them", () => {
  const clip = CLIPS[0], one: NtuRecording = { frames: 1, bodies: [cut("1", clip.x, [0])] };
  const lines = writeNtuRecording(one).split("\n");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ min: -100, max: 100, noNaN: true }).map(String),
        fc.tuple(fc.integer({ min: -99, max: 99 }), fc.stringMatching(/^\d{0,18}$/)).map(([a, b]) =>
          `${a}.${b}`
        ),
        fc.stringMatching(/^-?\.\d{1,5}$/),
      ),
      (text) => {
        lines[4] = `${text} 1 2${lines[4].split(" ").slice(3).map((field) => ` ${field}`).join("")}`;
        assertEquals(parse(lines.join("\n")).bodies[0].joints[0], Math.fround(Number(text)));
      },
    ),
    { numRuns: 1000, seed: 6 },
  );
});

Deno.test("frames without bodies at either end are left out; in gaps joints are missing", () => {
  const clip = CLIPS[1], n = clip.frames;
  const bodies = [
    cut("1", clip.x, range(3, n - 4)),
    cut("2", clip.y, range(5, n - 4).filter((t) => t < 10 || t >= 14)),
  ];
  const people = choosePeople({ frames: n, bodies }, "a.skeleton");
  assertEquals([people.frames, countLost(people)], [n - 7, (2 + 4) * 25]);
  assertEquals(people.x, clip.x.slice(3 * WIDTH, (n - 4) * WIDTH));
  for (const t of range(3, n - 4)) {
    const isThere = t >= 5 && (t < 10 || t >= 14), at = (t - 3) * WIDTH;
    const expected = isThere ? clip.y.slice(t * WIDTH, (t + 1) * WIDTH) : new Float32Array(WIDTH).fill(NaN);
    assertEquals(people.y.slice(at, at + WIDTH), expected);
  }
});

Deno.test("a person who vanishes and returns is one person, under the same id or a new one", () => {
  const clip = CLIPS[2], n = clip.frames, gap = range(0, n).filter((t) => t < 20 || t >= 24);
  const late = range(24, n);
  const whole = cut("2", clip.y, range(0, n));
  const same = choosePeople({ frames: n, bodies: [cut("1", clip.x, gap), whole] }, "a");
  const renamed = choosePeople(
    { frames: n, bodies: [cut("1", clip.x, range(0, 20)), whole, cut("3", clip.x, late)] },
    "a",
  );
  assertEquals(renamed, same);
  assertEquals([same.frames, countLost(same)], [n, 4 * 25]);
  assertEquals(same.y, clip.y);
});

Deno.test("ghosts, furniture and bystanders are left out, whatever slot they stand in", () => {
  const clip = CLIPS[3], n = clip.frames, all = range(0, n);
  const x = cut("10", clip.x, all), y = cut("11", clip.y, all);
  const ghosts = [
    thing("20", range(4, 12), 0.4, 1.7, 3), // a flash of 8 frames
    thing("21", all, 1.5, 0.6, 2), // wide and trembling: a chair
    thing("22", all, 0.4, 1.7, 0.001), // someone who stands by
  ];
  const expected = { frames: n, x: clip.x, y: clip.y };
  for (const ghost of ghosts) {
    for (const bodies of [[ghost, x, y], [x, ghost, y], [x, y, ghost]]) {
      assertEquals(choosePeople({ frames: n, bodies }, "a"), expected);
    }
  }
  assertEquals(choosePeople({ frames: n, bodies: [ghosts[2], x, ghosts[1], y] }, "a"), expected);
});

Deno.test("a recording of fewer than two people is refused, and skipped by a lenient import", () =>
  withFolder({}, async (root) => {
    const { frames, bodies } = ntuRecording(CLIPS[0]);
    const cases: NtuRecording[] = [
      { frames: 0, bodies: [] },
      { frames: 9, bodies: [] },
      { frames, bodies: bodies.slice(1) },
      { frames, bodies: [bodies[0], cut("9", CLIPS[0].y, range(0, 11))] },
    ];
    for (const recording of cases) {
      const error = assertThrows(() => parseNtuClip(encode(recording), "a.skeleton", NAMES), DataError);
      assert(/expected two people, found [01] in/.test(error.message), error.message);
    }
    const ids = await writeNtu(root, CLIPS);
    await Deno.writeTextFile(`${root}/${ids[0]}.skeleton`, writeNtuRecording(cases[2]));
    const { clips, skipped } = await openDataset(root, { format: "ntu120", lenient: true });
    assertEquals([clips.length, skipped.length, skipped[0].file], [
      CLIPS.length - 1,
      1,
      `${root}/${ids[0]}.skeleton`,
    ]);
    await assertRejects(() => openDataset(root, { format: "ntu120" }), DataError, "expected two people");
  }));

Deno.test("a wrong line is refused with its file and number", () => {
  const good = writeNtuRecording(ntuRecording(CLIPS[0])).trimEnd().split("\n");
  const change = (line: number, to: (old: string) => string) =>
    good.map((old, i) => i === line - 1 ? to(old) : old).join("\n");
  const cases: [number, string, string][] = [
    [1, change(1, () => "x"), 'expected the number of frames, 0 to 10000, got "x"'],
    [1, change(1, () => "100000000"), "expected the number of frames"],
    [1, change(1, () => "2.5"), "expected the number of frames"],
    [2, change(2, () => "7"), 'expected the number of bodies, 0 to 6, got "7"'],
    [2, change(2, () => "2 2"), "expected the number of bodies"],
    [3, change(3, (old) => `-${old}`), "expected the id of a body"],
    [3, change(3, (old) => old.slice(0, -2)), "expected 10 fields, got 9"],
    [4, change(4, () => "24"), 'expected the number of joints, 25, got "24"'],
    [5, change(5, (old) => old.slice(0, -2)), "expected 12 fields, got 11"],
    [6, change(6, (old) => `${old} 1`), "expected 12 fields, got 13"],
    [7, change(7, () => ""), "expected 12 fields, got 1"],
    [8, change(8, (old) => old.replace(/^\S+/, "abc")), 'field 1 is not a finite number, got "abc"'],
    [9, change(9, (old) => old.replace(/^\S+/, "-inf")), "field 1 is not a finite number"],
    [9, change(9, (old) => old.replace(/^\S+/, "1e999")), "field 1 is not a finite number"],
    [10, change(10, (old) => old.replace(/^\S+/, "1723")), "field 1 is more than 100 m from the sensor"],
    [good.length, good.slice(0, -1).join("\n"), "the file ends before its last frame"],
    [good.length + 1, `${good.join("\n")}\n2\n`, "expected the end of the file"],
    [1, "", "the file ends before its last frame"],
  ];
  const twice = good.join("\n").replaceAll(
    ntuRecording(CLIPS[0]).bodies[1].id,
    ntuRecording(CLIPS[0]).bodies[0].id,
  );
  const many = {
    frames: 101,
    bodies: range(0, 101).map((t) => cut(String(t + 1), CLIPS[0].x, [0])).map((body, t) => ({
      ...body,
      at: [t],
    })),
  };
  cases.push([100 * 28 + 3, writeNtuRecording(many), "expected at most 100 bodies"]);
  cases.push([30, twice, "occurs twice in frame 0"]);
  for (const [line, text, expected] of cases) {
    const error = assertThrows(() => parse(text), DataError, expected);
    assertEquals([error.message.slice(0, 27), error.position], [
      "Cannot parse line " + `${line} of a.skeleton`.slice(0, 9),
      `line ${line}`,
    ]);
  }
});

Deno.test("a joint that is NaN, or zero in all three coordinates, is missing; a body of such joints is not there", () => {
  const text = writeNtuRecording(ntuRecording(CLIPS[0])).split("\n");
  text[4 + 56] = text[4 + 56].replace(/^\S+ \S+ \S+/, "nan NaN nan");
  text[5 + 56] = text[5 + 56].replace(/^\S+ \S+ \S+/, "0 0.000 -0");
  text[6 + 56] = text[6 + 56].replace(/^\S+ \S+/, "0 0");
  const clip = parseNtuClip(strToU8(text.join("\n")), "a.skeleton", NAMES);
  assertEquals(countLost(clip), 2);
  const mended = completeClip(clip, "a.skeleton", { missing: "interpolate" });
  assertEquals(mended.interpolated, 2);
  assert(largestDifference(mended.y, CLIPS[0].y) === 0);

  const n = CLIPS[0].frames, zeros = cut("1", CLIPS[0].x, range(0, n));
  zeros.joints.fill(0, 10 * WIDTH, 20 * WIDTH);
  const whole = cut("2", CLIPS[0].y, range(0, n));
  const lost = choosePeople({ frames: n, bodies: [zeros, whole] }, "a");
  assertEquals(
    lost,
    choosePeople({
      frames: n,
      bodies: [cut("1", CLIPS[0].x, range(0, n).filter((t) => t < 10 || t >= 20)), whole],
    }, "a"),
  );
});

Deno.test("only the mutual actions of one camera are listed, without those whose skeletons are missing", async () => {
  const text = writeNtuRecording(ntuRecording(CLIPS[0]));
  const names = [
    "S001C001P001R001A050",
    "S001C002P001R001A050",
    "S001C001P001R001A049",
    "S002C001P003R002A120",
    "S003C001P019R001A055",
  ];
  const files = Object.fromEntries(names.map((name) => [`${name}.skeleton`, text]));
  await withFolder({ ...files, "a.txt": "", "S1C1.skeleton": "" }, async (root) => {
    const source = await openClipSource(root, "ntu120");
    assertEquals(source.entries.map(({ id, category, group }) => [id, category, group]), [
      ["S001C001P001R001A050", "punch", "P001"],
      ["S002C001P003R002A120", "rock-paper-scissors", "P003"],
    ]);
    assertEquals(source.excluded?.map(({ reason }) => reason.replace(root, "ROOT")), [
      "Left out ROOT/S003C001P019R001A055.skeleton: the authors list its skeletons as incomplete",
      "Left out 1 clips of ROOT: of actions of one person",
      "Left out 1 clips of ROOT: of other cameras than 1",
      "Left out ROOT/S1C1.skeleton: it is not SsssCcccPpppRrrrAaaa.skeleton",
    ]);
    assertEquals((await openClipSource(root, "ntu120", { camera: 2 })).entries.length, 1);
    await assertRejects(
      () => openClipSource(root, "ntu120", { camera: 3 }),
      DataError,
      "found S001C001P001R001A049",
    );
    await assertRejects(
      () => openClipSource(root, "ntu120", { camera: 4 }),
      UsageError,
      "expected 1, 2 or 3",
    );
    await Deno.mkdir(`${root}/b`);
    await Deno.writeTextFile(`${root}/b/S001C001P001R001A050.skeleton`, text);
    await assertRejects(() => openClipSource(root, "ntu120"), DataError, "exists twice");
  });
});

Deno.test("cross-subject trains on the protocol's subjects, cross-setup on even set-ups", () =>
  withFolder({}, async (root) => {
    // 12 clips of one performer and action come to replications 1 and 2 of set-ups 1 to 6.
    const same = CLIPS.map((clip) => ({ ...clip, category: "handshake" }));
    await writeNtu(
      root,
      [1, 2, 3, 6].flatMap((group) => same.map((clip) => ({ ...clip, group: `g${group}` }))),
    );
    const dataset = await openDataset(root, { format: "ntu120" });
    const sides = (split: string, from: number, to: number) => {
      const { train, test } = splitDataset(dataset, split, 0);
      return [train, test].map((
        clips,
      ) => [clips.length, ...new Set(clips.map(({ id }) => id.slice(from, to)))]);
    };
    assertEquals(sides("cross-subject", 8, 12), [[24, "P001", "P002"], [24, "P003", "P006"]]);
    assertEquals(sides("cross-setup", 0, 4), [[24, "S002", "S004", "S006"], [24, "S001", "S003", "S005"]]);
    assertThrows(() => splitDataset(dataset, "paper", 0), UsageError, "known are cross-subject, cross-setup");
  }));

Deno.test("the names of NTU RGB+D 120 are those of its protocol", () => {
  assertEquals([NTU_CATEGORIES.size, NTU_TRAINING_SUBJECTS.size, NTU_MISSING.size], [26, 53, 96]);
  const missing = [...NTU_MISSING].map((name) => parseNtuName(name)!);
  assertEquals(missing.filter(({ camera }) => camera === 1).length, 21);
  assert(missing.every(({ action }) => NTU_CATEGORIES.has(action)));
  assertEquals([...NTU_MISSING].map((name) => formatNtuName(parseNtuName(name)!)), [...NTU_MISSING]);
  assertEquals(new Set([...NTU_CATEGORIES.values()].map(([category]) => category)).size, 26);
  assertEquals(parseNtuName("S001C001P001R001A58"), undefined);
});

Deno.test("a clip that does not fit NTU RGB+D is not written", async () => {
  const bad: Clip[] = [randomClip(0), { ...CLIPS[0], fps: 15 }, { ...CLIPS[0], category: "dance" }, {
    ...CLIPS[0],
    group: "x",
  }];
  for (const clip of bad) {
    await withFolder({}, (root) => assertRejects(() => writeNtu(root, [clip]), UsageError).then(() => {}));
  }
});
