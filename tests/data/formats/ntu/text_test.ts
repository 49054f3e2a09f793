/** The reader of `.skeleton` files: exact values, exact limits, and the line of a fault. */
import { assertEquals, assertThrows } from "@std/assert";
import { parseNtuRecording } from "../../../../lib/data/formats/ntu/text.ts";
import { DataError } from "../../../../lib/core/errors.ts";
import { text } from "../../../support/custom_fixtures.ts";
import { writeNtuRecording } from "../../../support/write_ntu.ts";

/** The refusal of what throws one: its message, and its position. */
function refusal(read: () => unknown): [string, string | undefined] {
  const { message, position } = assertThrows(read, DataError);
  return [message, position];
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);

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
