/** The readers of text, BVH, NTU RGB+D and tables: exact values, exact limits, and the line, row or word of a fault. */
import { assertEquals, assertThrows } from "@std/assert";
import { readBvh } from "../../../lib/data/formats/bvh.ts";
import { parseDescription } from "../../../lib/data/formats/description.ts";
import { readLongTable } from "../../../lib/data/formats/long_table.ts";
import { parseNtuRecording } from "../../../lib/data/formats/ntu/text.ts";
import { getSkeleton } from "../../../lib/data/skeleton.ts";
import { readCsv, readTable } from "../../../lib/data/formats/table.ts";
import { writeNtuRecording } from "../../support/write_ntu.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { largestDifference } from "../../support/data_fixtures.ts";
import { asCsv, asParquet, BVH, describe, type Row, text } from "../../support/own_fixtures.ts";

/** The refusal of what throws one: its message, and its position. */
function refusal(read: () => unknown): [string, string | undefined] {
  const { message, position } = assertThrows(read, DataError);
  return [message, position];
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);
const bvh = (file: string) => readBvh(text(file), "a.bvh");

Deno.test("Joints of any BVH tree stand where their own and all rotations above them take them", () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed), count = 3 + random.integer(6), frames = 1 + random.integer(3);
    const number = () => Number(random.normal(0, 40).toFixed(3));
    const joints = range(count).map((joint) => ({
      parent: joint === 0 ? -1 : random.integer(joint),
      offset: [number(), number(), number()],
      channels: random.shuffle(["X", "Y", "Z"].flatMap((axis) => [`${axis}position`, `${axis}rotation`]))
        .slice(0, random.integer(7)),
    }));
    // The file goes through the tree depth first.
    const order: number[] = [];
    const write = (joint: number): string => {
      order.push(joint);
      const { offset, channels } = joints[joint];
      const below = range(count).filter((k) => joints[k].parent === joint).map((k) => `JOINT ${write(k)}`);
      const end = below.length > 0 ? "" : "End Site { OFFSET 1 2 3 }";
      return `j${joint} { OFFSET ${offset.join(" ")} CHANNELS ${channels.length} ${channels.join(" ")} ${
        below.join(" ")
      } ${end} }`;
    };
    const tree = write(0),
      values = range(frames).map(() => order.map((joint) => joints[joint].channels.map(number)));
    const skeleton = { ...getSkeleton("sbu15"), name: "tree", joints: order.map((joint) => `j${joint}`) };
    const file = `HIERARCHY ROOT ${tree} MOTION Frames: ${frames} Frame Time: 0.04\n${
      values.map((frame) => frame.flat().join(" ")).join("\n")
    }`;
    const read = readBvh(text(file), "a.bvh", skeleton);
    assertEquals([read.frames, read.fps, read.skeleton], [frames, 25, skeleton]);
    const expected = values.flatMap((frame) =>
      order.flatMap((joint) => {
        let place = [0, 0, 0];
        // Up the tree: the last rotation of a joint is the first that meets what hangs from it.
        for (let at = joint; at >= 0; at = joints[at].parent) {
          const { channels, offset } = joints[at], own = frame[order.indexOf(at)], moved = [...offset];
          for (let k = channels.length - 1; k >= 0; k--) {
            const a = "XYZ".indexOf(channels[k][0]), b = (a + 1) % 3, c = (a + 2) % 3;
            if (channels[k].endsWith("position")) moved[a] = own[k];
            else if (at !== joint) {
              const [cos, sin] = [Math.cos(own[k] / 180 * Math.PI), Math.sin(own[k] / 180 * Math.PI)];
              [place[b], place[c]] = [cos * place[b] - sin * place[c], sin * place[b] + cos * place[c]];
            }
          }
          place = place.map((value, axis) => value + moved[axis]);
        }
        return place;
      })
    );
    assertEquals(largestDifference(read.values, expected) < 1e-3, true, `seed ${seed}`);
  }
});

