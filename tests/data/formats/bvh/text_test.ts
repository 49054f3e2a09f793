/** The text of BVH files: spellings that other readers accept, exact limits, and the line of a fault. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DataError } from "../../../../lib/core/errors.ts";
import { readBvh } from "../../../../lib/data/formats/bvh/motion.ts";
import { parseBvh } from "../../../../lib/data/formats/bvh/text.ts";
import { getSkeleton } from "../../../../lib/data/skeletons.ts";
import { BVH, text } from "../../../support/custom_fixtures.ts";

const range = (count: number) => Array.from({ length: count }, (_, k) => k);
const parse = (file: string) => parseBvh(text(file), "a.bvh");
/** The refusal of a file: its message without the file's name, and its position. */
const refusal = (file: string) => {
  const { message, position } = assertThrows(() => parse(file), DataError);
  return [message.replace("Cannot read a.bvh: ", ""), position];
};

Deno.test("Case, blanks, line ends and names of end sites change nothing", () => {
  const spellings: Record<string, (file: string) => string> = {
    "lower case": (file) =>
      file.replace(/HIERARCHY|ROOT|JOINT|OFFSET|CHANNELS|MOTION/g, (word) => word.toLowerCase()),
    "channels in other cases": (file) =>
      file.replaceAll("Zrotation", "ZROTATION").replaceAll("Xposition", "XPosition"),
    "End site": (file) => file.replaceAll("End Site", "End site"),
    "END SITE": (file) => file.replaceAll("End Site", "END SITE"),
    "named end site": (file) => file.replaceAll("End Site", "End Site Toe End"),
    "Frame time": (file) => file.replace("Frame Time:", "Frame time:"),
    "FRAMES": (file) => file.replace("Frames:", "FRAMES:").replace("Frame Time:", "FRAME TIME:"),
    "no blank": (file) => file.replace("Frames: ", "Frames:").replace("Frame Time: ", "Frame Time:"),
    "a blank before the colon": (file) => file.replace("Frames:", "Frames :").replace("Time:", "Time :"),
    "one word": (file) => file.replace("Frame Time:", "FrameTime:"),
    "a brace on the line": (file) => file.replace(/\n\s*\{/g, "{"),
    "braces without lines": (file) => file.replace(/\s*([{}])\s*/g, "$1"),
    "Windows": (file) => file.replaceAll("\n", "\r\n"),
    "old Mac": (file) => file.replaceAll("\n", "\r"),
    "a mark of UTF-8": (file) => `\uFEFF${file}`,
    "tabs": (file) => file.replaceAll("  ", "\t"),
    "one line": (file) => file.replace(/\s+/g, " "),
    "blank lines": (file) => file.replaceAll("\n", "\n\n"),
    "exponents": (file) => file.replace("\n5 100", "\n5e0 +1.0E+02"),
    "scales of 1": (file) =>
      file.replace("6 Xposition", "9 Xscale Yscale ZScale Xposition").replace("\n0 100", "\n1 1 1 0 100")
        .replace("\n5 100", "\n1 1.0 1e0 5 100"),
    "no channels": (file) =>
      file.replace(/CHANNELS 3 Zrotation Xrotation Yrotation(?=\s*\}\s*\}\s*MOTION)/, "")
        .replace(/^([05] 100.*) 0 0 0$/gm, "$1"),
  };
  const { values, skeleton } = readBvh(text(BVH), "a.bvh");
  for (const [what, change] of Object.entries(spellings)) {
    const file = change(BVH);
    assertEquals(file === BVH, false, what);
    const other = readBvh(text(file), "a.bvh");
    assertEquals([other.values, other.skeleton, other.fps], [values, skeleton, 30], what);
  }
});

Deno.test("Names may have blanks, and bytes of Windows-1252 stay apart", () => {
  const names = parse(BVH.replaceAll("LeftArm", "Bip01  L\tUpperArm")).joints.map(({ name }) => name);
  assertEquals(names[3], "Bip01 L UpperArm");
  const bytes = text(BVH.replaceAll("LeftHand", "M~o").replaceAll("LeftArm", "M^o"));
  const latin = bytes.map((byte) => byte === 0x7e ? 0xe9 : byte === 0x5e ? 0xe8 : byte);
  assertEquals(parseBvh(latin, "a.bvh").joints.map(({ name }) => name).slice(3, 5), ["Mèo", "Méo"]);
});

Deno.test("The rate is the usual one that the frame time was rounded from, else one over it", () => {
  const rates = {
    30: "0.0333333 0.033333 0.0333 0.033",
    120: "0.0083333 0.008333",
    60: "0.016667 0.01666",
    100: "0.01 1e-2",
    25: "0.04",
    24: "0.041667",
    50: "0.02",
    2: ".5",
    29.97: "0.0333667",
    29.411765: "0.034",
    1.001001: "0.999",
  };
  const times = Object.entries(rates).flatMap(([fps, list]) =>
    list.split(" ").map((time) => [time, Number(fps)] as const)
  );
  for (const [time, fps] of times) assertEquals(parse(BVH.replace("0.0333333", time)).fps, fps, time);
});

Deno.test("A fault of a BVH file is named with its line", () => {
  const long = "x".repeat(41), cut = "x".repeat(40), lines = BVH.split("\n");
  const lineOf = (part: string, from = 0) =>
    lines.findIndex((line, i) => i >= from && line.includes(part)) + 1;
  const put = (from: string, to: string) => BVH.replace(from, to);
  const time = lineOf("Frame Time"),
    rate = "is probably a rate: expected seconds, such as 0.0333 for 30 frames per second";
  const cases: [file: string, why: string, line: number][] = [
    [put("HIERARCHY", long), `expected HIERARCHY, found ${cut}`, 1],
    [put("ROOT", "JOINT"), "expected ROOT, found JOINT", 2],
    [put("{", "("), "expected {, found OFFSET", 4],
    [put("ROOT Hips", "ROOT"), "expected the name of a joint, found {", 3],
    [put("OFFSET 0 0 0", `OFFSET 0 ${long} 0`), `expected a number, found ${cut}`, 4],
    [
      put("JOINT LeftUpLeg", "Joint: LeftUpLeg"),
      "expected JOINT, End or }, found Joint:",
      lineOf("LeftUpLeg"),
    ],
    [put("Zrotation", "Wrotation"), "unknown channel Wrotation", 5],
    [put("Zrotation", "Xposition"), "channel Xposition exists twice", 5],
    [put("End Site", "End Sit"), "expected Site, found Sit", lineOf("End Site")],
    [put("CHANNELS 6", "CHANNELS 10"), "expected 0 to 9 channels, got 10", 5],
    [put("CHANNELS 6", "CHANNELS -1"), "expected 0 to 9 channels, got -1", 5],
    [put("CHANNELS 6", "CHANNELS 1.5"), "expected 0 to 9 channels, got 1.5", 5],
    [put("Time: 0.0333333", "Time: 0"), "the frame time must be positive, got 0", time],
    [put("Time: 0.0333333", "Time: 30"), `the frame time 30 ${rate}`, time],
    [put("Time: 0.0333333", "Time: 1"), `the frame time 1 ${rate}`, time],
    [put("Time: 0.0333333", "Time: 0,0333"), "expected a number, found 0,0333", time],
    [put("Frames: 2", "Frames: 3"), "expected 3 frames of 21 values, found 42 values", time],
    [put("Frames: 2", "Frames: 0"), "expected 0 frames of 21 values, found 42 values", time],
    [put("Frames: 2", "Frame: 2"), "expected Frames:, found Frame:", time - 1],
    [`${BVH}7 8`, "expected its end after 2 frames, found more values", lines.length],
    [lines.slice(0, 3).join("\n"), "it ends too early", 3],
    [
      put("MOTION", "ROOT Hips"),
      "expected one ROOT, found another: write a file for each person",
      lineOf("}\nMOTION") || lineOf("MOTION") - 1,
    ],
  ];
  for (
    const number of [
      "nan",
      "NaN",
      "-nan(ind)",
      "inf",
      "Infinity",
      "1.#QNAN",
      "0x10",
      "1d-5",
      "1_0",
      "1e999",
      "--1",
    ]
  ) {
    cases.push([put("\n5 100", `\n5 ${number}`), `expected a number, found ${number}`, lineOf("5 100 0")]);
  }
  for (const [file, why, line] of cases) {
    assertEquals(refusal(file), [`line ${line}: ${why}`, `line ${line}`]);
  }
});

Deno.test("A line of another length is refused, also where the next makes up for it", () => {
  const shifted = BVH.replace("0 100 0 0 0 0", "0 100 0 0 0").replace("\n5 100", "\n0 5 100");
  const line = BVH.split("\n").findIndex((text) => text.startsWith("0 100")) + 1;
  assertEquals(refusal(shifted)[0], `line ${line}: expected 21 values, got 20`);
});

Deno.test("Joints that are scaled are refused by name", () => {
  const scaled = BVH.replace("CHANNELS 6 X", "CHANNELS 7 Xscale X").replace("\n0 100", "\n1 0 100")
    .replace("\n5 100", "\n1.5 5 100");
  assertStringIncludes(
    String(refusal(scaled)[0]),
    "xscale of Hips is 1.5: joints that are scaled are not supported",
  );
});

Deno.test("A BVH file has at most 1000 joints", () => {
  const chain = (joints: number) => {
    const tree = range(joints).map((k) => `j${k} { OFFSET 0 0 0 CHANNELS 0`).join(" JOINT ");
    return `HIERARCHY ROOT ${tree} ${"} ".repeat(joints)} MOTION Frames: 1 Frame Time: 0.1`;
  };
  const skeleton = { ...getSkeleton("sbu15"), name: "chain", joints: range(1000).map((k) => `j${k}`) };
  assertEquals(readBvh(text(chain(1000)), "a.bvh", { skeleton }).values, new Float32Array(3000));
  assertEquals(refusal(chain(1001))[0], "line 1: expected at most 1000 joints");
});