Deno.test("A fault of a BVH file is named with its word", () => {
  const words = BVH.trim().split(/\s+/), long = "x".repeat(41), cut = "x".repeat(40);
  const put = (at: number, word: string) => words.with(at, word).join(" ");
  const find = (word: string) => words.indexOf(word);
  const time = find("Time:") + 1, total = words.length;
  const cases: [string, string, number][] = [
    [put(0, long), `expected HIERARCHY, found ${cut}`, 1],
    [put(1, "JOINT"), "expected ROOT, found JOINT", 2],
    [put(3, "("), "expected {, found (", 4],
    [put(5, long), `expected a number, found ${cut}`, 6],
    [put(7, "Infinity"), "expected a number, found Infinity", 8],
    [put(find("JOINT"), long), `expected JOINT, End or }, found ${cut}`, find("JOINT") + 1],
    [put(find("Zrotation"), "Wrotation"), "unknown channel Wrotation", find("Yrotation") + 1],
    [put(find("Zrotation"), long), `unknown channel ${cut}`, find("Yrotation") + 1],
    [put(find("End") + 1, "Sit"), "expected Site, found Sit", find("End") + 2],
    [put(find("CHANNELS") + 1, "7"), "expected 0 to 6 channels, got 7", find("CHANNELS") + 2],
    [put(time, "0"), "the frame time must be positive, got 0", time + 1],
    [put(time - 3, "3"), "expected 3 frames of 21 values, found 42 values", time + 1],
    [put(time - 3, "0"), "expected 0 frames of 21 values, found 42 values", time + 1],
    [put(total - 1, long), `expected a number, found ${cut}`, total],
    [`${words.join(" ")} 7 8`, "expected its end after 2 frames, found more values", total + 1],
    [words.slice(0, 5).join(" "), "it ends too early", 6],
  ];
  for (const [file, why, word] of cases) {
    assertEquals(refusal(() => bvh(file)), [`Cannot read a.bvh: ${why}`, `word ${word}`]);
  }
  const chain = (joints: number) => {
    const tree = range(joints).map((k) => `j${k} { OFFSET 0 0 0 CHANNELS 0`).join(" JOINT ");
    return `HIERARCHY ROOT ${tree} ${"} ".repeat(joints)} MOTION Frames: 1 Frame Time: 1`;
  };
  const skeleton = { ...getSkeleton("sbu15"), name: "chain", joints: range(1000).map((k) => `j${k}`) };
  assertEquals(readBvh(text(chain(1000)), "a.bvh", skeleton).values, new Float32Array(3000));
  assertEquals(refusal(() => bvh(chain(1001)))[0], "Cannot read a.bvh: expected at most 1000 joints");
});

Deno.test("A skeleton is told from the names of a BVH file, whatever the case of left and right", () => {
  const small = BVH.replaceAll("Left", "left").replaceAll("Right", "right");
  assertEquals(bvh(small).skeleton.mirror, [0, 2, 1, 5, 4, 3]);
  assertEquals(bvh(small).skeleton, bvh(small).skeleton);
  // The first joint may be a hip of either side.
  const file =
    "HIERARCHY ROOT LeftHip { OFFSET 0 0 0 CHANNELS 0 JOINT RightHip { OFFSET 1 0 0 CHANNELS 0 } " +
    "JOINT RightArm { OFFSET 1 1 0 CHANNELS 0 } JOINT LeftArm { OFFSET 0 1 0 CHANNELS 0 } } " +
    "MOTION Frames: 1 Frame Time: 0.01";
  const { skeleton, fps, values } = bvh(file);
  assertEquals([skeleton.hips, skeleton.shoulders, skeleton.mirror, fps], [
    [0, 1],
    [3, 2],
    [1, 0, 3, 2],
    100,
  ]);
  assertEquals([...values], [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);
  const other = bvh(file.replace(/Left|Right/g, (side) => side === "Left" ? "Right" : "Left")).skeleton;
  assertEquals([other.hips, other.shoulders, other.mirror], [[1, 0], [2, 3], [1, 0, 3, 2]]);
  const [why] = refusal(() => bvh(BVH.replaceAll("Arm", "Elbow")));
  assertEquals(why, "Cannot read a.bvh: cannot tell its arm|shoulder; name a skeleton in the description");
});

const BODY = { id: "7", at: [0], joints: Float32Array.from({ length: 75 }, (_, k) => k / 4) };
const LINES = writeNtuRecording({ frames: 1, bodies: [BODY] }).trimEnd().split("\n");
const ntu = (lines: readonly string[]) => parseNtuRecording(text(lines.join("\n")), "a.skeleton");
const firstField = (field: string) => LINES.with(4, LINES[4].replace(/^\S+/, field));

Deno.test("A recording of NTU has at most 10,000 frames, 6 bodies in one, 100 in all, and ids of 20 digits", () => {
  assertEquals(ntu(["10000", ...Array(10_000).fill("0")]), { frames: 10_000, bodies: [] });
  const six = range(6).map((k) => ({ ...BODY, id: String(k + 1) }));
  assertEquals(ntu(writeNtuRecording({ frames: 1, bodies: six }).split("\n")).bodies, six);
  const hundred = range(100).map((k) => ({ ...BODY, id: String(k + 1), at: [k] }));
  assertEquals(ntu(writeNtuRecording({ frames: 100, bodies: hundred }).split("\n")).bodies, hundred);
  const named = (id: string) => ntu(LINES.with(2, LINES[2].replace(/^7/, id))).bodies[0].id;
  assertEquals(named("9".repeat(20)), "9".repeat(20));
  assertEquals(refusal(() => named("9".repeat(41))), [
    `Cannot parse line 3 of a.skeleton: expected the id of a body, got "${"9".repeat(40)}"`,
    "line 3",
  ]);
  assertThrows(() => named("9".repeat(21)), DataError, "expected the id of a body");
});

Deno.test("A position of NTU is at most 100 m away, and its digits are read exactly however many there are", () => {
  const read = (field: string) => ntu(firstField(field)).bodies[0].joints[0];
  for (const field of ["100", "-100", "1e2", "+7", "-0.5", "-.5", "5.", "-5", "0".repeat(37) + "2.5", "-0"]) {
    assertEquals(read(field), Math.fround(Number(field)), field);
  }
  for (const field of ["100.0001", "-100.0001"]) {
    assertEquals(refusal(() => read(field)), [
      `Cannot parse line 5 of a.skeleton: field 1 is more than 100 m from the sensor, got "${field}"`,
      "line 5",
    ]);
  }
  const long = "0".repeat(41);
  for (
    const field of [
      "1e",
      "--1",
      ".",
      "-",
      "1.2.3",
      "x".repeat(40),
      "1_0",
      "infinity",
      "5:",
      "5/",
      ":",
      "1.5:",
      "1.:",
      "1./",
      "5e1:",
    ]
  ) {
    assertEquals(refusal(() => read(field))[0].slice(35), `field 1 is not a finite number, got "${field}"`);
  }
  assertThrows(() => read(long), DataError, `got "${long.slice(0, 40)}"`);
  for (const [k, what] of [[1, "field 2"], [2, "field 3"]] as const) {
    const fields = LINES[10].split(" ").with(k, "x");
    assertEquals(refusal(() => ntu(LINES.with(10, fields.join(" ")))), [
      `Cannot parse line 11 of a.skeleton: ${what} is not a finite number, got "x"`,
      "line 11",
    ]);
  }
});

Deno.test("Blanks of any kind stand between fields and at the ends of lines, and what follows the last frame is named by its line", () => {
  const expected = ntu(LINES);
  for (
    const variant of [
      LINES.map((line) => `  ${line.replaceAll(" ", "  ")}\t `),
      LINES.map((line) => line.replaceAll(" ", "\t")),
    ]
  ) {
    assertEquals(ntu(variant.with(2, variant[2].trimStart())), expected);
  }
  assertEquals(ntu([...LINES, "", " \t", "\r", ""]), expected);
  for (
    const bytes of [[0xef, 0xbb, 0xbf], [0xef, 32, 32], [32, 0xbb, 32], [32, 32, 0xbf], [0xef, 0xbb, 32], [
      32,
      0xbb,
      0xbf,
    ]]
  ) {
    const marked = () =>
      parseNtuRecording(Uint8Array.from([...bytes, ...text(LINES.join("\n"))]), "a.skeleton");
    if (bytes.includes(32)) assertEquals(refusal(marked)[1], "line 1");
    else assertEquals(marked(), expected);
  }
  for (const blank of [0, 1, 3]) {
    const line = LINES.length + blank + 1, end = [...LINES, ...Array(blank).fill(" "), "x"];
    assertEquals(refusal(() => ntu(end)), [
      `Cannot parse line ${line} of a.skeleton: expected the end of the file after its last frame`,
      `line ${line}`,
    ]);
  }
  assertEquals(
    refusal(() => ntu(LINES.with(0, "x".repeat(50))))[0].slice(35),
    `expected the number of frames, 0 to 10000, got "${"x".repeat(40)}"`,
  );
  assertEquals(
    refusal(() => ntu(LINES.with(5, `${LINES[5]} 1 2`)))[0].slice(35),
    "expected 12 fields, got 14",
  );
  // A line that is wrong in two ways is said to be short: its fields are then not those that they seem to be.
  assertEquals(refusal(() => ntu(LINES.with(5, "x 1 2")))[0].slice(35), "expected 12 fields, got 3");
});

Deno.test("A byte order mark, empty lines and line ends of any system do not change a table", () => {
  const expected = new Map([["a", ["1", ""]], ["b", ["x,y", "é"]]]);
  const plain = 'a,b\n1,"x,y"\n,é\n';
  for (
    const table of [
      plain,
      `\ufeff${plain}`,
      plain.replaceAll("\n", "\r\n"),
      `\n${plain.replaceAll("\n", "\n\n")}\n\n`,
    ]
  ) {
    assertEquals(readCsv(text(table)), expected);
  }
  assertEquals(readTable(text(`\ufeff${plain}`), "t.csv", ["b"], ["a", "c" as "a"]), {
    b: ["x,y", "é"],
    a: ["1", ""],
  });
  assertEquals(readCsv(text("a,b\n")), new Map([["a", []], ["b", []]]));
  assertEquals(
    refusal(() => readTable(text(plain), "t.csv", ["a", "c", "d"]))[0],
    "Cannot read t.csv: expected the column c, found a, b",
  );
  assertThrows(() => readCsv(text("a,b,b,a\n")), Error, 'two columns have the name "b"');
});

/** Two clips of two frames that are mixed row by row; the rows are numbered from 1 on, without the line of names. */
const ROWS: readonly Row[] = range(2 * 2 * 2 * 15).map((i) => ({
  clip: i % 2 === 0 ? "b" : "a",
  frame: 5 + Math.floor(i / 60),
  person: Math.floor(i / 30) % 2 + 1,
  joint: Math.floor(i / 2) % 15,
  x: i,
  y: 200 - i,
  z: i / 4,
}));
const readRows = (rows: readonly Row[], layout = "csv", more = {}) =>
  readLongTable(
    layout === "csv" ? asCsv(rows) : asParquet(rows, "zstd"),
    "t",
    parseDescription(describe(layout, more), "d"),
  );

Deno.test("Rows of a table in any order come to the clip, frame, person, joint and axis that they name", () => {
  for (const layout of ["csv", "parquet"]) {
    const clips = readRows(new Random(3).shuffle([...ROWS]), layout, { units: "cm" });
    assertEquals(clips.map(({ id, frames, group, category }) => [id, frames, group, category]), [[
      "a",
      2,
      "a",
      "a",
    ], ["b", 2, "b", "b"]]);
    for (const { clip, frame, person, joint, ...place } of ROWS) {
      const { x, y } = clips[clip === "a" ? 0 : 1], at = ((Number(frame) - 5) * 15 + Number(joint)) * 3;
      const metres = [place.x, place.y, place.z].map((value) => Math.fround(Number(value) * 0.01));
      assertEquals([...(person === 1 ? x : y).subarray(at, at + 3)], metres);
    }
  }
});

Deno.test("A fault of a table is named with its row, behind the names of the columns", () => {
  const change = (at: number, more: Row) => () => readRows(ROWS.with(at, { ...ROWS[at], ...more }));
  const cases: [() => unknown, string, number | undefined][] = [
    [change(7, { clip: "" }), "a clip has no name", 8],
    [change(8, { frame: 7 }), "clip b: frame 7 is not one of 2 from 5 on", 9],
    [change(9, { frame: 5.5 }), "clip a: frame 5.5 is not one of 2 from 5 on", 10],
    [change(0, { frame: 4 }), "clip b: frame 6 is not one of 2 from 4 on", 61],
    [change(10, { person: 0 }), "clip b: person must be 1 or 2, got 0", 11],
    [change(10, { person: 3 }), "clip b: person must be 1 or 2, got 3", 11],
    [change(11, { joint: 15 }), "clip a: sbu15 has no joint 15", 12],
    [change(11, { joint: "-1" }), "clip a: sbu15 has no joint -1", 12],
    [change(12, { joint: 7 }), "clip b: joint 7 of person 1 is there twice in frame 5", 15],
    [change(118, { joint: 13 }), "clip b: joint 13 of person 2 is there twice in frame 6", 119],
    [change(43, { person: 1 }), "clip a: joint 6 of person 1 is there twice in frame 5", 44],
    [change(119, { y: "" }), "clip a: y of 14 of person 2 in frame 6 is NaN", 120],
    [change(118, { z: "1e39" }), "clip b: z of 14 of person 2 in frame 6 is Infinity", 119],
    [
      () => readRows(ROWS.slice(0, -1)),
      "clip a: expected 30 rows a frame, two people with 15 joints each, got 59 rows",
      undefined,
    ],
    [
      () => readRows(ROWS.map((row, i) => ({ ...row, category: i === 4 ? "kick" : "hug" }))),
      "clip b has two values of category",
      5,
    ],
    [
      () => readRows(ROWS.map((row, i) => ({ ...row, group: i > 90 ? "g2" : "g1" }))),
      "clip a has two values of group",
      92,
    ],
  ];
  for (const [read, why, row] of cases) {
    assertEquals(refusal(read), [`Cannot read t: ${why}`, row === undefined ? undefined : `row ${row}`]);
  }
});
